"""What is told of one ticket: each case of its life by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils.module_loading import import_string
from django.utils.timezone import now

from agents.actors import Actor
from reports import keeping, rebuilding
from reports.checking import differences
from reports.keeping import keep
from reports.metrics import KPIS
from reports.models import Fact, Kind, Span, Stale
from reports.returning import follow_all
from reports.selection import Selection
from reports.telling import tell
from reports.zone import day_of, start_of
from tests.factories import make_agent, make_team, make_ticket
from tests.sla.making import OFFICE, Story, at, make_calendar, make_policy
from tickets.actions import AddTag, AssignTo, MoveToTeam, SetPriority, SetStatus
from tickets.merging import merge_tickets
from tickets.unmerging import undo_merge

pytestmark = pytest.mark.django_db


def facts(kind, *columns):
    keep()
    rows = Fact.objects.filter(kind=kind).order_by("at", "pk")
    return list(rows.values_list(*columns, flat=len(columns) == 1))


def test_the_first_reply_is_counted_from_the_creation_and_credited_to_its_author():
    story = Story("2026-03-02 10:00")
    story.reply("2026-03-02 11:30")

    assert facts(Kind.FIRST_REPLY, "seconds", "agent_id", "at") == [(5400, story.agent.pk, at("2026-03-02 11:30"))]


def test_each_unanswered_run_counts_once_from_its_oldest_message():
    story = Story("2026-03-02 10:00")
    story.reply("2026-03-02 11:00")
    story.customer("2026-03-02 12:00")
    story.customer("2026-03-02 12:30")
    story.reply("2026-03-02 13:00")
    story.reply("2026-03-02 14:00")

    assert facts(Kind.NEXT_REPLY, "seconds") == [3600]


def test_a_solve_ends_a_run_without_an_answer():
    story = Story("2026-03-02 10:00")
    story.reply("2026-03-02 11:00")
    story.customer("2026-03-02 12:00")
    story.status("2026-03-02 12:10", "solved")
    story.reply("2026-03-02 12:20")

    assert facts(Kind.NEXT_REPLY, "seconds") == []


def test_an_answer_in_the_gesture_that_solves_is_an_answer():
    story = Story("2026-03-02 10:00")
    story.reply("2026-03-02 11:00")
    story.customer("2026-03-02 12:00")
    story.reply("2026-03-02 12:10", SetStatus("solved"))

    assert facts(Kind.NEXT_REPLY, "seconds") == [600]
    assert facts(Kind.SOLVED, "replies", "first", "last") == [(2, True, True)]


def test_a_ticket_opened_by_an_agent_has_no_first_reply():
    story = Story("2026-03-02 10:00", text=None, agent=make_agent("Ann"), by_agent=True)
    story.reply("2026-03-02 11:00")
    story.customer("2026-03-02 12:00")
    story.reply("2026-03-02 12:05")

    assert facts(Kind.FIRST_REPLY, "seconds") == []
    assert facts(Kind.NEXT_REPLY, "seconds") == [300]


def test_times_of_a_solve_are_parted_by_who_had_to_act():
    story = Story("2026-03-02 10:00")
    story.status("2026-03-02 11:00", "pending")
    story.status("2026-03-02 13:00", "on_hold")
    story.status("2026-03-02 16:00", "solved")

    assert facts(Kind.SOLVED, "seconds", "active", "ours", "theirs") == [(21600, 3600, 14400, 7200)]


def test_business_time_follows_the_opening_hours_in_force_on_the_ticket():
    make_policy(calendar=make_calendar(weekly=OFFICE), resolution=600)
    story = Story("2026-03-02 16:00")
    story.status("2026-03-03 10:00", "solved")

    assert facts(Kind.SOLVED, "seconds", "business", "active_business") == [(18 * 3600, 2 * 3600, 2 * 3600)]


def test_a_reopened_solve_says_after_how_long_and_is_not_the_last():
    story = Story("2026-03-02 10:00")
    story.status("2026-03-02 11:00", "solved")
    story.customer("2026-03-02 12:00")
    story.status("2026-03-02 13:00", "solved")

    assert facts(Kind.SOLVED, "seconds", "reopened_after", "first", "last") == [
        (3600, 3600, True, False),
        (10800, None, False, True),
    ]
    assert facts(Kind.REOPENED, "at") == [at("2026-03-02 12:00")]


def test_facts_carry_what_was_so_at_the_time():
    billing, technical, ann = make_team("Billing"), make_team("Technical"), make_agent("Ann")
    story = Story("2026-03-02 10:00", team=billing)
    story.do("2026-03-02 11:00", MoveToTeam(technical.pk), SetPriority("urgent"), AddTag("vip"))
    story.do("2026-03-02 12:00", AssignTo(ann.pk), SetStatus("solved"))
    story.do("2026-03-02 13:00", AddTag("late"))

    assert facts(Kind.CREATED, "team_id", "priority", "tags", "agent_id") == [(billing.pk, 2, "", None)]
    assert facts(Kind.SOLVED, "team_id", "priority", "tags", "agent_id") == [(technical.pk, 4, "\nvip\n", ann.pk)]


def test_hands_are_counted_after_the_first_without_lying_with_nobody():
    ann, bob = make_agent("Ann"), make_agent("Bob")
    story = Story("2026-03-02 10:00")
    for when, who in (("11:00", ann.pk), ("12:00", None), ("13:00", ann.pk), ("14:00", bob.pk)):
        story.do(f"2026-03-02 {when}", AssignTo(who))

    assert facts(Kind.REASSIGNED, "detail", "at") == [("agent", at("2026-03-02 14:00"))]


def test_promises_say_met_or_missed_at_the_due_time():
    make_policy(first_response=60, resolution=120)
    story = Story("2026-03-02 10:00")
    story.reply("2026-03-02 10:30")
    story.status("2026-03-02 13:00", "solved")

    assert facts(Kind.PROMISE, "detail", "outcome", "at") == [
        ("first_response", "met", at("2026-03-02 10:30")),
        ("resolution", "missed", at("2026-03-02 12:00")),
    ]


def test_whoever_asks_again_came_back_after_the_solve():
    story = Story("2026-03-02 10:00")
    story.status("2026-03-02 11:00", "solved")
    keep()
    Story("2026-03-03 11:00", requester=story.requester)

    assert facts(Kind.SOLVED, "returned_after") == [24 * 3600]


def test_a_ticket_that_an_import_brought_is_no_return_after_a_solve_that_it_did_not_bring():
    with time_machine.travel(at("2026-03-02 11:00"), tick=False):
        solved = make_ticket(None, SetStatus("solved"))
    imported = Story("2026-03-03 11:00", requester=solved.requester)
    keep()
    told = Fact.objects.filter(kind=Kind.SOLVED, ticket=solved).values_list("returned_after", flat=True)
    unmoved = told.get(), follow_all(), list(differences([solved.pk, imported.ticket.pk]))

    with time_machine.travel(at("2026-03-04 11:00"), tick=False):
        make_ticket(solved.requester)
    keep()

    assert unmoved == (None, 0, [])
    assert told.get() == 48 * 3600
    assert (follow_all(), list(differences([solved.pk]))) == (0, [])


def test_spans_cover_the_time_in_which_the_ticket_was_open():
    story = Story("2026-03-02 10:00")
    story.status("2026-03-02 11:00", "pending")
    story.status("2026-03-02 12:00", "solved")
    story.customer("2026-03-02 13:00")

    keep()

    assert list(Span.objects.order_by("place").values_list("status", "began", "ended")) == [
        ("new", at("2026-03-02 10:00"), at("2026-03-02 11:00")),
        ("pending", at("2026-03-02 11:00"), at("2026-03-02 12:00")),
        ("open", at("2026-03-02 13:00"), None),
    ]


def test_one_look_of_the_schedule_makes_a_figure_right_and_it_looks_every_five_seconds(settings):
    planned = settings.CELERY_BEAT_SCHEDULE["keep-reports"]
    today = Selection(start_of(day_of(now())), now() + timedelta(hours=1))
    make_ticket()
    before = KPIS["created"].figure(today).n

    import_string(planned["task"])()

    assert planned["schedule"] <= 5
    assert (before, KPIS["created"].figure(today).n) == (0, 1)


def test_a_merged_ticket_leaves_the_figures_and_comes_back_when_that_is_undone(as_root):
    source, target = Story("2026-03-02 10:00"), Story("2026-03-02 10:05")
    merge_tickets(source.ticket.pk, target.ticket.pk, by=as_root, via="web")

    assert facts(Kind.MERGED_AWAY, "ticket_id") == [source.ticket.pk]
    assert facts(Kind.CREATED, "merged") == [True, False]

    undo_merge(source.ticket.pk, by=as_root, via="web")

    assert facts(Kind.RESTORED, "ticket_id") == [source.ticket.pk]
    assert facts(Kind.CREATED, "merged") == [False, False]


def test_nothing_is_stale_after_keeping_and_nothing_is_written_twice():
    story = Story("2026-03-02 10:00")
    assert Stale.objects.count() == 1
    keep()
    before = list(Fact.objects.values_list("pk", flat=True))

    story.do("2026-03-02 11:00", AssignTo(make_agent("Ann").pk))
    keep()

    assert not Stale.objects.exists()
    assert list(Fact.objects.values_list("pk", flat=True)) == before


@pytest.fixture
def as_root(root):
    return Actor.agent(root)


def test_a_ticket_that_cannot_be_told_keeps_no_other_waiting(monkeypatch):
    first, bad, last = (make_ticket() for _n in range(3))
    keep()
    Fact.objects.all().delete()
    Stale.objects.bulk_create(Stale(ticket_id=one.pk) for one in (first, bad, last))
    since = Stale.objects.get(ticket=bad).since

    def broken(past):
        if past.ticket == bad.pk:
            raise ValueError
        return tell(past)

    monkeypatch.setattr(keeping, "tell", broken)

    assert keep() >= 2
    assert keep() == 0
    rebuilding.tell_anew([first.pk, bad.pk, last.pk])

    assert list(Stale.objects.values_list("ticket", "since")) == [(bad.pk, since)]
    told = Fact.objects.filter(kind="created").order_by("ticket").values_list("ticket", flat=True)
    assert list(told) == [first.pk, last.pk]
    monkeypatch.undo()
    assert keep() >= 1
    assert not Stale.objects.exists()
    assert Fact.objects.filter(ticket=bad.pk, kind="created").exists()
