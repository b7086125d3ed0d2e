"""Reads a ticket with what hangs on it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Exists, Subquery

from tickets.models import Draft, ScheduledReply, Ticket
from tickets.reading import read_up_to
from tickets.views.hanging import read_what_hangs_on

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.querysets import TicketQuerySet


def load(ticket_id: int, actor: Actor) -> Ticket:
    """The ticket with everything its page shows, or NotVisible: two statements."""
    ticket = _whole_ticket().annotate(**what_was_begun(actor)).get_visible(ticket_id, actor)
    read_what_hangs_on(ticket)
    return ticket


@cache
def _whole_ticket() -> TicketQuerySet:
    """The question without an asker; to put it together anew for each page takes as long as asking it."""
    return Ticket.objects.for_detail()


def what_was_begun(actor: Actor) -> dict[str, Exists | Subquery]:
    """Has this reader a draft here, or replies that wait, and how far was it read? Told by the statement that reads the
    ticket anyway."""
    return {
        "has_draft": Exists(Draft.objects.on_row(actor.id)),
        "has_planned": Exists(ScheduledReply.objects.on_row(actor)),
        "read_up_to": read_up_to(actor.id),
    }
