"""How far each agent has read a ticket: what came since is marked in lists and divided off in the conversation.

Unread is what somebody else wrote after the last look, or an open ticket that was never opened. Only tickets that
somebody opened have a row, so the marks of a million tickets cost nothing until they are looked at.

The page says by a POST what it has shown (static/js/reading.js), because a GET that writes would count link previews
and pages that wait in a hidden tab as read. Without JavaScript nothing is marked as read until one writes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.utils.timezone import now

from tickets.models import Message, TicketRead

if TYPE_CHECKING:
    from agents.actors import Actor

# After this a closed ticket's row goes: a closed ticket that was never opened is not marked, so nothing changes.
KEPT_DAYS = 30
BATCH = 5000


def note_reading(ticket_id: int, actor: Actor, last_message: int) -> None:
    """The actor has seen everything up to this message. Two pages of one agent never turn it back.

    One statement for a ticket that was opened before, two at the first time.
    """
    if not actor.is_agent or actor.id is None:
        return
    # Nobody has read what is not written yet, whatever a page may say.
    newest = Message.objects.filter(ticket_id=ticket_id).order_by("-pk").values_list("pk", flat=True).first() or 0
    seen = min(last_message, newest)
    rows = TicketRead.objects.of(actor).filter(ticket_id=ticket_id)
    if rows.update(last_message=Greatest(F("last_message"), seen), at=now()):
        return
    TicketRead.objects.bulk_create(
        [TicketRead(ticket_id=ticket_id, agent_id=actor.id, last_message=seen)], ignore_conflicts=True
    )


def mark_unread(ticket_id: int, actor: Actor) -> None:
    """Turn it back to before the newest words of somebody else, so that they stand as new again."""
    if not actor.is_agent or actor.id is None:
        return
    others = Message.objects.filter(others_words(actor.id), ticket_id=ticket_id)
    newest = others.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:  # nothing but one's own words: then as if it had never been opened
        TicketRead.objects.of(actor).filter(ticket_id=ticket_id).delete()
        return
    TicketRead.objects.bulk_create(
        [TicketRead(ticket_id=ticket_id, agent_id=actor.id, last_message=newest - 1)],
        update_conflicts=True,
        unique_fields=["agent", "ticket"],
        update_fields=["last_message"],
    )


def others_words(agent_id: int | None) -> Q:
    """Messages that are news for this agent: not one's own, and not taken back before they went."""
    return ~Q(author_kind="agent", agent_id=agent_id) & Q(withdrawn_at=None)


def read_up_to(agent_id: int | None) -> Subquery:
    """On a statement about tickets: the last message that this agent has seen, None when never opened."""
    return Subquery(TicketRead.objects.on_row(agent_id).values("last_message")[:1])


def newest_words(agent_id: int | None) -> Subquery:
    """On a statement about tickets: the newest message of somebody else; rides message_in_ticket backwards."""
    messages = Message.objects.filter(others_words(agent_id), ticket_id=OuterRef("pk"))
    return Subquery(messages.order_by("-pk").values("pk")[:1])


def is_unread(read: int | None, newest: int | None, *, is_open: bool) -> bool:
    """The rule, for what read_up_to() and newest_words() found."""
    return is_open if read is None else newest is not None and newest > read


def forget_closed() -> int:
    """Delete how far closed tickets were read; how many rows."""
    gone = TicketRead.objects.of_closed(now() - timedelta(days=KEPT_DAYS)).values("pk")[:BATCH]
    return TicketRead.objects.filter(pk__in=list(gone.values_list("pk", flat=True))).delete()[0]
