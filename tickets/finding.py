"""What the search box understands: a ticket's number, an address, or words of a subject or first line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import Q

from customers.models import Address

if TYPE_CHECKING:
    from tickets.querysets import TicketQuerySet

# Words are looked for in this many of the newest tickets, so that a search never reads the whole house.
NEWEST = 5_000
_NUMBER = re.compile(r"#?(\d{1,18})")


def ticket_number(text: str) -> int | None:
    """The number when the text is nothing else ("#4711", "4711")."""
    match = _NUMBER.fullmatch(text.strip())
    return int(match.group(1)) if match else None


def find(tickets: TicketQuerySet, text: str) -> TicketQuerySet:
    """Those of `tickets` that the text points to; an empty text points to all."""
    text = text.replace("\x00", "").strip()[:200]
    if not text:
        return tickets
    if "@" in text and " " not in text:
        writers = Address.objects.filter(normalised__startswith=text.lower()).values("customer_id")
        return tickets.filter(requester_id__in=writers)
    newest = tickets.order_by("-activity_at", "-pk").values("pk")[:NEWEST]
    condition = Q()
    for word in text.split()[:8]:
        condition &= Q(subject__icontains=word) | Q(excerpt__icontains=word) | Q(requester__name__icontains=word)
    return tickets.filter(condition, pk__in=newest)
