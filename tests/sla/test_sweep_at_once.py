"""Several sweeps at the same moment, and people at work meanwhile; PostgreSQL only."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils.timezone import now

from agents.actors import Actor
from sla.actions import breach
from sla.models import ClockStep, Escalation, SlaClock
from sla.sweep import sweep
from tests.factories import make_agent, make_customer, make_team
from tests.sla.making import Story, assert_sound, make_policy
from tests.test_concurrency import together
from tickets.actions import AddNote
from tickets.models import Change, Event, Ticket
from tickets.perform import perform

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need PostgreSQL"),
]

LADDER = [
    {"metric": "first_response", "at": "50%", "notify": ["assignee"]},
    {"metric": "first_response", "at": "0", "escalate": True, "ack_minutes": 600},
]


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.TICKET_REACTIONS = []


@pytest.fixture
def late_tickets() -> list[Ticket]:
    """Forty tickets whose hour for the first answer is over, and nobody has swept."""
    team, kim = make_team("Billing"), make_customer()
    make_agent("Leo", role="supervisor", teams=[team])
    make_policy(first_response=60, ladder=LADDER)
    opened = now() - timedelta(hours=2)
    return [Story(opened, requester=kim, team=team).ticket for _number in range(40)]


def assert_each_step_once(tickets):
    for ticket in tickets:
        steps = ClockStep.objects.filter(clock__ticket=ticket).order_by("pk").values_list("step", flat=True)
        assert list(steps) == ["50%#1", "due", "0#1"]
        assert Event.objects.filter(change__ticket=ticket, kind="sla_breached").count() == 1
        assert Escalation.objects.filter(ticket=ticket).count() == 1
    assert_sound(*tickets[:3])


def test_two_sweeps_at_once_take_each_step_once(late_tickets):
    results = together(sweep, sweep, sweep)

    assert sum(swept.done for swept in results) == 120
    assert sum(swept.poisoned for swept in results) == 0
    assert_each_step_once(late_tickets)


def test_two_sweeps_share_the_work(late_tickets, monkeypatch):
    """Neither waits for the tickets that the other holds."""
    real = breach._take

    def slowly(*args, **how):
        time.sleep(0.01)
        return real(*args, **how)

    monkeypatch.setattr(breach, "_take", slowly)

    results = together(sweep, sweep)

    assert all(swept.done > 0 for swept in results)
    assert_each_step_once(late_tickets)


def test_people_who_work_on_the_tickets_meanwhile_are_not_disturbed(late_tickets):
    by = Actor.system("test")

    def write():
        for ticket in late_tickets:
            perform(ticket.pk, AddNote("Seen."), by=by, via="test")

    results = together(sweep, write, sweep)

    assert [error for error in results if isinstance(error, Exception)] == []
    sweep()
    assert_each_step_once(late_tickets)
    assert Change.objects.filter(actor_name="test", ticket__in=late_tickets).count() == 40


def test_a_sweep_that_dies_in_the_middle_of_a_batch_leaves_it_all_to_the_next(late_tickets, monkeypatch):
    """Its transaction ends with its connection; nothing of the batch is half done."""
    real, count = breach._take, iter(range(10_000))

    class Killed(BaseException):
        pass

    def die(*args, **how):
        if next(count) == 60:
            raise Killed
        return real(*args, **how)

    monkeypatch.setattr(breach, "_take", die)

    def doomed():
        try:
            sweep()
        except Killed:
            connections.close_all()

    thread = threading.Thread(target=doomed)
    thread.start()
    thread.join()
    assert 0 < ClockStep.objects.count() < 120
    monkeypatch.undo()

    sweep()

    assert_each_step_once(late_tickets)
    assert not SlaClock.objects.filter(metric="first_response", next_check_at__isnull=False).exists()
