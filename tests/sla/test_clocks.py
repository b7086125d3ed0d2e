"""Clocks as rows: what each metric does in the life of a ticket, through the doors that the product has."""

from __future__ import annotations

import pytest

from sla.models import SlaAssignment, SlaClock, SlaTrack
from tests.sla.making import Story, assert_sound, at, legs, make_calendar, make_policy
from tickets.actions import AddReply, SetPriority, SetStatus

pytestmark = pytest.mark.django_db


def test_a_first_response_runs_from_the_opening_to_the_first_public_answer():
    make_policy(calendar=make_calendar(), first_response=60)

    story = Story("2026-01-05 10:00")
    clock = story.clock("first_response")
    assert (clock.state, clock.due_at, clock.target_seconds) == ("running", at("2026-01-05 11:00"), 3600)
    assert (story.refreshed().next_due_at, story.ticket.sla_state) == (at("2026-01-05 11:00"), "running")

    story.reply("2026-01-05 10:30")
    clock.refresh_from_db()
    assert (clock.state, clock.satisfied_at, clock.used_seconds) == ("met", at("2026-01-05 10:30"), 1800)
    assert (clock.due_at, clock.ended_cause) == (None, "answered")
    assert (story.refreshed().next_due_at, story.ticket.sla_state) == (None, "")
    assert_sound(story.ticket)


@pytest.mark.parametrize(
    ("answered", "state"), [("10:59:59", "met"), ("11:00:00", "met"), ("11:00:01", "breached_closed")]
)
def test_an_answer_is_measured_by_its_own_second_whenever_the_sweep_comes(answered, state):
    make_policy(calendar=make_calendar(), first_response=60)
    story = Story("2026-01-05 10:00")

    story.reply(f"2026-01-05 {answered}.700000")

    clock = story.clock("first_response")
    assert clock.state == state
    assert clock.satisfied_at == at(f"2026-01-05 {answered}")
    late = state == "breached_closed"
    assert clock.breached_at == (at("2026-01-05 11:00") if late else None)
    assert clock.detected_at == (at("2026-01-05 11:00:01") if late else None)
    assert_sound(story.ticket)


def test_a_ticket_that_meets_no_policy_has_no_rows_at_all():
    make_policy(conditions=[{"priority": ["urgent"]}], first_response=60)

    story = Story("2026-01-05 10:00")
    story.reply("2026-01-05 10:10")

    assert not SlaClock.objects.exists()
    assert not SlaTrack.objects.exists()
    assert not SlaAssignment.objects.exists()


def test_a_resolution_stands_still_while_the_customer_is_waited_for_and_goes_on_when_it_is_reopened():
    make_policy(calendar=make_calendar(), resolution=240)
    story = Story("2026-01-05 10:00")

    story.status("2026-01-05 11:00", "pending")
    clock = story.clock("resolution")
    assert (clock.state, clock.due_at, clock.used_seconds) == ("paused", None, 3600)
    assert story.refreshed().sla_state == "paused"

    story.customer("2026-01-05 13:00")
    story.status("2026-01-05 14:00", "solved")
    assert story.clock("resolution").state == "met"

    story.customer("2026-01-06 10:00")
    clock = story.clock("resolution")
    assert (clock.state, clock.due_at, clock.satisfied_at) == ("running", at("2026-01-06 12:00"), None)
    assert legs(clock) == [
        ("started", True, "1:00:00", 3600),
        ("paused", False, "2:00:00", 0),
        ("resumed", True, "1:00:00", 3600),
        ("solved", False, "20:00:00", 0),
        ("reopened", True, "", 0),
    ]
    assert_sound(story.ticket)


def test_a_sent_as_solved_answer_answers_first_and_solves_then():
    make_policy(first_response=60, resolution=240, periodic_update=30)
    story = Story("2026-01-05 10:00")

    story.reply("2026-01-05 10:10", SetStatus("solved"))

    assert story.clocks() == [
        ("first_response", 1, "met"),
        ("periodic_update", 1, "paused"),
        ("resolution", 1, "met"),
    ]
    assert_sound(story.ticket)


def test_a_higher_priority_keeps_what_was_used_and_is_late_at_once_when_that_is_too_much():
    make_policy(first_response={"normal": 240, "urgent": 30})
    story = Story("2026-01-05 10:00")

    story.do("2026-01-05 11:00", SetPriority("urgent"))

    clock = story.clock("first_response")
    assert (clock.state, clock.target_seconds, clock.used_seconds) == ("breached_open", 1800, 3600)
    assert (clock.breached_at, clock.breach_cause) == (at("2026-01-05 11:00"), "rebase")
    assert story.refreshed().next_due_at == at("2026-01-05 11:00")
    assert story.ticket.sla_state == "late"
    story.do("2026-01-05 11:05", SetPriority("low"))
    assert story.clock("first_response").state == "breached_open"
    assert_sound(story.ticket)


def test_an_agent_who_writes_first_owes_no_first_response_until_the_customer_answers():
    make_policy(first_response=60, next_response=120, resolution=600)
    story = Story("2026-01-05 10:00", AddReply("Your lease ends."), text=None)
    assert story.clocks() == [("resolution", 1, "running")]

    story.customer("2026-01-05 12:00")

    assert story.clock("first_response").due_at == at("2026-01-05 13:00")
    assert not SlaClock.objects.filter(metric="next_response").exists()
    assert_sound(story.ticket)
