"""The cases that every build of the clocks must survive, by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.actors import Actor
from sla import clocks
from sla.actions import SetSlaPolicy
from sla.models import SlaAssignment, SlaClock
from sla.schedules import version_in_force
from tests.factories import make_customer
from tests.sla.corpus import DAYS, intervals, read
from tests.sla.making import (
    ALWAYS,
    NIGHTS,
    Story,
    assert_sound,
    at,
    edit_calendar,
    edit_policy,
    legs,
    make_calendar,
    make_policy,
)
from tickets.actions import AddCustomerMessage, AddReply, AddTag, MoveToTeam, SetPriority, SetStatus, WithdrawMessage
from tickets.merging import merge_tickets
from tickets.models import Event, Message, Ticket
from tickets.opening import Opening, open_ticket, open_together
from tickets.perform import perform
from tickets.splitting import split_ticket, undo_split
from tickets.unmerging import undo_merge

pytestmark = pytest.mark.django_db


def test_a_pause_over_the_night_in_which_the_clocks_change_counts_no_second():
    """Europe/Copenhagen springs forward on Sunday 29 March 2026 at 2."""
    make_policy(calendar=make_calendar(zone="Europe/Copenhagen", weekly=ALWAYS), resolution=600)
    story = Story("2026-03-28 22:00+01:00")

    story.status("2026-03-29 01:30+01:00", "pending")
    story.status("2026-03-29 03:30+02:00", "open")

    clock = story.clock("resolution")
    assert legs(clock) == [
        ("started", True, "3:30:00", 12_600),
        ("paused", False, "1:00:00", 0),
        ("resumed", True, "", 0),
    ]
    assert clock.due_at == at("2026-03-29 10:00+02:00")
    assert_sound(story.ticket)


def test_office_hours_are_as_long_on_the_day_of_the_switch_as_on_any_other():
    make_policy(calendar=make_calendar(zone="Europe/Copenhagen", weekly=[[[540, 1020]]] * 7), resolution=960)

    story = Story("2026-03-28 09:00+01:00")

    assert story.clock("resolution").due_at == at("2026-03-29 17:00+02:00")


def test_a_pause_over_a_holiday_and_the_new_year():
    days = {"2026-12-25": "Christmas", "2027-01-01": "New Year"}
    make_policy(calendar=make_calendar(closed_days=days), resolution=480)
    story = Story("2026-12-24 16:00")

    story.status("2026-12-24 16:30", "on_hold")
    story.status("2026-12-31 16:00", "open")

    clock = story.clock("resolution")
    assert clock.used_seconds == 1800
    # One hour on New Year's Eve, then Monday: Friday is a holiday.
    assert clock.due_at == at("2027-01-04 15:30")
    assert_sound(story.ticket)


def test_a_priority_raised_while_the_clock_stands_still_holds_from_when_it_runs_again():
    make_policy(calendar=make_calendar(), resolution={"normal": 480, "urgent": 120, "high": 240})
    story = Story("2026-01-05 09:00")
    story.status("2026-01-05 12:00", "pending")

    story.do("2026-01-05 13:00", SetPriority("high"))
    clock = story.clock("resolution")
    assert (clock.state, clock.due_at, clock.used_seconds, clock.target_seconds) == ("paused", None, 10_800, 14_400)
    story.status("2026-01-05 15:00", "open")

    clock = story.clock("resolution")
    assert clock.due_at == at("2026-01-05 16:00")
    assert [row[0] for row in legs(clock)] == ["started", "paused", "priority", "resumed"]
    assert_sound(story.ticket)


def test_a_target_that_is_used_up_already_is_missed_when_it_comes_to_hold_and_not_before():
    make_policy(calendar=make_calendar(), resolution={"normal": 480, "urgent": 120})
    story = Story("2026-01-05 09:00")
    story.status("2026-01-05 12:00", "pending")

    story.do("2026-01-05 13:00", SetPriority("urgent"))

    clock = story.clock("resolution")
    assert (clock.state, clock.breached_at, clock.breach_cause) == ("breached_open", at("2026-01-05 13:00"), "rebase")
    assert clock.due_at is None
    assert (story.refreshed().next_due_at, story.ticket.sla_state) == (at("2026-01-05 13:00"), "late")
    assert_sound(story.ticket)


@pytest.mark.parametrize(
    ("reopened", "due"), [("2026-01-06 10:00", "2026-01-06 15:00"), ("2026-01-06 22:00", "2026-01-07 14:00")]
)
def test_a_ticket_reopened_inside_and_outside_hours_goes_on_with_what_was_used(reopened, due):
    make_policy(calendar=make_calendar(), resolution=480)
    story = Story("2026-01-05 09:00")
    story.status("2026-01-05 12:00", "solved")

    story.customer(reopened)

    clock = story.clock("resolution")
    assert (clock.state, clock.used_seconds, clock.due_at) == ("running", 10_800, at(due))
    assert clock.legs.get(reason="solved").used_seconds == 0
    assert_sound(story.ticket)


def test_a_target_that_became_shorter_while_the_ticket_was_solved_is_missed_when_it_is_reopened_and_not_before():
    make_policy(resolution={"normal": 120, "high": 60})
    story = Story("2026-06-01 10:00")
    story.status("2026-06-01 11:30", "solved")
    story.do("2026-06-01 11:40", SetPriority("high"))

    story.status("2026-06-01 12:00", "open")

    clock = story.clock("resolution")
    assert (clock.state, clock.breach_cause, clock.breached_at) == ("breached_open", "rebase", at("2026-06-01 12:00"))
    assert clock.due_at == at("2026-06-01 12:00")
    assert_sound(story.ticket)


def test_a_breach_stays_a_breach_when_the_ticket_is_solved_reopened_and_solved_again():
    make_policy(resolution=60)
    story = Story("2026-01-05 09:00")
    story.status("2026-01-05 11:00", "solved")
    story.customer("2026-01-05 12:00")
    assert story.clock("resolution").state == "breached_open"

    story.status("2026-01-05 12:10", "solved")

    clock = story.clock("resolution")
    assert (clock.state, clock.breached_at, clock.detected_at) == (
        "breached_closed",
        at("2026-01-05 10:00"),
        at("2026-01-05 11:00"),
    )
    assert clock.used_seconds == 7800
    assert_sound(story.ticket)


@pytest.fixture
def two_running(ana, billing):
    """Two tickets of one customer, an hour apart, the first with a policy of its own."""
    make_policy("Ours", calendar=make_calendar(), first_response=240, resolution=960, team_handling=480)
    with time_machine.travel(at("2026-01-05 09:00"), tick=False) as clock:
        first = _open(billing)
        clock.shift(timedelta(hours=1))
        second = _open(billing)
        clock.shift(timedelta(hours=1))
        yield first, second, clock


def _open(team):
    customer = make_customer()
    said = AddCustomerMessage(customer.pk, "Kim", "It burns.")
    by = Actor.customer(customer.pk, "Kim")
    return open_ticket("A", customer, said, by=by, via="web", channel="web", team_id=team.pk)[0]


def _seen(ticket):
    rows = SlaClock.objects.filter(ticket=ticket).order_by("metric", "sequence")
    return list(rows.values("metric", "state", "due_at", "used_seconds", "breached_at", "ended_at", "ended_cause"))


def test_a_merge_cancels_the_clocks_of_the_one_and_its_undoing_restores_them_to_the_second(two_running, ana):
    source, target, clock = two_running
    before, targets = _seen(source), _seen(target)

    merge_tickets(source.pk, target.pk, by=Actor.agent(ana), via="web")
    assert {(one["state"], one["ended_cause"]) for one in _seen(source)} == {("cancelled", "merged")}
    assert _seen(target) == targets
    source.refresh_from_db()
    assert (source.next_due_at, source.sla_state) == (None, "")

    clock.shift(timedelta(hours=1))
    undo_merge(source.pk, by=Actor.agent(ana), via="web")

    # Due as before; what was used until the merge stands in its own leg now.
    after = _seen(source)
    assert [one | {"used_seconds": 0} for one in after] == [one | {"used_seconds": 0} for one in before]
    assert {one["used_seconds"] for one in after} == {7200}
    assert _seen(target) == targets
    source.refresh_from_db()
    assert (source.next_due_at, source.sla_state) == (at("2026-01-05 13:00"), "running")
    assert legs(SlaClock.objects.get(ticket=source, metric="resolution")) == [
        ("started", True, "2:00:00", 7200),
        ("restored", True, "", 0),
    ]
    assert_sound(source, target)


def test_what_fell_due_while_the_ticket_was_merged_away_was_missed_then(two_running, ana):
    source, target, clock = two_running
    merge_tickets(source.pk, target.pk, by=Actor.agent(ana), via="web")

    clock.shift(timedelta(hours=3))
    undo_merge(source.pk, by=Actor.agent(ana), via="web")

    late = SlaClock.objects.get(ticket=source, metric="first_response")
    assert (late.state, late.breached_at, late.detected_at) == (
        "breached_open",
        at("2026-01-05 13:00"),
        at("2026-01-05 14:00"),
    )
    assert_sound(source, target)


def test_two_schedules_one_after_the_other_add_up():
    """959.46 minutes, where counting by the last alone would give 689.46."""
    case = read("two_schedules.json")
    first, second = (
        [[list(one) for one in intervals(hours.get(day, []))] for day in DAYS] for hours in case["schedules"].values()
    )
    begins, switched, ends = case["spans"][0]["from"], case["spans"][1]["from"], case["spans"][1]["to"]
    calendar = make_calendar("Shift", weekly=first)
    make_policy(calendar=calendar, resolution=2000)
    story = Story(begins)

    edit_calendar(calendar, weekly=second, in_force_from=at(switched))
    policy = SlaAssignment.objects.get().policy_version
    clocks.assign(story.refreshed(), policy, version_in_force(calendar, at(switched)), "edited", None, at(switched))
    story.status(ends, "solved")

    clock = story.clock("resolution")
    spans = [(reason, used) for reason, _running, _lasted, used in legs(clock)]
    assert spans == [("started", 57_555), ("calendar", 13)]
    assert clock.used_seconds == case["expect_seconds_total"] == 57_568
    assert_sound(story.ticket)


def test_a_ticket_opened_outside_hours_uses_nothing_until_the_desk_opens():
    make_policy(calendar=make_calendar(), first_response=60)
    story = Story("2026-01-03 20:00")
    assert story.clock("first_response").due_at == at("2026-01-05 10:00")

    story.reply("2026-01-04 03:00")

    assert story.clock("first_response").used_seconds == 0
    assert story.clock("first_response").state == "met"


def test_a_target_longer_than_a_week():
    make_policy(calendar=make_calendar(), resolution=60 * 8 * 12)

    story = Story("2026-01-05 12:00")

    assert story.clock("resolution").due_at == at("2026-01-21 12:00")


def test_a_calendar_that_goes_over_midnight():
    make_policy(calendar=make_calendar(weekly=NIGHTS), first_response=240)

    story = Story("2026-01-05 23:00")
    assert story.clock("first_response").due_at == at("2026-01-06 03:00")
    story.reply("2026-01-06 22:30")

    clock = story.clock("first_response")
    assert (clock.state, clock.used_seconds) == ("breached_closed", 7 * 3600 + 1800)


# --- the metrics -----------------------------------------------------------------------------------------------


def test_a_next_response_runs_from_the_oldest_unanswered_message_once_for_each_run():
    make_policy(first_response=60, next_response=120)
    story = Story("2026-01-05 10:00")
    story.reply("2026-01-05 10:30")
    assert not SlaClock.objects.filter(metric="next_response").exists()

    story.customer("2026-01-05 11:00")
    story.customer("2026-01-05 11:30")
    assert story.clock("next_response").due_at == at("2026-01-05 13:00")
    story.reply("2026-01-05 12:00")
    story.customer("2026-01-05 14:00")

    assert story.clocks() == [
        ("first_response", 1, "met"),
        ("next_response", 1, "met"),
        ("next_response", 2, "running"),
    ]
    assert_sound(story.ticket)


def test_what_is_solved_without_an_answer_is_unanswered_and_a_first_response_is_owed_again_when_it_is_reopened():
    make_policy(first_response=60, next_response=60)
    story = Story("2026-01-05 10:00")
    story.status("2026-01-05 10:20", "solved")
    assert story.clock("first_response").state == "unanswered"

    story.customer("2026-01-05 12:00")
    clock = story.clock("first_response")
    assert (clock.state, clock.due_at) == ("running", at("2026-01-05 12:40"))
    story.reply("2026-01-05 12:30")
    story.customer("2026-01-05 13:00")
    story.status("2026-01-05 13:10", "solved")

    assert story.clocks() == [("first_response", 1, "met"), ("next_response", 1, "unanswered")]
    assert_sound(story.ticket)


def test_thanks_notes_and_automatic_mails_start_and_stop_nothing():
    make_policy(first_response=60, next_response=60)
    story = Story("2026-01-05 10:00")
    story.do("2026-01-05 10:05", AddReply("We have received your mail."))
    assert story.clock("first_response").state == "running"
    story.reply("2026-01-05 10:10", SetStatus("solved"))

    story.customer("2026-01-05 10:20", "Thanks!", thanks=True)

    assert story.clocks() == [("first_response", 1, "met")]
    assert_sound(story.ticket)


def test_periodic_updates_follow_one_another_and_rest_while_the_customer_is_waited_for():
    make_policy(periodic_update=120)
    story = Story("2026-01-05 10:00")
    assert story.clocks() == []
    story.reply("2026-01-05 10:30")
    story.reply("2026-01-05 11:30", SetStatus("pending"))
    story.status("2026-01-05 15:30", "open")
    assert story.clock("periodic_update").due_at == at("2026-01-05 17:30")

    story.reply("2026-01-05 18:00", SetStatus("solved"))
    story.do("2026-01-06 18:00", SetStatus("closed"))

    assert story.clocks() == [
        ("periodic_update", 1, "met"),
        ("periodic_update", 2, "breached_closed"),
        ("periodic_update", 3, "cancelled"),
    ]
    assert story.clock("periodic_update", 2).breached_at == at("2026-01-05 17:30")
    assert_sound(story.ticket)


def test_each_visit_to_a_team_has_a_clock_of_its_own(billing, technical):
    make_policy(team_handling=60)
    story = Story("2026-01-05 10:00", team=billing)
    story.do("2026-01-05 10:30", MoveToTeam(technical.pk))
    story.do("2026-01-05 12:00", MoveToTeam(billing.pk))
    story.status("2026-01-05 12:10", "solved")
    story.status("2026-01-05 13:00", "open")

    rows = SlaClock.objects.order_by("sequence").values_list("team_id_then", "state", "ended_cause", "used_seconds")
    assert list(rows) == [
        (billing.pk, "met", "left_team", 1800),
        (technical.pk, "breached_closed", "left_team", 5400),
        (billing.pk, "met", "solved", 600),
        (billing.pk, "running", "", 0),
    ]
    assert_sound(story.ticket)


# --- which policy ----------------------------------------------------------------------------------------------


def test_the_first_policy_whose_condition_is_met_holds_and_another_takes_over_with_what_was_used():
    vip = make_policy("VIP", conditions=[{"tag": ["vip"]}, {"priority": ["urgent"]}], resolution=60)
    make_policy("Rest", resolution=600)
    story = Story("2026-01-05 10:00")
    assert story.clock("resolution").due_at == at("2026-01-05 20:00")

    story.do("2026-01-05 10:40", AddTag("vip"))

    clock = story.clock("resolution")
    assert (clock.due_at, clock.used_seconds, clock.policy_version.policy) == (at("2026-01-05 11:00"), 2400, vip)
    assert [row[0] for row in legs(clock)] == ["started", "policy"]
    assert list(SlaAssignment.objects.order_by("pk").values_list("cause", flat=True)) == ["matched", "matched"]
    assert_sound(story.ticket)


def test_a_ticket_keeps_the_version_that_it_was_promised():
    policy = make_policy(resolution={"normal": 60, "high": 60}, conditions=[{"priority": ["normal", "high"]}])
    story = Story("2026-01-05 10:00")
    edit_policy(policy, resolution=30)

    story.do("2026-01-05 10:10", SetPriority("high"))
    later = Story("2026-01-05 10:10")

    assert story.clock("resolution").target_seconds == 3600
    assert later.clock("resolution").target_seconds == 1800
    assert SlaAssignment.objects.filter(ticket=story.ticket).count() == 1


def test_while_no_policy_holds_nothing_counts_and_nothing_is_due():
    make_policy(conditions=[{"priority": ["high"]}], resolution=60)
    story = Story("2026-01-05 10:00", SetPriority("high"))
    story.do("2026-01-05 10:30", SetPriority("low"))
    assert story.clock("resolution").due_at is None
    assert (story.refreshed().next_due_at, story.ticket.sla_state) == (None, "")

    story.do("2026-01-05 14:00", SetPriority("high"))

    clock = story.clock("resolution")
    assert (clock.used_seconds, clock.due_at) == (1800, at("2026-01-05 14:30"))
    assert [row[0] for row in legs(clock)] == ["started", "no_policy", "policy"]
    assert_sound(story.ticket)


def test_a_ticket_that_comes_under_its_first_policy_late_is_measured_from_then_on(ana):
    story = Story("2026-01-05 10:00", agent=ana)
    story.reply("2026-01-05 10:10")
    story.customer("2026-01-05 10:20")
    policy = make_policy(first_response=60, next_response=60, resolution=60)

    story.do("2026-01-05 11:00", SetSlaPolicy(policy.pk))

    assert story.clocks() == [("next_response", 1, "running"), ("resolution", 1, "running")]
    clock = story.clock("next_response")
    assert (clock.started_at, clock.due_at) == (at("2026-01-05 10:20"), at("2026-01-05 12:00"))
    assert legs(clock) == [("no_policy", False, "0:40:00", 0), ("policy", True, "", 0)]
    assert_sound(story.ticket)


def test_what_is_set_by_hand_stays_until_the_conditions_may_choose_again():
    urgent = make_policy("Urgent", conditions=[{"priority": ["urgent"]}], resolution=30)
    by_hand = make_policy("By hand", conditions=[{"tag": ["nobody-has-it"]}], resolution=600)
    story = Story("2026-01-05 10:00")
    story.do("2026-01-05 10:05", SetSlaPolicy(by_hand.pk))
    story.do("2026-01-05 10:10", SetPriority("urgent"))
    assert story.clock("resolution").policy_version.policy == by_hand
    assert story.do("2026-01-05 10:11", SetSlaPolicy(by_hand.pk)) is None

    story.do("2026-01-05 10:12", SetSlaPolicy(None))

    assert story.clock("resolution").policy_version.policy == urgent
    facts = Event.objects.filter(kind="sla_policy_set").order_by("pk").values_list("data", flat=True)
    named = {"id": by_hand.pk, "name": "By hand"}
    assert list(facts) == [{"from": None, "to": named}, {"from": named, "to": None}]
    assert story.do("2026-01-05 10:13", SetSlaPolicy(None)) is None
    assert_sound(story.ticket)


def test_a_policy_that_is_not_in_force_yet_promises_nothing():
    make_policy(resolution=60, in_force_from=at("2026-01-05 12:00"))

    story = Story("2026-01-05 10:00")

    assert not SlaAssignment.objects.exists()
    assert story.refreshed().sla_state == ""


# --- taken back, parted, many at once ---------------------------------------------------------------------------


def test_a_reply_that_is_taken_back_was_no_answer(ana, settings):
    settings.UNDO_SEND_SECONDS = 60
    make_policy(first_response=60, periodic_update=60)
    with time_machine.travel(at("2026-01-05 10:00"), tick=False) as clock:
        ticket = _open_without_team()
        clock.shift(timedelta(minutes=30))
        perform(ticket.pk, AddReply("No."), by=Actor.agent(ana), via="web")
        assert SlaClock.objects.get(metric="first_response").state == "met"
        clock.shift(timedelta(seconds=20))

        perform(ticket.pk, WithdrawMessage(Message.objects.latest("pk").pk), by=Actor.agent(ana), via="web")

    first = SlaClock.objects.get(metric="first_response")
    assert (first.state, first.due_at, first.satisfied_at) == ("running", at("2026-01-05 11:00"), None)
    assert legs(first) == [("started", True, "0:30:00", 1800), ("withdrawn", True, "", 0)]
    update = SlaClock.objects.get(metric="periodic_update")
    assert (update.state, update.ended_cause) == ("cancelled", "withdrawn")
    assert_sound(ticket)


def _open_without_team():
    customer = make_customer()
    said = AddCustomerMessage(customer.pk, "Kim", "It burns.")
    return open_ticket("A", customer, said, by=Actor.customer(customer.pk, "Kim"), via="web", channel="web")[0]


def test_a_ticket_that_is_split_off_is_measured_from_when_its_customer_wrote(ana):
    make_policy(first_response=60, next_response=60, resolution=600)
    story = Story("2026-01-05 09:00", agent=ana)
    story.reply("2026-01-05 09:10")
    story.customer("2026-01-05 10:00", "And another thing.")
    moved = Message.objects.latest("pk")

    with time_machine.travel(at("2026-01-05 10:30"), tick=False) as clock:
        made = split_ticket(story.ticket.pk, moved.pk, "Another thing", by=Actor.agent(ana), via="web").made
        first = SlaClock.objects.get(ticket=made, metric="first_response")
        assert (first.started_at, first.due_at) == (at("2026-01-05 10:00"), at("2026-01-05 11:00"))
        assert SlaClock.objects.get(ticket=made, metric="resolution").started_at == at("2026-01-05 10:00")
        gone = story.clock("next_response")
        assert (gone.state, gone.ended_cause) == ("cancelled", "split_off")
        assert_sound(story.ticket, made)

        clock.shift(timedelta(minutes=5))
        undo_split(made.pk, by=Actor.agent(ana), via="web")

    back = story.clock("next_response")
    assert (back.state, back.due_at) == ("running", at("2026-01-05 11:00"))
    assert not SlaClock.objects.filter(ticket=made, ended_at=None).exists()
    assert_sound(story.ticket, made)


def test_what_was_late_before_it_was_split_off_is_known_to_be_late_since_the_split(ana):
    make_policy(first_response=60)
    story = Story("2026-01-05 09:00", agent=ana)
    story.customer("2026-01-05 10:00", "And another thing.")
    moved = Message.objects.latest("pk")

    with time_machine.travel(at("2026-01-05 14:00"), tick=False):
        made = split_ticket(story.ticket.pk, moved.pk, "Another thing", by=Actor.agent(ana), via="web").made

    late = SlaClock.objects.get(ticket=made)
    assert (late.state, late.breached_at, late.detected_at) == (
        "breached_open",
        at("2026-01-05 11:00"),
        at("2026-01-05 14:00"),
    )
    made.refresh_from_db()
    assert (made.next_due_at, made.sla_state) == (at("2026-01-05 11:00"), "late")
    assert_sound(story.ticket, made)


def test_many_tickets_opened_together_cost_the_statements_of_one(django_assert_max_num_queries, billing):
    make_policy("VIP", conditions=[{"priority": ["urgent"]}], calendar=make_calendar(), first_response=30)
    make_policy("Rest", first_response=60, resolution=600)
    customer = make_customer()
    by = Actor.system("mail")
    openings = [
        Opening(
            f"Matter {number}",
            customer,
            [AddCustomerMessage(customer.pk, "Kim", "Help"), *([SetPriority("urgent")] if number % 2 else [])],
            by,
            "email",
            "email",
            team_id=billing.pk,
            at=at("2026-01-05 10:00"),
        )
        for number in range(20)
    ]

    # 11 of them for the clocks: which policies there are (3), who meets them, calendar (2), five tables.
    with django_assert_max_num_queries(32):
        opened = [ticket for ticket, _change in open_together(openings)]

    assert SlaClock.objects.filter(metric="first_response").count() == 20
    assert Ticket.objects.filter(next_due_at=at("2026-01-05 10:30")).count() == 10
    assert Ticket.objects.filter(next_due_at=at("2026-01-05 11:00")).count() == 10
    assert_sound(*opened)


def test_a_house_without_policies_pays_no_statement_for_clocks(ana, settings):
    ticket = _open_without_team()
    by = Actor.agent(ana)
    perform(ticket.pk, AddReply("One."), by=by, via="web")
    settings.TICKET_SUBSCRIBERS = ["sla.subscribers.track_clocks"]
    with CaptureQueriesContext(connection) as with_clocks:
        perform(ticket.pk, AddReply("Two."), by=by, via="web")
    settings.TICKET_SUBSCRIBERS = []
    with CaptureQueriesContext(connection) as without:
        perform(ticket.pk, AddReply("Three."), by=by, via="web")

    assert len(with_clocks) == len(without)


def test_hours_that_never_come_again_leave_a_clock_without_a_due_time():
    opened_once = {"2026-01-05": [[540, 600]]}
    make_policy(calendar=make_calendar(weekly=[[]] * 7, openings=opened_once), first_response=600)

    story = Story("2026-01-05 09:00")

    assert (story.clock("first_response").state, story.clock("first_response").due_at) == ("running", None)
    assert story.refreshed().sla_state == "running"
