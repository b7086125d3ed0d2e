"""Whoever leaves a team stops following its tickets, and with that stops seeing and hearing of them."""

from __future__ import annotations

from typing import Any

import pytest

from agents import teams
from agents.actors import Actor
from agents.models import Agent, Departure, Team
from customers.models import Customer
from notifications.models import Notification
from tests.factories import make_ticket
from tickets import outbox
from tickets.actions import AddCustomerMessage, Follow
from tickets.departures import follow_departures
from tickets.models import Change, Follower, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def followed(ticket: Ticket, ana: Agent) -> Ticket:
    perform(ticket.pk, Follow(ana.pk), by=Actor.agent(ana), via="web")
    return ticket


def leave(billing: Team, otto: Agent) -> None:
    teams.set_members(billing.pk, [], [], by=Actor.agent(otto))


def test_who_left_the_team_follows_and_sees_its_tickets_no_more(
    followed: Ticket, billing: Team, ana: Agent, otto: Agent, kim: Customer
) -> None:
    """E11: off the watcher lists; an answer of the customer rings no bell."""
    leave(billing, otto)

    assert follow_departures() == 1

    assert Follower.objects.count() == 0
    assert not Ticket.objects.visible_to(Actor.agent(ana)).filter(pk=followed.pk).exists()
    change = Change.objects.latest("pk")
    assert (change.actor_kind, change.actor_name) == ("system", "left-team")
    assert [event.kind for event in change.events.all()] == ["follower_removed"]
    said = AddCustomerMessage(kim.pk, kim.name, "Hello?", from_address=kim.email)
    perform(followed.pk, said, by=Actor.customer(kim.pk, kim.name), via="email")
    outbox.drain()
    assert Notification.objects.count() == 0


def test_a_departure_is_followed_once(followed: Ticket, billing: Team, otto: Agent, ana: Agent) -> None:
    leave(billing, otto)
    follow_departures()
    perform(followed.pk, Follow(ana.pk), by=Actor.agent(otto), via="web")

    assert follow_departures() == 0

    assert Follower.objects.count() == 1
    assert not Departure.objects.to_follow().exists()


def test_who_came_back_before_keeps_following(followed: Ticket, billing: Team, ana: Agent, otto: Agent) -> None:
    leave(billing, otto)
    teams.set_members(billing.pk, [ana], [], by=Actor.agent(otto))

    assert follow_departures() == 0
    assert Follower.objects.count() == 1


def test_tickets_of_other_teams_and_of_none_stay_followed(
    followed: Ticket, billing: Team, technical: Team, ana: Agent, otto: Agent, kim: Customer
) -> None:
    for team in (technical, None):
        other = make_ticket(kim, team=team)
        perform(other.pk, Follow(ana.pk), by=Actor.agent(otto), via="web")

    leave(billing, otto)

    assert follow_departures() == 1
    assert set(Follower.objects.values_list("ticket__team__name", flat=True)) == {"Technical", None}


def test_a_ticket_that_refuses_stops_no_other(
    followed: Ticket, billing: Team, ana: Agent, otto: Agent, kim: Customer, monkeypatch: Any
) -> None:
    from helpdesk.lib.errors import HelpdeskError
    from tickets import departures

    other = make_ticket(kim, team=billing)
    perform(other.pk, Follow(ana.pk), by=Actor.agent(ana), via="web")
    leave(billing, otto)
    real = departures.perform

    def refusing(ticket_id: int, *actions: Any, **how: Any) -> Any:
        if ticket_id == followed.pk:
            raise HelpdeskError("denied", "No.")
        return real(ticket_id, *actions, **how)

    monkeypatch.setattr(departures, "perform", refusing)

    assert follow_departures() == 1
    assert list(Follower.objects.values_list("ticket_id", flat=True)) == [followed.pk]
