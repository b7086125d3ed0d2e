"""What an agent sees of their news, and marking it as read."""

from __future__ import annotations

from django.utils.timezone import now

from agents.actors import Actor
from notifications.folding import Fold, fold
from notifications.models import Notification
from tickets.ends import folded_into
from tickets.models import Ticket

CAP = 99
"""The bell counts no further."""
FOLDS = 12
LOOKED_AT = 200
"""Notifications that are folded at most for the bell; older ones stand on the page."""


def unread_count(actor: Actor) -> int:
    """Tickets with unread news, at most CAP + 1."""
    return Notification.objects.visible_to(actor).unread().tickets_up_to(CAP)


def newest_folds(actor: Actor) -> list[Fold]:
    """Unread news folded by ticket, newest first."""
    unread = Notification.objects.visible_to(actor).unread().for_list().order_by("-created_at", "-pk")
    return fold(unread[:LOOKED_AT])[:FOLDS]


def mark_read(actor: Actor, notification_id: int | None = None) -> int:
    """One of one's own notifications, or all; how many were unread."""
    own = Notification.objects.of(actor).unread()
    return (own.filter(pk=notification_id) if notification_id is not None else own).update(read_at=now())


def mark_ticket_read(actor: Actor, ticket_id: int) -> int:
    """Whoever looks at a ticket has its news, and that of tickets merged into it, whose pages lead here.

    Raises NotVisible for a ticket that is not theirs to see.
    """
    Ticket.objects.get_visible(ticket_id, actor)
    own = Notification.objects.of(actor).filter(ticket_id__in=[ticket_id, *folded_into(ticket_id)]).unread()
    return own.update(read_at=now())


def news_after(pk: int | None) -> list[tuple[int, int]]:
    """(notification, agent) of what was told after `pk`, oldest first; with None the last hundred.

    For the live stream, by the setting LIVE_NEWS; see tickets/live_news.py.
    """
    if pk is not None:
        return list(Notification.objects.after(pk).values_list("pk", "agent_id")[:1000])
    return list(Notification.objects.order_by("-pk").values_list("pk", "agent_id")[:100])[::-1]
