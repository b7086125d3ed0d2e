"""What time sets off by itself: each step once, in order, at its true moment, whenever the sweep comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.actors import Actor
from sla.actions import AcknowledgeEscalation, breach
from sla.clocks import assign
from sla.models import ClockStep, Escalation, SlaClock
from sla.sweep import oldest_due, sweep
from tests.sla.making import OFFICE, Story, assert_sound, at, edit_policy, make_calendar, make_policy
from tickets.actions import AddReply, AddTag, SetStatus, WithdrawMessage
from tickets.merging import merge_tickets
from tickets.models import Change, Event
from tickets.perform import perform

pytestmark = pytest.mark.django_db

WARN = {"metric": "first_response", "at": "75%", "notify": ["assignee"]}
LATE = {"metric": "first_response", "at": "0", "escalate": True, "ack_minutes": 60}
LATER = {"metric": "first_response", "at": "+60m", "do": [{"do": "add_tag", "tag": "very-late"}]}


@pytest.fixture
def clock_at(time_machine):
    """Sets the clock of the house: clock_at("2026-01-05 10:00")."""
    return lambda text: time_machine.move_to(at(text), tick=False)


@pytest.fixture
def story(clock_at, billing, leo, ana):
    """Opened on Monday at ten; an hour for the first answer, on the wall clock."""
    leo.availability = "online"
    leo.save()
    make_policy(first_response=60, ladder=[WARN, LATE, LATER])
    clock_at("2026-01-05 10:00")
    return Story("2026-01-05 10:00", team=billing, agent=ana)


def steps(story):
    rows = ClockStep.objects.filter(clock__ticket=story.ticket).order_by("pk")
    return [(row.step, row.planned_at.strftime("%H:%M:%S"), row.done_at.strftime("%H:%M:%S")) for row in rows]


def told(story, *kinds):
    return [
        event.kind
        for event in Event.objects.filter(change__ticket=story.ticket, change__actor_name="sla").order_by("pk")
        if not kinds or event.kind in kinds
    ]


def test_nothing_due_costs_one_statement(story):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert sweep().done == 0

    assert len(asked) == 1


def test_only_the_next_step_is_planned(story):
    assert story.clock("first_response").next_check_at == at("2026-01-05 10:45")


def test_each_step_is_taken_at_its_time(story, clock_at):
    for moment in ("10:44:59", "10:45:00", "10:59:59", "11:00:00", "11:00:01", "11:59:59", "12:00:00", "13:00:00"):
        clock_at(f"2026-01-05 {moment}")
        sweep()

    assert steps(story) == [
        ("75%#1", "10:45:00", "10:45:00"),
        ("due", "11:00:01", "11:00:01"),
        ("0#1", "11:00:01", "11:00:01"),
        ("+60m#1", "12:00:00", "12:00:00"),
    ]
    assert story.clock("first_response").next_check_at is None
    assert [tag.name for tag in story.ticket.tags.all()] == ["very-late"]
    assert_sound(story.ticket)


def test_the_breach_carries_the_true_due_time(story, clock_at):
    clock_at("2026-01-05 11:07:30")

    sweep()

    clock = story.clock("first_response")
    assert (clock.state, clock.breach_cause) == ("breached_open", "due")
    assert clock.breached_at == at("2026-01-05 11:00")
    assert clock.detected_at == at("2026-01-05 11:07:30")
    event = Event.objects.get(kind="sla_breached")
    assert event.data == {
        "clock": clock.pk,
        "metric": "first_response",
        "sequence": 1,
        "due_at": "2026-01-05T11:00:00+00:00",
        "cause": "due",
    }
    ticket = story.refreshed()
    assert (ticket.sla_state, ticket.next_due_at) == ("late", at("2026-01-05 11:00"))
    assert_sound(story.ticket)


def test_after_three_hours_of_silence_each_step_is_taken_once_and_in_order(story, clock_at):
    clock_at("2026-01-05 14:00:00")

    assert sweep().done == 4
    assert sweep().done == 0

    assert [step for step, _planned, _done in steps(story)] == ["75%#1", "due", "0#1", "+60m#1"]
    assert {done for _step, _planned, done in steps(story)} == {"14:00:00"}
    assert told(story, "sla_breached", "sla_step_taken", "escalated") == [
        "sla_step_taken",
        "sla_breached",
        "sla_step_taken",
        "escalated",
        "sla_step_taken",
    ]
    assert_sound(story.ticket)


def test_a_reply_in_the_due_second_is_in_time_although_the_sweep_comes_later(story, clock_at):
    story.reply("2026-01-05 11:00:00")
    clock_at("2026-01-05 11:00:14")

    sweep()

    assert story.clock("first_response").state == "met"
    assert told(story, "sla_breached", "escalated") == []
    assert_sound(story.ticket)


def test_a_reply_one_second_late_between_two_sweeps_is_a_breach_and_escalates_nothing(story, clock_at):
    clock_at("2026-01-05 10:59:59")
    sweep()
    story.reply("2026-01-05 11:00:01")
    clock_at("2026-01-05 11:00:14")

    sweep()

    clock = story.clock("first_response")
    assert (clock.state, clock.breached_at) == ("breached_closed", at("2026-01-05 11:00"))
    assert clock.detected_at == at("2026-01-05 11:00:01")
    assert told(story, "sla_breached", "escalated") == ["sla_breached"]
    assert clock.next_check_at is None
    assert_sound(story.ticket)


def test_a_solved_ticket_takes_no_more_steps(story, clock_at):
    clock_at("2026-01-05 10:50")
    perform(story.ticket.pk, SetStatus("solved"), by=Actor.system("test"), via="test")
    clock_at("2026-01-05 15:00")

    sweep()

    assert steps(story) == []
    assert_sound(story.ticket)


def test_a_step_is_taken_once_although_its_policy_is_edited(story, clock_at):
    clock_at("2026-01-05 10:46")
    sweep()
    version = edit_policy(story.clock("first_response").policy_version.policy, ladder=[LATE, WARN])
    assign(story.refreshed(), version, None, "edited", None, at("2026-01-05 10:47"))

    clock_at("2026-01-05 11:05")
    sweep()

    assert [step for step, _planned, _done in steps(story)] == ["75%#1", "due", "0#1"]


def test_a_step_whose_condition_is_not_met_is_over(clock_at, billing):
    condition = [{"tag": ["vip"]}]
    make_policy(first_response=60, ladder=[{**LATER, "at": "50%", "condition": condition}])
    clock_at("2026-01-05 10:00")
    story, vip = Story("2026-01-05 10:00", team=billing), Story("2026-01-05 10:00", AddTag("vip"), team=billing)
    clock_at("2026-01-05 10:31")

    sweep()

    assert [tag.name for tag in story.ticket.tags.all()] == []
    assert sorted(tag.name for tag in vip.ticket.tags.all()) == ["very-late", "vip"]
    assert steps(story)[0][0] == "50%#1"


def test_offsets_run_in_the_hours_of_the_clock(clock_at, billing):
    """Due on Tuesday at 09:30; thirty minutes of office time before that is 09:00, an hour before is Monday 16:30."""
    office = make_calendar(weekly=OFFICE)
    ladder = [{**WARN, "at": "-30m"}, {**WARN, "at": "-60m"}, {**WARN, "at": "+480m"}]
    make_policy(calendar=office, first_response=120, ladder=ladder)
    clock_at("2026-01-05 15:30")
    story = Story("2026-01-05 15:30", team=billing)
    assert story.clock("first_response").due_at == at("2026-01-06 09:30")

    planned = []
    while (moment := story.clock("first_response").next_check_at) is not None:
        clock_at(moment.isoformat())
        sweep()
        planned.append(moment)

    assert planned == [
        at("2026-01-05 16:30"),
        at("2026-01-06 09:00"),
        at("2026-01-06 09:30:01"),
        at("2026-01-07 09:30"),
    ]


def test_a_step_that_cannot_be_done_keeps_nobody_from_being_told(clock_at, billing, leo, mia):
    leo.availability = "online"
    leo.save()
    doing = [{"do": "assign_to", "agent_id": mia.pk}, {"do": "set_priority", "priority": "urgent"}]
    make_policy(first_response=60, ladder=[{**LATE, "do": doing}])
    mia.is_active = False
    mia.save()
    clock_at("2026-01-05 10:00")
    story = Story("2026-01-05 10:00", team=billing)
    clock_at("2026-01-05 11:01")

    sweep()

    assert Escalation.objects.get().state == "open"
    assert story.refreshed().priority_slug == "urgent"
    refused = Event.objects.get(kind="sla_step_refused")
    assert refused.data == {"do": "assign_to", "code": "no_such_agent"}


def test_one_poisoned_clock_is_pushed_ahead_and_does_not_stop_the_rest(story, clock_at, billing, monkeypatch):
    other = Story("2026-01-05 10:00", team=billing)
    poisoned = story.ticket.pk
    real = breach._take

    def take_or_fail(clock, found, taken, ticket, *altered):
        real(clock, found, taken, ticket, *altered)
        if ticket.pk == poisoned:
            raise ValueError("poison")

    monkeypatch.setattr(breach, "_take", take_or_fail)
    clock_at("2026-01-05 10:50")

    swept = sweep()

    assert (swept.steps, swept.poisoned) == (1, 1)
    assert [step for step, _planned, _done in steps(other)] == ["75%#1"]
    assert steps(story) == []
    assert story.clock("first_response").next_check_at == at("2026-01-05 11:50")
    monkeypatch.undo()
    clock_at("2026-01-05 11:50")
    sweep()
    assert [step for step, _planned, _done in steps(story)] == ["75%#1", "due", "0#1"]


def test_steps_of_many_tickets_cost_few_statements_each(story, clock_at, billing):
    """Its clock, its mark, the next time, its ticket. Changes, Events and reactions are written for all at once."""
    stories = [story, *(Story("2026-01-05 10:00", team=billing) for _number in range(9))]
    clock_at("2026-01-05 10:50")

    with CaptureQueriesContext(connection) as captured:
        swept = sweep()

    assert swept.steps == 10
    assert all([step for step, _planned, _done in steps(one)] == ["75%#1"] for one in stories)
    assert Change.objects.filter(actor_name="sla").count() == 10
    assert len(captured) <= 10 * 5 + 14


def test_what_was_late_unnoticed_when_its_ticket_was_merged_away_is_not_looked_at_again(story, clock_at, billing, ana):
    other = Story("2026-01-05 10:00", team=billing, agent=ana, requester=story.requester)
    clock_at("2026-01-05 11:00:05")
    perform(story.ticket.pk, AddReply("Late."), by=Actor.agent(ana), via="web")
    merge_tickets(story.ticket.pk, other.ticket.pk, by=Actor.agent(ana), via="web")

    swept = sweep()

    late = story.clock("first_response")
    assert (late.state, late.breached_at) == ("breached_closed", at("2026-01-05 11:00"))
    assert late.next_check_at is None
    assert swept.poisoned == 0
    assert told(story) == []
    assert other.clock("first_response").state == "breached_open"
    assert_sound(story.ticket, other.ticket)


def test_the_lag_is_the_age_of_the_oldest_step_that_is_due(story, clock_at):
    assert oldest_due() is None

    clock_at("2026-01-05 10:50")

    assert oldest_due() == at("2026-01-05 10:45")
    sweep()
    assert oldest_due() is None


def test_a_column_that_lags_behind_the_clock_is_put_right(story, clock_at):
    SlaClock.objects.update(next_check_at=at("2026-01-05 10:10"))
    clock_at("2026-01-05 10:20")
    before = Change.objects.count()

    assert sweep().done == 0

    assert story.clock("first_response").next_check_at == at("2026-01-05 10:45")
    assert Change.objects.count() == before


def test_imported_history_is_swept_at_the_moments_it_was_planned_for(story, clock_at):
    clock_at("2026-02-01 10:00")

    sweep(until=at("2026-01-05 11:30"))

    assert steps(story) == [
        ("75%#1", "10:45:00", "10:45:00"),
        ("due", "11:00:01", "11:00:01"),
        ("0#1", "11:00:01", "11:00:01"),
    ]
    changes = Change.objects.filter(ticket=story.ticket, actor_name="sla")
    assert changes.last().created_at == at("2026-01-05 11:00:01")
    assert not changes.filter(outbox__isnull=False).exists()
    assert_sound(story.ticket)


def test_a_withdrawn_answer_lets_the_steps_go_on_and_none_is_taken_twice(story, clock_at, ana):
    clock_at("2026-01-05 10:46")
    sweep()
    by = Actor.agent(ana)
    perform(story.ticket.pk, AddReply("Soon."), by=by, via="web")
    message = story.ticket.messages.order_by("pk").last()
    assert story.clock("first_response").next_check_at is None
    perform(story.ticket.pk, WithdrawMessage(message.pk), by=by, via="web")
    clock_at("2026-01-05 11:30")

    sweep()

    assert [step for step, _planned, _done in steps(story)] == ["75%#1", "due", "0#1"]
    assert_sound(story.ticket)


def test_steps_do_not_lift_a_ticket_to_the_top_of_the_lists(story, clock_at):
    before = story.refreshed().activity_at
    clock_at("2026-01-05 10:46")

    sweep()

    assert story.refreshed().activity_at == before


def test_the_moment_of_a_reminder_and_of_expiry_are_swept_too(story, clock_at):
    clock_at("2026-01-05 11:01")
    sweep()
    first = Escalation.objects.get()
    assert first.ack_due == at("2026-01-05 12:01")

    clock_at("2026-01-05 12:01")
    swept = sweep()

    assert swept.expired == 1
    first.refresh_from_db()
    assert first.state == "expired"
    assert first.next.level == 2
    assert first.next.ack_due - first.next.opened_at == timedelta(hours=1)


def test_the_next_rung_takes_the_place_of_an_escalation_that_nobody_acknowledged(clock_at, billing, leo):
    leo.availability = "online"
    leo.save()
    late, later = {**LATE, "ack_minutes": 600}, {**LATE, "at": "+60m", "ack_minutes": 600}
    make_policy(first_response=60, ladder=[late, later])
    clock_at("2026-01-05 10:00")
    story = Story("2026-01-05 10:00", team=billing)

    clock_at("2026-01-05 12:00")
    sweep()

    first, second = Escalation.objects.order_by("pk")
    assert (first.state, first.next, first.level) == ("expired", second, 1)
    assert (second.state, second.level, second.reason) == ("open", 2, "breached")
    assert story.refreshed().escalated_at is not None


def test_who_acknowledged_is_spared_the_next_step_of_that_clock(clock_at, billing, leo):
    leo.availability = "online"
    leo.save()
    make_policy(first_response=60, ladder=[LATE, {**LATE, "at": "+60m"}])
    clock_at("2026-01-05 10:00")
    story = Story("2026-01-05 10:00", team=billing)
    clock_at("2026-01-05 11:01")
    sweep()
    pk = Escalation.objects.get().pk
    perform(story.ticket.pk, AcknowledgeEscalation(pk), by=Actor.agent(leo), via="web")

    clock_at("2026-01-05 13:00")
    sweep()

    assert Escalation.objects.get().state == "acknowledged"
    assert [step for step, _planned, _done in steps(story)] == ["due", "0#1", "+60m#1"]
