"""Finds where somebody came, went or began to write since the last look, so that the streams can tell it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import now

from tickets.live_audience import Audience, followers_of
from tickets.models import Presence
from tickets.presence import ALIVE_SECONDS

if TYPE_CHECKING:
    from agents.actors import Actor

# The rows are written in single statements, and each page asks again with its sign of life: a short look back will do.
LOOK_BACK = timedelta(seconds=5)
MOST = 500


@dataclass(frozen=True, slots=True)
class Meeting:
    """Those who have a ticket open; they are told that something changed among them, not what."""

    ticket_id: int
    agent_ids: frozenset[int]
    audience: Audience

    def concerns(self, actor: Actor) -> bool:
        """Asked of the audience too: who lost sight of a ticket hears nothing of those who work on it."""
        return actor.is_agent and actor.id in self.agent_ids and self.audience.includes(actor)


class Comings:
    """One look a second serves every stream of the process; while nobody moves it is one statement."""

    def __init__(self) -> None:
        self._floor: datetime | None = None
        self._seen: dict[tuple[int, datetime], datetime] = {}

    def meetings(self) -> list[Meeting]:
        """The tickets where somebody came, went or changed since the last call; none at the first, which begins."""
        moment = now()
        begins = self._floor is None
        rows = list(
            Presence.objects.changed_since((self._floor or moment) - LOOK_BACK).values_list(
                "pk", "changed_at", "ticket_id", "ticket__team_id", "ticket__assignee_id"
            )[:MOST]
        )
        fresh = [row for row in rows if (row[0], row[1]) not in self._seen]
        self._floor = moment
        self._seen = {key: when for key, when in self._seen.items() if when > moment - 3 * LOOK_BACK}
        self._seen |= {(row[0], row[1]): moment for row in rows}
        return [] if begins or not fresh else _meetings({row[2]: (row[3], row[4]) for row in fresh}, moment)


def _meetings(places: dict[int, tuple[int | None, int | None]], moment: datetime) -> list[Meeting]:
    alive = Presence.objects.heard_since(moment - timedelta(seconds=ALIVE_SECONDS)).filter(ticket_id__in=places)
    present: dict[int, set[int]] = defaultdict(set)
    for ticket_id, agent_id in alive.values_list("ticket_id", "agent_id"):
        present[ticket_id].add(agent_id)
    followers = followers_of(set(present))
    return [
        Meeting(
            ticket_id,
            frozenset(agent_ids),
            Audience(*places[ticket_id], followers.get(ticket_id, frozenset())),
        )
        for ticket_id, agent_ids in present.items()
    ]
