"""How often tickets go from hand to hand, and what was undone of it: an undoing is known by what it took back."""

from __future__ import annotations

from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import connection

from agents.actors import Actor
from agents.models import Agent, Team
from reports.keeping import keep
from reports.models import Fact, Kind
from reports.past import pasts
from reports.reassigning import reassignments
from tests.factories import make_agent, make_team
from tests.reports import naive
from tests.sla.making import Story, at
from tickets import bulk
from tickets.actions import AssignTo, MoveToTeam, SetPriority
from tickets.models import BulkJob, Change, Ticket

pytestmark = pytest.mark.django_db

upgrade = import_module("tickets.migrations.0022_names_of_undoings")


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


def test_undoings_from_before_they_said_what_they_took_back_are_named_by_the_upgrade(monkeypatch):
    ann, bob, ida = make_agent("Ann"), make_agent("Bob"), make_agent("Ida")
    first, second, forgotten, taken = (Story("2026-03-02 10:00", AssignTo(ann.pk)) for _each in range(4))
    for stories in ((first, second), (forgotten,), (taken,)):
        with time_machine.travel(at("2026-03-02 12:00"), tick=False):
            chosen = Ticket.objects.filter(pk__in=[story.ticket.pk for story in stories])
            job = bulk.ask(chosen, [AssignTo(bob.pk)], Actor.agent(ida))
        with time_machine.travel(at("2026-03-02 13:00"), tick=False):
            back = bulk.undo(job, Actor.agent(ida))
        # As they were named before: by the number of the undoing alone.
        for item in back.items.changed():
            Change.objects.filter(pk=item.change).update(gesture=f"bulk-{back.pk}-{item.ticket}")
    of_taken = f"undo-{job.pk}-{taken.ticket.pk}"
    taken.do("2026-03-02 14:00", SetPriority("high"), by=Actor.agent(ida).importing())
    Change.objects.filter(pk=taken.ticket.changes.latest("pk").pk).update(gesture=of_taken, via="api")
    before = dict(Change.objects.values_list("pk", "gesture"))
    BulkJob.objects.filter(items__ticket=forgotten.ticket.pk).delete()
    given_and_put_back = [at("2026-03-02 12:00"), at("2026-03-02 13:00")]
    assert [told_again(story) for story in (first, second, forgotten, taken)] == [given_and_put_back] * 4

    monkeypatch.setattr(upgrade, "PART", 1)
    for _time in range(2):
        upgrade.name_undoings(apps, connection.schema_editor())

        told = [told_again(story) for story in (first, second, forgotten, taken)]
        assert told == [[], [], given_and_put_back, given_and_put_back]
        now = dict(Change.objects.values_list("pk", "gesture"))
        assert len([pk for pk in now if now[pk] != before[pk]]) == 2


def told_again(story):
    return [found.at for found in reassignments(pasts([story.ticket.pk])[0])]
