"""How often tickets go from hand to hand, and what was undone of it: an undoing is known by what it took back."""

from __future__ import annotations

import pytest
import time_machine

from agents.actors import Actor
from agents.models import Agent, Team
from reports.keeping import keep
from reports.models import Fact, Kind
from tests.factories import make_agent, make_team
from tests.reports import naive
from tests.sla.making import Story, at
from tickets import bulk
from tickets.actions import AssignTo, MoveToTeam
from tickets.models import BulkJob, Ticket

pytestmark = pytest.mark.django_db


def in_bulk(when, story, *actions):
    ida = Agent.objects.filter(name="Ida").first() or make_agent("Ida", teams=Team.objects.all())
    with time_machine.travel(at(when), tick=False):
        return bulk.ask(Ticket.objects.filter(pk=story.ticket.pk), actions, Actor.agent(ida))


def undone(when, job):
    with time_machine.travel(at(when), tick=False):
        back = bulk.undo(job, Actor.agent(job.agent))
    assert back.items.changed().count() == 1, back.items.get().reason


def reassigned(story):
    """As it is kept, which is what somebody finds who reads the rows of the jobs instead."""
    keep()
    told = list(
        Fact.objects.filter(kind=Kind.REASSIGNED, ticket=story.ticket).order_by("at").values_list("at", flat=True)
    )
    assert [item.at for item in sorted(naive.lives([story.ticket.pk])[0].hands(), key=lambda item: item.at)] == told
    return told


def test_giving_back_in_bulk_is_a_change_of_hands_and_only_undoing_is_none():
    billing = make_team("Billing")
    ann, bob = (make_agent(name, teams=[billing]) for name in ("Ann", "Bob"))
    moved, guarded, fresh = (Story("2026-03-02 10:00") for _each in range(3))
    for story in (moved, guarded):
        story.do("2026-03-02 11:00", AssignTo(ann.pk))

    # Really given away, and a week later really given back.
    in_bulk("2026-03-02 12:00", moved, AssignTo(bob.pk))
    in_bulk("2026-03-09 12:00", moved, AssignTo(ann.pk))
    # Put back what was a slip; then given away after all.
    undone("2026-03-02 12:01", in_bulk("2026-03-02 12:00", guarded, AssignTo(bob.pk), MoveToTeam(billing.pk)))
    in_bulk("2026-03-02 13:00", guarded, AssignTo(bob.pk))
    # The wrong one was the first who had it.
    undone("2026-03-02 12:01", in_bulk("2026-03-02 12:00", fresh, AssignTo(bob.pk)))
    in_bulk("2026-03-02 13:00", fresh, AssignTo(ann.pk))

    assert reassigned(moved) == [at("2026-03-02 12:00"), at("2026-03-09 12:00")]
    assert reassigned(guarded) == [at("2026-03-02 13:00")]
    assert reassigned(fresh) == []
    BulkJob.objects.all().delete()  # they are forgotten after a month: figures that are told anew stay
    Fact.objects.all().delete()
    fresh.do("2026-05-02 13:00", AssignTo(bob.pk))
    keep()
    assert list(Fact.objects.filter(kind=Kind.REASSIGNED).values_list("at", flat=True)) == [at("2026-05-02 13:00")]
