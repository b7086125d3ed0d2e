"""What a house is asked about its figures; each answer goes through JSON."""

from __future__ import annotations

import hashlib
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection, models, transaction

from agents.actors import Actor
from reports.models import DaySum, Fact, Keeper, Span, Stale, StaleDay
from tests.factories import make_agent, make_ticket
from tickets.actions import AddReply, SetStatus
from tickets.models import Ticket
from tickets.perform import perform


def open_tickets(number: int) -> int:
    """In one transaction, since only what keepers do is looked at; a tenth of them solved, all of them stale once."""
    by = Actor.agent(make_agent("Ann"))
    with transaction.atomic():
        first = make_ticket()
        for _n in range(number - 1):
            ticket = make_ticket(requester=first.requester)
            if ticket.pk % 10 == 0:
                perform(ticket.pk, SetStatus("solved"), AddReply("Done."), by=by, via="web")
        Stale.objects.all().delete()
        Stale.objects.bulk_create(Stale(ticket_id=pk) for pk in Ticket.objects.values_list("pk", flat=True))
    return Stale.objects.values("ticket").distinct().count()


def told() -> dict[str, Any]:
    return {
        "created": Fact.objects.filter(kind="created").count(),
        "stale": Stale.objects.values("ticket").distinct().count(),
        "tickets": Ticket.objects.count(),
        "rebuilding": Keeper.objects.filter(rebuilding_until__isnull=False).count(),
    }


def rows() -> str:
    """One word for all that is kept."""
    found = hashlib.sha256()
    orders: dict[type[models.Model], tuple[str, ...]] = {
        Fact: ("ticket", "kind", "place"),
        Span: ("ticket", "place"),
        # Of days and of whole weeks.
        DaySum: ("day", "days", "measure", "key"),
        StaleDay: ("day",),
    }
    for model, order in orders.items():
        for row in model._default_manager.order_by(*order).values():
            del row["id"]
            if "values" in row:
                row["values"] = bytes(row["values"])
            found.update(repr(sorted(row.items())).encode())
    return found.hexdigest()


def schema() -> list[Any]:
    """Indexes, constraints and keys of the tables that figures are counted from."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = ANY(%(names)s)"
            " UNION ALL SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid::regclass::text = ANY(%(names)s)"
            " UNION ALL SELECT table_name || column_name || data_type || is_nullable || is_identity"
            " FROM information_schema.columns WHERE table_name = ANY(%(names)s) ORDER BY 1",
            {"names": ["reports_fact", "reports_span", "reports_staleday", "reports_daysum"]},
        )
        return [line for (line,) in cursor.fetchall()]


def rebuild(*options: str) -> str:
    out = StringIO()
    call_command("rebuild_reports", *options, stdout=out)
    return out.getvalue()
