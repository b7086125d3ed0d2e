"""Reads a ticket with what hangs on it, asking only for what is there: most tickets have no followers or links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, prefetch_related_objects

from tickets.models import Follower, Participant, Tag, Ticket

if TYPE_CHECKING:
    from agents.actors import Actor


def load(ticket_id: int, actor: Actor) -> Ticket:
    """The ticket with everything its page shows, or NotVisible. Two statements, and one or two for each kind of row
    that it has."""
    ticket = Ticket.objects.for_detail().get_visible(ticket_id, actor)
    wanted: list[str | Prefetch[str]] = ["requester__addresses"]
    empty: dict[str, Any] = {}
    there: Any = ticket  # for_detail() has annotated what is there
    for name, rows, some in (
        ("tags", Tag.objects.all(), there.has_tags),
        ("followers", Follower.objects.select_related("agent"), there.has_followers),
        ("participants", Participant.objects.select_related("customer"), there.has_participants),
    ):
        if some:
            wanted.append(Prefetch(name, rows))
        else:
            empty[name] = rows.none()
    if "participants" not in empty:
        wanted.append("participants__customer__addresses")
    prefetch_related_objects([ticket], *wanted)
    # What is known to be empty counts as read.
    there._prefetched_objects_cache.update(empty)
    return ticket
