"""The form of a ladder: what can be stored is what the sweep can take."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpdesk.lib.errors import HelpdeskError
from sla.calendar import WALL_CLOCK
from sla.ladders import MOST_STEPS, check_ladder, offset, steps_of

FINE = {"metric": "resolution", "at": "80%", "notify": ["assignee"]}
HARD = {"metric": "resolution", "at": "0", "escalate": True}


@pytest.mark.parametrize(
    ("at", "seconds"),
    [("80%", -720), ("100%", 0), ("120%", 720), ("0", 0), ("-30m", -1800), ("+60m", 3600), ("33%", -2412)],
)
def test_a_moment_is_so_many_seconds_from_the_due_time(at, seconds):
    assert offset(at, 3600) == seconds


@pytest.mark.parametrize("at", ["", "80", "0%", "1000%", "-0m", "30m", "+m", "+1h", "-30m ", "٣%", "+1000000m"])
def test_what_is_no_moment_is_refused(at):
    with pytest.raises(HelpdeskError) as refusal:
        check_ladder([{**FINE, "at": at}])

    assert refusal.value.field == "ladder-0-at"


@pytest.mark.parametrize(
    "step",
    [
        FINE,
        HARD,
        {**FINE, "notify": ["team_lead", "followers", "role:supervisor", "agent:7"]},
        {**FINE, "do": [{"do": "set_priority", "priority": "urgent"}, {"do": "add_tag", "tag": "late"}]},
        {**FINE, "condition": [{"priority": ["urgent"]}]},
        {**HARD, "to": {"agent": 7}, "ack_minutes": 15, "repeat_every": 5, "max_repeats": 3},
        {**HARD, "to": {"team": 2}},
        {**HARD, "to": None, "ack_minutes": None},
    ],
)
def test_a_step_that_the_sweep_can_take_is_kept(step):
    check_ladder([step])


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ("x", "at"),
        ({**FINE, "more": 1}, "at"),
        ({**FINE, "metric": "mood"}, "metric"),
        ({**FINE, "notify": ["everybody"]}, "notify"),
        ({**FINE, "notify": ["agent:0"]}, "notify"),
        ({**FINE, "notify": ["role:customer"]}, "notify"),
        ({**FINE, "notify": []}, "notify"),
        ({**FINE, "do": [{"do": "add_reply", "body": "x"}]}, "do"),
        ({**FINE, "do": [{"do": "set_status", "status": "solved"}]}, "do"),
        ({**FINE, "do": [{"do": "set_priority"}]}, "do"),
        ({**FINE, "do": [{"do": "set_priority", "priority": "high", "x": 1}]}, "do"),
        ({**FINE, "condition": ["vip"]}, "condition"),
        ({**FINE, "to": {"agent": 7}}, "to"),
        ({**HARD, "to": {"agent": 7, "team": 2}}, "to"),
        ({**HARD, "to": {"agent": "7"}}, "to"),
        ({**FINE, "ack_minutes": 5}, "ack_minutes"),
        ({**HARD, "ack_minutes": 0}, "ack_minutes"),
        ({**HARD, "ack_minutes": True}, "ack_minutes"),
        ({**HARD, "repeat_every": 5}, "max_repeats"),
        ({**HARD, "max_repeats": 5}, "repeat_every"),
        ({**HARD, "repeat_every": 5, "max_repeats": 51}, "max_repeats"),
    ],
)
def test_what_the_sweep_could_not_take_is_refused_at_its_field(step, field):
    with pytest.raises(HelpdeskError) as refusal:
        check_ladder([FINE, step])

    assert refusal.value.field == f"ladder-1-{field}"


def test_a_ladder_has_an_end():
    check_ladder([FINE] * MOST_STEPS)

    for ladder in ([FINE] * (MOST_STEPS + 1), "80%", {}, None):
        with pytest.raises(HelpdeskError) as refusal:
            check_ladder(ladder)
        assert refusal.value.field == "ladder"


def test_levels_count_the_escalations_of_a_metric_and_labels_tell_steps_apart():
    ladder = [
        FINE,
        HARD,
        {**HARD, "metric": "first_response"},
        {**HARD, "condition": [{"tag": ["vip"]}]},
        {**HARD, "at": "+60m"},
    ]

    steps = steps_of(ladder)

    assert [(step.label, step.level) for step in steps] == [
        ("80%#1", 1),
        ("0#1", 1),
        ("0#1", 1),
        ("0#2", 2),
        ("+60m#1", 3),
    ]


def test_a_moment_is_counted_from_the_due_time():
    due = datetime(2026, 1, 5, 12, tzinfo=UTC)
    before, at, after = (steps_of([{**FINE, "at": word}])[0] for word in ("75%", "0", "+15m"))

    found = [step.moment(due, 3600, WALL_CLOCK).strftime("%H:%M") for step in (before, at, after)]

    assert found == ["11:45", "12:00", "12:15"]
