"""Who has a ticket open at this moment, and who is writing on it: short-lived rows that open pages keep alive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.timezone import now

from tickets.models import Doing, Presence

if TYPE_CHECKING:
    from agents.actors import Actor

# A page says every BEAT_SECONDS that it is there (static/js/presence.js); who was not heard of for twice that is gone.
BEAT_SECONDS = 20
ALIVE_SECONDS = 2 * BEAT_SECONDS + 5
KEPT_SECONDS = 3600
MOST, MOST_PAGES = 12, 60
_PAGE = re.compile(r"[0-9a-f]{1,32}")


@dataclass(frozen=True, slots=True)
class Someone:
    """A colleague on the same ticket."""

    agent_id: int
    name: str
    doing: Doing

    @property
    def writes(self) -> bool:
        return self.doing in (Doing.REPLYING, Doing.NOTING)


def valid_page(name: str) -> bool:
    return not name or _PAGE.fullmatch(name) is not None


def note_presence(ticket_id: int, actor: Actor, doing: Doing, page: str = "") -> None:
    """Write that the actor's page is open, or has gone. The caller has checked that the actor sees the ticket.

    `page` is a name that the page gave itself (valid_page), so that one of two can go while the other stays.

    One statement for a sign of life, two when something changed. No Change is written: the ticket stays as it is.
    """
    if not actor.is_agent or actor.id is None:
        return
    moment = now()
    alive = moment - timedelta(seconds=ALIVE_SECONDS)
    as_before = Q(doing=doing) & (Q(heard_at__gt=alive) | Q(doing=Doing.GONE))
    if Presence.objects.filter(as_before, agent_id=actor.id, ticket_id=ticket_id, page=page).update(heard_at=moment):
        return
    row = Presence(ticket_id=ticket_id, agent_id=actor.id, page=page, doing=doing, heard_at=moment, changed_at=moment)
    Presence.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["agent", "ticket", "page"],
        update_fields=["doing", "heard_at", "changed_at"],
    )


def others_on(ticket_id: int, actor: Actor) -> list[Someone]:
    """The colleagues who have it open, each once with what they do on any page, writers first.

    The caller has checked that the actor sees the ticket.
    """
    alive = now() - timedelta(seconds=ALIVE_SECONDS)
    rows = Presence.objects.heard_since(alive).filter(ticket_id=ticket_id).exclude(agent_id=actor.id or 0)
    found: dict[int, Someone] = {}
    for agent_id, name, doing in rows.order_by("pk").values_list("agent_id", "agent__name", "doing")[:MOST_PAGES]:
        someone = Someone(agent_id, name, Doing(doing))
        if agent_id not in found or (someone.writes and not found[agent_id].writes):
            found[agent_id] = someone
    return sorted(found.values(), key=lambda someone: not someone.writes)[:MOST]


def forget_the_gone() -> int:
    """Delete rows of pages that were closed long ago; how many."""
    return Presence.objects.silent_since(now() - timedelta(seconds=KEPT_SECONDS)).delete()[0]
