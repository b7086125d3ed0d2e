"""Who may be told of a change: the twin of `visible_to()` without a database, for now and for just before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tickets.models import Event, Follower

if TYPE_CHECKING:
    from agents.actors import Actor

NARROWING = ("team_changed", "assignee_changed", "follower_removed")


@dataclass(frozen=True, slots=True)
class Audience:
    """What decides who may see a ticket; `includes` is the twin of `Ticket.objects.visible_to()` for agents."""

    team_id: int | None
    assignee_id: int | None
    follower_ids: frozenset[int]

    def includes(self, actor: Actor) -> bool:
        if actor.sees_all_tickets:
            return True
        if not actor.is_agent or not actor.permissions:
            return False
        return (
            self.team_id is None
            or self.team_id in actor.team_ids
            or self.assignee_id == actor.id
            or actor.id in self.follower_ids
        )


def followers_of(ticket_ids: set[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for ticket_id, agent_id in Follower.objects.filter(ticket_id__in=ticket_ids).values_list("ticket_id", "agent_id"):
        found[ticket_id].add(agent_id)
    return {ticket_id: frozenset(agent_ids) for ticket_id, agent_ids in found.items()}


def before_each(
    rows: Sequence[tuple[int, int, int | None, int | None]], followers: dict[int, frozenset[int]]
) -> dict[int, Audience]:
    """For changes (change, ticket, team, assignee) that may have taken a ticket out of somebody's sight: who saw it
    until then. One statement, riding the events' index on change."""
    changes = {
        change_id: Audience(team_id, assignee_id, followers.get(ticket_id, frozenset()))
        for change_id, ticket_id, team_id, assignee_id in rows
    }
    found: dict[int, Audience] = {}
    events = Event.objects.filter(change_id__in=changes, kind__in=NARROWING)
    for change_id, kind, data in events.values_list("change_id", "kind", "data"):
        found[change_id] = _undone(found.get(change_id, changes[change_id]), kind, data)
    return found


def _undone(audience: Audience, kind: str, data: dict[str, Any]) -> Audience:
    if kind == "follower_removed":
        return replace(audience, follower_ids=audience.follower_ids | {data["agent"]["id"]})
    before = data["from"]["id"] if data["from"] else None
    return replace(audience, team_id=before) if kind == "team_changed" else replace(audience, assignee_id=before)
