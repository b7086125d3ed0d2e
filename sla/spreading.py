"""Spreading one agent's tickets over the team: who would get which, and then the gesture itself as a bulk job."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.models import Agent, Availability, Team
from agents.permissions import Permission
from agents.skills import Skill
from sla.team_board import loads_of, supervised
from tickets.models import Ticket, TicketTag

if TYPE_CHECKING:
    from agents.actors import Actor
    from agents.querysets import AgentQuerySet
    from tickets.querysets import TicketQuerySet

MOST = 500
"""So many tickets are spread at once: more could not be read through before saying yes."""


@dataclass(slots=True)
class Taker:
    """Somebody of the team who may be given tickets: what they have, what they can, and what they would get."""

    agent: Agent
    load: int
    skills: frozenset[tuple[str, str]] = frozenset()
    gets: int = 0

    @property
    def full(self) -> bool:
        return self.agent.capacity is not None and self.load + self.gets >= self.agent.capacity

    @property
    def fullness(self) -> float:
        """Of 1 for somebody who is full; without a limit the load itself decides among equals."""
        return (self.load + self.gets) / max(1, self.agent.capacity or 20)


@dataclass(slots=True)
class Share:
    """One ticket and who would get it; None: it stays where it is. `skilled`: because of what this agent can."""

    ticket: Ticket
    taker: Taker | None
    skilled: bool = False
    tags: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Plan:
    shares: list[Share]
    takers: list[Taker]
    more: bool

    @property
    def moving(self) -> int:
        return sum(1 for share in self.shares if share.taker)


def tickets_of(agent_id: int, team: Team, actor: Actor) -> TicketQuerySet:
    """What lies open with the agent in this team, as far as the actor sees it: what is due first comes first."""
    mine: TicketQuerySet = Ticket.objects.visible_to(actor).open().assigned_to(agent_id).in_team(team.pk)
    return mine


def plan(agent: Agent, team: Team, actor: Actor) -> Plan:
    """Who would get which. Those with the skills of a ticket come first, then whoever is least full; somebody full gets
    nothing. See _with_room() for who is asked."""
    lying = tickets_of(agent.pk, team, actor).select_related("requester").prefetch_related("requester__addresses")
    found = list(lying.order_by("next_due_at", "pk")[: MOST + 1])
    found.sort(key=lambda ticket: (ticket.next_due_at is None, ticket.next_due_at or ticket.created_at, ticket.pk))
    tags: dict[int, set[str]] = defaultdict(set)
    rows = TicketTag.objects.filter(ticket__in=found).values_list("ticket_id", "tag__name")
    for ticket_id, name in rows:
        tags[ticket_id].add(name)
    takers = _takers(Agent.objects.assignable().in_team(team.pk).exclude(pk=agent.pk))
    shares = [Share(ticket, None, tags=frozenset(tags[ticket.pk])) for ticket in found[:MOST]]
    give_out(shares, takers)
    return Plan(shares, takers, len(found) > MOST)


def proposal(ticket: Ticket, actor: Actor) -> tuple[Share, list[Taker]]:
    """Who would get this one ticket, and everybody who might: of its team, or of the actor's teams when it has none."""
    tags = frozenset(TicketTag.objects.filter(ticket=ticket).values_list("tag__name", flat=True))
    share = Share(ticket, None, tags=tags)
    teams = [ticket.team_id] if ticket.team_id else list(supervised(actor).values_list("pk", flat=True))
    people = Agent.objects.assignable().filter(memberships__team__in=teams).distinct()
    takers = _takers(people.exclude(pk=ticket.assignee_id) if ticket.assignee_id else people)
    give_out([share], takers)
    for taker in takers:
        taker.gets = 0
    return share, takers


def give_out(shares: Iterable[Share], takers: Sequence[Taker]) -> None:
    """Fill in who gets each share, in their order. Pure: the rows are given."""
    for share in shares:
        free = _with_room(takers)
        if not free:
            return
        best = min(free, key=lambda taker: (-_fits(share, taker), taker.fullness, taker.agent.name, taker.agent.pk))
        share.taker, share.skilled = best, _fits(share, best) > 0
        best.gets += 1


def _with_room(takers: Sequence[Taker]) -> list[Taker]:
    """Whoever is online and not full; those who supervise only when nobody else is, and then those who are away."""
    room = [taker for taker in takers if not taker.full]
    online = [taker for taker in room if taker.agent.availability == Availability.ONLINE]
    away = [taker for taker in room if taker.agent.availability == Availability.AWAY]
    return [taker for taker in online if not taker.agent.may(Permission.SUPERVISE)] or online or away


def _fits(share: Share, taker: Taker) -> int:
    wanted = {("tag", tag) for tag in share.tags}
    if share.ticket.language:
        wanted.add(("language", share.ticket.language.split("-")[0].lower()))
    return len(wanted & taker.skills)


def _takers(asked: AgentQuerySet) -> list[Taker]:
    people = list(asked[:MOST])
    loads = loads_of([one.pk for one in people])
    skills: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for agent_id, kind, value in Skill.objects.filter(agent__in=people).values_list("agent_id", "kind", "value"):
        skills[agent_id].add((kind, value))
    return [Taker(one, loads.get(one.pk, 0), frozenset(skills[one.pk])) for one in people]
