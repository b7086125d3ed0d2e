"""Who else takes part: agents who follow a ticket, customers in copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from agents.models import Agent
from agents.permissions import Permission
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError
from tickets.actions.base import Action, Fact
from tickets.actions.routing import named
from tickets.models.people import Follower, Participant

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket


@dataclass(frozen=True)
class Follow(Action):
    """Keep an agent in the picture. Following for oneself needs nothing more; adding others needs ASSIGN."""

    name = "follow"
    permission = Permission.FOLLOW
    agent_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if not (by.is_agent and by.id == self.agent_id):
            by.require(Permission.ASSIGN)
        agent = Agent.objects.active().filter(pk=self.agent_id).first()
        if agent is None:
            raise HelpdeskError("no_such_agent", _("There is no such agent."), field="follower")
        _row, added = Follower.objects.get_or_create(ticket=ticket, agent=agent)
        if added:
            yield Fact("follower_added", {"agent": named(agent)})


@dataclass(frozen=True)
class Unfollow(Action):
    name = "unfollow"
    permission = Permission.FOLLOW
    agent_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if not (by.is_agent and by.id == self.agent_id):
            by.require(Permission.ASSIGN)
        row = Follower.objects.filter(ticket=ticket, agent_id=self.agent_id).select_related("agent").first()
        if row is not None:
            row.delete()
            yield Fact("follower_removed", {"agent": named(row.agent)})


@dataclass(frozen=True)
class AddParticipant(Action):
    """Copy a customer in: they receive replies and may answer. A ticket has at most MAX_PARTICIPANTS."""

    name = "add_participant"
    permission = Permission.EDIT
    customer_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if self.customer_id == ticket.requester_id:
            return
        customer = Customer.objects.current().filter(pk=self.customer_id).first()
        if customer is None:
            raise HelpdeskError("no_such_customer", _("There is no such customer."), field="cc")
        if Participant.objects.filter(ticket=ticket).count() >= settings.MAX_PARTICIPANTS:
            raise HelpdeskError("too_many_participants", _("Too many people are in copy already."), field="cc")
        _row, added = Participant.objects.get_or_create(ticket=ticket, customer=customer)
        if added:
            yield Fact("participant_added", {"customer": {"id": customer.pk, "name": customer.display_name}})


@dataclass(frozen=True)
class RemoveParticipant(Action):
    name = "remove_participant"
    permission = Permission.EDIT
    customer_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        row = Participant.objects.filter(ticket=ticket, customer_id=self.customer_id).select_related("customer").first()
        if row is not None:
            row.delete()
            name = row.customer.display_name
            yield Fact("participant_removed", {"customer": {"id": self.customer_id, "name": name}})
