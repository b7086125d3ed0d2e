"""What makes a queue be looked at: changes that bring work or room, an agent who comes, and the beat for all else."""

from __future__ import annotations

import math

import pytest
from django.conf import settings

from agents.actors import Actor
from agents.own_account import set_availability
from automation import known_teams, waking
from automation.handing import hand_out
from automation.models import TeamRouting
from automation.tasks import hand_out as hand_out_task
from tests.automation.making import holders, make_member, queue, route
from tickets import outbox
from tickets.actions import AddTag, AssignTo, MoveToTeam, SetPriority, SetStatus, Snooze, Wake
from tickets.models import OutboxEntry
from tickets.perform import perform

pytestmark = pytest.mark.django_db

LOOK = ["automation.reactions.look_at_queues", "automation.reactions.look_at_its_new_queue"]


@pytest.fixture
def woken(monkeypatch):
    calls = []
    monkeypatch.setattr("automation.reactions.wake", lambda: calls.append(1))
    return calls


def owed() -> int:
    return OutboxEntry.objects.filter(reaction__in=LOOK).count()


def do(ticket, *actions):
    """How many rows the house owes to routing for this."""
    before = owed()
    perform(ticket.pk, *actions, by=Actor.system("test"), via="test")
    return owed() - before


def test_a_house_that_works_by_hand_owes_routing_nothing(billing, technical, django_assert_num_queries):
    route(billing, "manual")
    ada = make_member("Ada", billing)
    known_teams.automatic_teams()

    (ticket,) = queue(billing, 1)
    perform(ticket.pk, AssignTo(ada.pk), by=Actor.system("test"), via="test")
    perform(ticket.pk, SetStatus("solved"), by=Actor.system("test"), via="test")
    with django_assert_num_queries(0):
        known_teams.automatic_teams()

    assert owed() == 0


def test_what_brings_work_or_room_is_owed_a_look(billing, technical):
    route(billing)
    ada = make_member("Ada", billing)

    (ticket,) = queue(billing, 1)
    opened = owed()

    assert opened == 1
    assert do(ticket, MoveToTeam(technical.pk)) == 0
    assert do(ticket, MoveToTeam(billing.pk)) == 1
    assert do(ticket, AssignTo(ada.pk)) == 0
    assert do(ticket, AssignTo(None)) == 1
    assert do(ticket, SetStatus("pending")) == 0
    assert do(ticket, SetStatus("open")) == 1
    assert do(ticket, SetStatus("solved")) == 1
    assert do(ticket, SetStatus("open")) == 1
    assert do(ticket, Snooze("2999-01-01T00:00:00+00:00")) == 0
    assert do(ticket, Wake()) == 1
    assert do(ticket, AddTag("x"), SetPriority("high")) == 0


def test_tickets_of_other_teams_bring_no_work(billing, technical):
    route(billing)

    queue(technical, 1)

    assert owed() == 0


def test_what_routing_itself_assigns_owes_no_further_look(billing):
    route(billing)
    make_member("Ada", billing)
    tickets = queue(billing, 2)
    before = owed()

    hand_out()

    assert holders(*tickets) == ["Ada", "Ada"]
    assert owed() == before


def test_a_flood_of_tickets_wakes_once(billing, woken, django_capture_on_commit_callbacks):
    route(billing)
    queue(billing, 5)

    with django_capture_on_commit_callbacks(execute=True):
        outbox.drain()

    assert woken == [1]
    assert not OutboxEntry.objects.filter(reaction__in=LOOK, state="owed").exists()


def test_one_change_wakes_a_worker_after_the_commit(billing, woken, django_capture_on_commit_callbacks):
    route(billing)
    queue(billing, 1)

    with django_capture_on_commit_callbacks() as waiting:
        outbox.drain()
    before = list(woken)
    for callback in waiting:
        callback()

    assert (before, woken) == ([], [1])


def test_a_broker_that_is_down_costs_nothing_but_time(monkeypatch, billing):
    tries = []

    def down(*args, **kwargs):
        tries.append(args)
        raise ConnectionError

    monkeypatch.setattr(waking, "_broker_failed_at", -math.inf)
    monkeypatch.setattr(waking.current_app, "send_task", down)
    route(billing)
    make_member("Ada", billing)
    tickets = queue(billing, 1)

    waking.wake()
    waking.wake()
    hand_out_task()  # as the beat does

    assert len(tries) == 1
    assert holders(*tickets) == ["Ada"]


def test_the_beat_looks_at_every_queue():
    assert settings.CELERY_BEAT_SCHEDULE["hand-out"]["task"] == waking.HAND_OUT == hand_out_task.name
    assert settings.CELERY_BEAT_SCHEDULE["hand-out"]["schedule"] <= 15


def test_with_nothing_waiting_a_sweep_asks_once(billing, technical, django_assert_num_queries):
    route(billing)
    route(technical)
    make_member("Ada", billing)

    with django_assert_num_queries(1):
        assert hand_out() == 0


def test_with_nobody_there_a_sweep_does_not_read_the_queue(billing, django_assert_num_queries):
    route(billing)
    make_member("Ada", billing, availability="offline")
    queue(billing, 3)

    with django_assert_num_queries(6):  # teams with work, members, loads, turns, hours, skills
        assert hand_out() == 0


@pytest.mark.parametrize(("value", "calls"), [("online", 1), ("away", 0), ("offline", 0)])
def test_an_agent_who_comes_online_has_the_queues_looked_at(
    billing, monkeypatch, value, calls, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr(waking, "wake", lambda: told.append(1))
    agent = make_member("Ada", billing, availability="away" if value == "offline" else "offline")

    with django_capture_on_commit_callbacks(execute=True):
        set_availability(agent, value)
        set_availability(agent, value)  # said again: nothing new

    assert len(told) == calls


def test_which_teams_hand_out_is_asked_again_after_a_while(billing, monkeypatch):
    monkeypatch.setattr(known_teams, "KNOWN_FOR", -1)
    before = known_teams.automatic_teams()

    TeamRouting.objects.create(team=billing, mode="round_robin")  # as another process does

    assert (before, known_teams.automatic_teams()) == (frozenset(), {billing.pk})
