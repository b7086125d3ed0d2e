"""Whole stories of tickets that other systems publish in their tests, told through our own doors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from sla.models import Calendar, CalendarVersion, SlaClock
from tests.sla.corpus import DAYS, intervals, read
from tests.sla.making import LONG_AGO, Story, assert_sound, at, make_policy
from tickets.actions import SetPriority, SetStatus

pytestmark = pytest.mark.django_db

METRICS = ("first_response", "next_response", "resolution")
# Their states by ours. Where a ticket is closed at once there, it is solved here: closing comes later, by itself.
STATES = {"replied": "pending", "closed": "solved"}


def cases() -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = read("scenarios.json")
    except pytest.skip.Exception:
        return []
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_a_story_that_another_system_publishes_comes_out_the_same(case):
    policy(case)
    story, told = None, list(case["events"])

    for expected in case["expect"]:
        moment = at(expected["at"].replace("Z", "+00:00"))
        while told and at(told[0]["at"].replace("Z", "+00:00")) <= moment:
            story = tell(story, told.pop(0))
        assert story is not None
        for what, wanted in expected.items():
            if what in ("at", "accept_also"):
                continue
            possible = [wanted, *expected.get("accept_also", {}).get(what, [])]
            assert seen(story, what, moment) in [read_back(what, value) for value in possible], (what, wanted)

    assert_sound(story.ticket)


def policy(case: dict[str, Any]) -> None:
    calendar = Calendar.objects.create(name="Theirs")
    given = case["calendar"]
    CalendarVersion.objects.create(
        calendar=calendar,
        number=1,
        zone=given["timezone"],
        weekly=[[list(one) for one in intervals(given["weekly_hours"].get(day, []))] for day in DAYS],
        closed_days=dict.fromkeys(given["holidays"], "Closed"),
        in_force_from=LONG_AGO,
    )
    said = case["policy"]
    states = [STATES.get(state, state) for state in said["pause_states"]]
    targets: dict[str, Any] = {}
    for metric in METRICS:
        if (minutes := said[f"{metric}_minutes"]) is not None:
            targets[metric] = dict.fromkeys(("low", "normal", "high", "urgent"), minutes)
            for priority, other in said.get("by_priority", {}).items():
                targets[metric][priority] = other.get(f"{metric}_minutes", minutes)
    # Zammad and frappe stop every clock in the same states.
    make_policy(calendar=calendar, pauses=dict.fromkeys(METRICS, states), **targets)


def tell(story: Story | None, event: dict[str, Any]) -> Story:
    when, kind = event["at"].replace("Z", "+00:00"), event["type"]
    if kind == "created":
        return Story(when, *opening(event))
    assert story is not None
    if kind == "agent_reply":
        story.reply(when)
    elif kind == "customer_reply":
        story.customer(when)
    elif kind.startswith("status:"):
        status = kind.removeprefix("status:")
        if not (status == "closed" and story.refreshed().status == "solved"):
            status = STATES.get(status, status)
        story.do(when, SetStatus(status))
    else:
        story.do(when, SetPriority(kind.removeprefix("priority:")))
    return story


def opening(event: dict[str, Any]) -> Iterator[Any]:
    if "priority" in event:
        yield SetPriority(event["priority"])
    if "status" in event:
        yield SetStatus(event["status"])


def seen(story: Story, what: str, moment: datetime) -> Any:
    """What our rows say of it at that moment."""
    if what == "paused":
        return story.refreshed().sla_state == "paused"
    metric = next(metric for metric in METRICS if what.startswith(metric))
    what = what.removeprefix(metric + "_")
    clock = SlaClock.objects.filter(ticket=story.ticket, metric=metric).order_by("-sequence").first()
    if what == "due_at":
        return clock.due_at if clock else None
    if what == "breached":
        return clock is not None and late_by(clock, moment) is not None
    if what == "elapsed_minutes":
        return clock.used_seconds / 60
    return late_by(clock, moment)


def late_by(clock: SlaClock, moment: datetime) -> float | None:
    """Minutes of its own time past the target; None when it is not late. The sweep may still be to come."""
    if clock.breached_at is None and not (clock.due_at and clock.due_at < moment):
        return None
    return max(0, clock.used_seconds - (clock.target_seconds or 0)) / 60


def read_back(what: str, value: Any) -> Any:
    return at(value.replace("Z", "+00:00")) if what.endswith("due_at") and value else value


def test_the_corpus_holds_as_many_stories_as_are_told_here():
    assert len(read("scenarios.json")) == 32
