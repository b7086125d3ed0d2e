"""Real threads hand out on real rows. Each of these fails when its lock is taken out; PostgreSQL only."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection  # noqa: F401  named in the condition of skipif

from agents.actors import Actor
from automation.choosing import Needs
from automation.handing import _give, _hand_out_in, hand_out
from automation.models import Mode, TeamRouting, Turn
from tests.automation.making import holders, make_member, queue, route
from tests.factories import make_team
from tests.test_concurrency import together
from tickets.actions import AssignTo, SetStatus
from tickets.models import Event, Ticket
from tickets.perform import perform

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="threads need PostgreSQL"),
]

NAMES = ("Ada", "Ben", "Cleo", "Dan")


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.TICKET_REACTIONS = []


@pytest.fixture
def team():
    return make_team("Billing")


def given() -> int:
    return Event.objects.filter(kind="assignee_changed").count()


def test_twenty_tickets_at_once_go_exactly_round(team):
    for name in NAMES:
        make_member(name, team)
    route(team)
    tickets = queue(team, 20)

    results = together(*[hand_out] * 6)

    assert sum(results) == 20
    assert Counter(holders(*tickets)) == dict.fromkeys(NAMES, 5)
    assert given() == 20  # none was given twice
    assert TeamRouting.objects.get().turns == 20
    assert sorted(Turn.objects.values_list("number", flat=True)) == [17, 18, 19, 20]


def test_twenty_workers_with_a_ticket_each_take_turns(team):
    for name in NAMES:
        make_member(name, team, capacity=6)
    route(team)
    tickets = queue(team, 20)

    together(*[lambda ticket=ticket: _give(team.pk, ticket, Needs()) for ticket in tickets])

    assert Counter(holders(*tickets)) == dict.fromkeys(NAMES, 5)
    assert TeamRouting.objects.get().turns == 20
    assert sorted(Turn.objects.values_list("number", flat=True)) == [17, 18, 19, 20]


def test_twenty_tickets_at_once_never_exceed_a_capacity(team):
    for name in NAMES:
        make_member(name, team, capacity=3)
    route(team, Mode.LEAST_LOADED)
    tickets = queue(team, 20)

    results = together(*[hand_out] * 6)

    assert sum(results) == 12
    assert Counter(holders(*tickets)) == dict.fromkeys(NAMES, 3) | {"": 8}


def test_an_agent_of_several_teams_is_never_given_more_than_they_take(team):
    """The teams have a lock each: what they share is the agent."""
    teams = [team, *(make_team(f"Team {number}") for number in range(5))]
    make_member("Ada", *teams, capacity=3)
    for each in teams:
        route(each)
        queue(each, 2)

    together(*[lambda each=each: _hand_out_in(TeamRouting.objects.get(pk=each.pk)) for each in teams])

    assert Ticket.objects.filter(assignee__name="Ada").count() == 3


def test_a_ticket_that_somebody_takes_meanwhile_is_theirs(team):
    ada = make_member("Ada", team)
    mine = make_member("Mine", team, availability="offline")
    route(team)
    tickets = queue(team, 10)

    def take():
        for ticket in reversed(tickets):
            perform(ticket.pk, AssignTo(mine.pk), by=Actor.agent(mine), via="web")

    results = together(hand_out, take)

    assert results[1] is None
    assert Counter(holders(*tickets)).keys() <= {"Ada", "Mine"}
    assert "" not in holders(*tickets)
    for ticket in tickets:  # what an agent took by hand stays with them: routing takes nothing from anybody
        last = Event.objects.of_ticket(ticket.pk).filter(kind="assignee_changed").latest("pk")
        assert last.data["to"]["id"] == Ticket.objects.get(pk=ticket.pk).assignee_id
        assert (last.data.get("reason") == "round_robin") == (last.data["to"]["id"] == ada.pk)
        assert not (last.data.get("reason") and last.data["from"])


def test_room_that_several_make_at_once_is_filled_once(team):
    for name in NAMES:
        make_member(name, team, capacity=1)
    route(team)
    first, rest = queue(team, 4), queue(team, 8)
    hand_out()

    def solve(ticket):
        perform(ticket.pk, SetStatus("solved"), by=Actor.system("test"), via="test")
        hand_out()

    together(*[lambda ticket=ticket: solve(ticket) for ticket in first])

    assert Counter(holders(*rest)) == dict.fromkeys(NAMES, 1) | {"": 4}
