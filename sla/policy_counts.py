"""How many open tickets stand under which policy: exact, one walk over what is open, remembered for a minute."""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import Count

from tickets.models import Ticket

KEY, KEPT_FOR = "sla-open-tickets", 60


def open_tickets() -> dict[int, int]:
    """By policy. The open tickets (ticket_open) are joined with their tracks by the primary key."""
    found: dict[int, int] | None = cache.get(KEY)
    if found is None:
        found = counted()
        cache.set(KEY, found, KEPT_FOR)
    return found


def counted() -> dict[int, int]:
    rows = Ticket.objects.open().filter(sla_track__policy_version__isnull=False).order_by()
    return dict(rows.values_list("sla_track__policy_version__policy").annotate(Count("pk")))
