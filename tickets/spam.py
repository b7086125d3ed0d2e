"""The one definition of spam among tickets: whatever carries a tag of SPAM_TAGS. Nobody is surveyed about such a
ticket, and no figure counts it."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Exists, OuterRef

from tickets.models import Ticket, TicketTag


def spam_tags() -> list[str]:
    return [name.strip().lower() for name in settings.SPAM_TAGS if name.strip()]


def is_spam(ticket: Ticket) -> bool:
    return bool(spam_among([ticket.pk]))


def spam_among(tickets: Iterable[int]) -> set[int]:
    """Which of these are spam now; rides tagged_once."""
    names = spam_tags()
    return set(TicketTag.objects.filter(ticket__in=tickets, tag__name__in=names).values_list("ticket_id", flat=True))


def on_spam(ticket: str = "ticket") -> Exists:
    """A condition on rows that hang on a ticket."""
    return Exists(TicketTag.objects.filter(ticket=OuterRef(ticket), tag__name__in=spam_tags()))
