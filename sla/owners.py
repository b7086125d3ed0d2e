"""Whom an escalation asks: the one who is meant, or whoever stands in for them today; never nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from django.db.models import Q

from agents.actors import Actor
from agents.models import Agent, Availability, Team
from agents.permissions import ROLE_PERMISSIONS, Permission, Role
from tickets.models import Ticket
from tickets.sight import who_see

if TYPE_CHECKING:
    from agents.querysets import AgentQuerySet
    from sla.models import Escalation

logger = structlog.get_logger(__name__)

TOP_LEVEL = 3
"""From here on the ops managers and admins are asked; above them there is nobody."""
MOST_STAND_INS = 5
"""A chain of stand-ins is followed no further."""
_SUPERVISING = [role for role, granted in ROLE_PERMISSIONS.items() if Permission.SUPERVISE in granted]
_ASKABLE = [role for role, granted in ROLE_PERMISSIONS.items() if Permission.ESCALATE in granted]


@dataclass(frozen=True, slots=True)
class Asked:
    """One person, or all who answer for that team; `cause` says why it came to them (Escalation.owner_cause)."""

    owner: Agent | None
    team: Team | None
    cause: str


def whom_to_ask(
    ticket: Ticket,
    agent_id: int | None = None,
    team_id: int | None = None,
    *,
    level: int = 1,
    passed: Collection[int] = (),
) -> Asked:
    """The one who is meant if they are there; else stand-in, team lead, any supervisor on duty, admins.

    On duty is who is online, and nobody is asked about a ticket that they may not see. `passed` were asked before and
    did not answer. When nobody is there the escalation stays with the one who was meant, and the admins are told.
    """
    wanted = team_id or ticket.team_id
    team = Team.objects.active().filter(pk=wanted).first() if wanted else None
    meant = Agent.objects.active().filter(pk=agent_id, role__in=_ASKABLE).first() if agent_id else None
    if level >= TOP_LEVEL and meant is None:
        return Asked(None, team, "admins")
    if meant is not None:
        if found := _first(_with_stand_ins(meant), ticket, passed):
            return Asked(found, team, "owner" if found == meant else "stand_in")
    elif team is not None:
        people, is_theirs = answering_for(team).order_by("name", "pk"), team.pk == ticket.team_id
        if _first(people, ticket, passed, is_theirs=is_theirs):
            return Asked(None, team, "owner")
    if meant is not None and team is not None:
        leads = Agent.objects.active().filter(memberships__team=team, memberships__is_lead=True, role__in=_ASKABLE)
        if lead := _first(leads.order_by("name", "pk"), ticket, passed):
            return Asked(lead, team, "team_lead")
    on_duty = Agent.objects.active().filter(role__in=_SUPERVISING, availability=Availability.ONLINE)
    if supervisor := _first(sorted(on_duty, key=_rank), ticket, passed):
        return Asked(supervisor, team, "on_duty")
    logger.warning("escalation_without_anybody_on_duty", ticket=ticket.pk, level=level)
    return Asked(meant, team, "admins")


def those_asked(escalation: Escalation) -> list[Agent]:
    """Everybody who is to be told: the owner or the people of the team; the admins when it came to them."""
    found: dict[int, Agent] = {}
    if escalation.owner is not None and escalation.owner.is_active:
        found[escalation.owner.pk] = escalation.owner
    elif escalation.owner_id is None and escalation.team is not None and escalation.owner_cause != "admins":
        found = {agent.pk: agent for agent in answering_for(escalation.team)}
    if escalation.owner_cause == "admins" or not found:
        above = Agent.objects.active().filter(role__in=[Role.OPS_MANAGER, Role.ADMIN])
        found |= {agent.pk: agent for agent in above}
    return list(who_see(escalation.ticket_id, found))


def answering_for(team: Team) -> AgentQuerySet:
    """The leads of a team, and those of its members who supervise."""
    members: AgentQuerySet = Agent.objects.active().filter(memberships__team=team, role__in=_ASKABLE)
    return members.filter(Q(memberships__is_lead=True) | Q(role__in=_SUPERVISING)).distinct()


def may_answer(escalation: Escalation, actor: Actor) -> bool:
    """Who supervises, and the one who is asked, may take an escalation up."""
    asked = actor.is_agent and escalation.owner_id is not None and escalation.owner_id == actor.id
    return actor.can(Permission.SUPERVISE) or (asked and actor.can(Permission.ESCALATE))


def _first(
    people: Iterable[Agent], ticket: Ticket, passed: Collection[int], *, is_theirs: bool = False
) -> Agent | None:
    """The first who is on duty, was not asked before, and may see the ticket; `is_theirs`: all of its team may."""
    for agent in people:
        on_duty = agent.availability == Availability.ONLINE and agent.pk not in passed
        if on_duty and (is_theirs or Ticket.objects.is_visible(ticket.pk, Actor.agent(agent))):
            return agent
    return None


def _with_stand_ins(agent: Agent) -> Iterator[Agent]:
    """The agent, then who stands in, then who stands in for that one; a circle ends where it began."""
    seen: set[int] = set()
    while len(seen) <= MOST_STAND_INS and agent.pk not in seen:
        seen.add(agent.pk)
        if agent.is_active and agent.role in _ASKABLE:
            yield agent
        if agent.stand_in is None:
            return
        agent = agent.stand_in


def _rank(agent: Agent) -> tuple[int, str, int]:
    """Supervisors before those above them."""
    return _SUPERVISING.index(agent.role), agent.name, agent.pk
