"""The one sentence of a clock, for each state it can be in, in the reader's zone and language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sla.explaining import explanation
from tests.sla.chains import chain, hours, legs_of, policy

pytestmark = pytest.mark.django_db

HERE = ZoneInfo("Europe/Copenhagen")
EARLY = [[[480, 960]]]
SHUT: list[list[list[int]]] = [[]]


@pytest.fixture(autouse=True)
def in_copenhagen():
    with timezone.override(HERE):
        yield


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2025, 12, day, hour, minute, second, tzinfo=HERE)


def said(clock, now):
    return explanation(clock, legs_of(clock), now)


@pytest.fixture
def story(ticket):
    """Open on Mondays, Tuesdays and Fridays from 8 to 16, but not on the Friday after Christmas."""
    calendar = hours(EARLY * 2 + SHUT * 2 + EARLY + SHUT * 2, closed_days={"2025-12-26": "holiday"})
    return chain(
        ticket,
        policy(),
        calendar,
        (at(23, 14, 48), "open", True),
        (at(23, 16), "pending", False),
        (at(24, 11), "open", True),
    )


def test_a_running_clock_says_when_it_is_due_and_why_then(story):
    assert said(story, at(24, 12)) == (
        "Due Mon 10:48 Copenhagen time: 4 h target, 1 h 12 used on Tuesday,"
        " paused 19 h while waiting for the customer, closed on Friday (holiday)."
    )


def test_another_reader_hears_it_in_another_zone_and_one_far_from_it_with_the_date(story):
    with timezone.override("Asia/Kathmandu"):
        assert said(story, at(24, 12)).startswith("Due Mon 15:33 Kathmandu time: 4 h target")
    with timezone.override("UTC"):
        assert said(story, at(24, 12)).startswith("Due Mon 09:48 UTC: 4 h target")
    assert said(story, datetime(2025, 12, 20, 12, tzinfo=HERE)).startswith("Due Mon 29 Dec, 10:48 Copenhagen time:")


@pytest.mark.parametrize(
    ("columns", "legs", "now", "sentence"),
    [
        (
            {},
            [(at(1, 9), "open", True)],
            at(1, 9),
            "Due Mon 13:00 Copenhagen time: 4 h target, nothing used yet.",
        ),
        (
            {},
            [(at(1, 16), "open", True)],
            at(2, 9, 30),
            "Due Tue 12:00 Copenhagen time: 4 h target, 1 h 30 used since Monday.",
        ),
        (
            {"target_seconds": None},
            [(at(1, 9), "open", True)],
            at(1, 9, 0, 45),
            "No target for this priority: 45 s used today.",
        ),
        (
            {},
            [(at(1, 9), "open", True), (at(1, 10), "on_hold", False)],
            at(1, 12, 30),
            "Paused with 3 h left: 4 h target, 1 h used today, paused 2 h 30 while waiting for a third party.",
        ),
        (
            {"state": "breached_open", "breached_at": at(1, 13), "breach_cause": "due"},
            [(at(1, 9), "open", True)],
            at(1, 14),
            "Late since Mon 13:00 Copenhagen time: 4 h target, 5 h used today.",
        ),
        (
            {"state": "breached_open", "breached_at": at(1, 13), "breach_cause": "due"},
            [(at(1, 9), "open", True), (at(1, 14), "pending", False)],
            at(2, 14),
            "Late since Mon 13:00 Copenhagen time, and paused now: 4 h target, 5 h used on Monday,"
            " paused 24 h while waiting for the customer.",
        ),
        (
            {"state": "breached_open", "breached_at": at(1, 15), "breach_cause": "rebase"},
            [(at(1, 9), "open", True)],
            at(1, 15, 30),
            "Late since Mon 15:00 Copenhagen time, when the target became shorter than what was used:"
            " 4 h target, 6 h 30 used today.",
        ),
        (
            {"state": "met", "satisfied_at": at(1, 11), "ended_at": at(1, 11), "ended_cause": "answered"},
            [(at(1, 9), "open", True)],
            at(2, 11),
            "Met Mon 11:00 Copenhagen time with 2 h left: 4 h target, 2 h used on Monday.",
        ),
        (
            {
                "state": "breached_closed",
                "breached_at": at(1, 13),
                "satisfied_at": at(1, 13, 0, 2),
                "ended_at": at(1, 13, 0, 2),
            },
            [(at(1, 9), "open", True)],
            at(1, 16),
            "Missed: due Mon 13:00 Copenhagen time, done Mon 13:00 Copenhagen time, 2 s too late:"
            " 4 h target, 4 h used today.",
        ),
        (
            {"state": "breached_closed", "breached_at": at(1, 13), "ended_at": at(1, 15), "ended_cause": "solved"},
            [(at(1, 9), "open", True)],
            at(1, 16),
            "Missed: due Mon 13:00 Copenhagen time, ended Mon 15:00 Copenhagen time without an answer:"
            " 4 h target, 6 h used today.",
        ),
        (
            {"state": "unanswered", "ended_at": at(1, 10), "ended_cause": "solved"},
            [(at(1, 9), "open", True)],
            at(1, 16),
            "Solved without an answer Mon 10:00 Copenhagen time: 4 h target, 1 h used today.",
        ),
        (
            {"state": "cancelled", "ended_at": at(1, 10), "ended_cause": "merged"},
            [(at(1, 9), "open", True)],
            at(1, 16),
            "Cancelled Mon 10:00 Copenhagen time, since the ticket was merged into another: "
            "4 h target, 1 h used today.",
        ),
        (
            {"state": "cancelled", "ended_at": at(1, 10), "ended_cause": "something new"},
            [(at(1, 9), "open", True)],
            at(1, 16),
            "Cancelled Mon 10:00 Copenhagen time: 4 h target, 1 h used today.",
        ),
    ],
)
def test_each_state_has_its_sentence(ticket, columns, legs, now, sentence):
    clock = chain(ticket, policy(), hours(), *legs, **columns)

    assert said(clock, now) == sentence


def test_the_wall_clock_is_named(ticket):
    clock = chain(ticket, policy(), None, (at(1, 22), "open", True))

    assert said(clock, at(1, 23)) == (
        "Due Tue 02:00 Copenhagen time: 4 h target, counted day and night, 1 h used today."
    )


def test_time_before_a_policy_and_while_solved_is_told(ticket):
    clock = chain(
        ticket,
        policy(),
        hours(),
        (at(1, 9), "open", False, {"reason": "no_policy", "policy_version": None}),
        (at(1, 10), "open", True),
        (at(1, 11), "solved", False),
        (at(1, 12), "open", True),
    )

    assert said(clock, at(1, 12)) == (
        "Due Mon 15:00 Copenhagen time: 4 h target, 1 h used today,"
        " 1 h not counted while no policy was in force, 1 h not counted while it was solved."
    )


def test_of_many_holidays_two_are_named(ticket):
    closed = {f"2025-12-{day}": f"Day {day}" for day in (22, 23, 24, 25)}
    clock = chain(ticket, policy(), hours(closed_days=closed), (at(19, 16), "open", True))

    assert said(clock, at(21, 12)) == (
        "Due Fri 12:00 Copenhagen time: 4 h target, 1 h used on Friday,"
        " closed on Monday (Day 22), closed on Tuesday (Day 23), closed on 2 more days."
    )
