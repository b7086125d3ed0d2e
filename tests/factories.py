"""Plain functions that make what a test needs, through the doors of the product."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import slugify

from agents.actors import Actor
from agents.models import Agent, Membership, Team
from agents.permissions import Role
from customers.matching import customer_for_email
from customers.models import Customer
from tickets.actions import Action, AddCustomerMessage
from tickets.models import Ticket
from tickets.opening import open_ticket
from tickets.perform import perform

PASSWORD = "correct horse battery staple"


def make_team(name: str) -> Team:
    return Team.objects.create(name=name, slug=slugify(name))


def make_agent(name: str, role: str = Role.AGENT, teams: Iterable[Team] = (), email: str = "") -> Agent:
    agent = Agent.objects.create_user(email or f"{slugify(name)}@desk.example", PASSWORD, name=name, role=role)
    Membership.objects.bulk_create(Membership(agent=agent, team=team) for team in teams)
    return agent


def make_customer(name: str = "Kim Jensen", email: str = "kim@alpha.example") -> Customer:
    return customer_for_email(email, name)


def make_ticket(
    requester: Customer | None = None,
    *actions: Action,
    subject: str = "Printer on fire",
    text: str = "It burns.",
    team: Team | None = None,
    channel: str = "email",
) -> Ticket:
    """A ticket that a customer opened with one message; further `actions` are then done by the house."""
    requester = requester or make_customer()
    said = AddCustomerMessage(requester.pk, requester.display_name, text, from_address=requester.email)
    by = Actor.customer(requester.pk, requester.display_name)
    ticket, _change = open_ticket(
        subject, requester, said, by=by, via="email", channel=channel, team_id=team.pk if team else None
    )
    if actions:
        perform(ticket.pk, *actions, by=Actor.system("test"), via="test")
    ticket.refresh_from_db()
    return ticket
