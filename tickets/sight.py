"""Which people may see a ticket: `visible_to()` asked from its other side, for whoever is about to tell many of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from agents.models import Agent
from agents.permissions import ROLE_PERMISSIONS, Permission
from tickets.models import Follower, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.querysets import AgentQuerySet


def who_see(ticket_id: int, among: Iterable[int]) -> AgentQuerySet:
    """Those people of `among` (keys of agents) who work here and may see the ticket now, in one statement."""
    ticket = Ticket.objects.filter(pk=ticket_id)
    theirs = ticket.filter(Q(team=None) | Q(assignee_id=OuterRef("pk")) | Q(team__memberships__agent_id=OuterRef("pk")))
    followed = Follower.objects.filter(ticket_id=ticket_id, agent_id=OuterRef("pk"))
    everything = Permission.READ if settings.AGENTS_SEE_ALL else Permission.SEE_ALL_TICKETS
    sees_all = [role for role, held in ROLE_PERMISSIONS.items() if {everything, Permission.SEE_ALL_TICKETS} & held]
    people: AgentQuerySet = Agent.objects.active().filter(pk__in=set(among))
    return people.filter(Q(role__in=sees_all) | Q(Exists(theirs)) | Q(Exists(followed)))
