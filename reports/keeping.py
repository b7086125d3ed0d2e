"""Keeps facts and spans true: tells each ticket anew that has moved on, and alters the rows that differ."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from django.db import connection, models, transaction
from django.utils.timezone import now

from reports import rollups
from reports.models import Fact, Keeper, Span, Stale
from reports.models.stale import KEEPER
from reports.past import pasts
from reports.returning import follow_returns
from reports.rows import Row
from reports.telling import Rows, tell
from sla.models import SlaAssignment

logger = structlog.get_logger(__name__)

# On SQLite a keeper at work is the one writer of the house.
BATCH = {"sqlite": 40}
USUAL_BATCH = 200
# A task gives way after so long; the next one goes on five seconds later.
SECONDS = 20.0
# No transaction is open for longer: what it wrote shows after that, whatever keys came meanwhile.
LONGEST_TRANSACTION = timedelta(minutes=10)


def keep() -> int:
    """Tell anew what has moved on until nothing is left or the time is up; how many tickets and days. Any number of
    workers may call it: one works, the others find the keeper's row locked and leave it to that one."""
    until, told = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        batch = _keep_some()
        told += batch
        if not batch:
            break
    return told


def _keep_some() -> int:
    """One transaction: what the figures say and that they have been told commit together."""
    Keeper.objects.get_or_create(pk=KEEPER)
    with transaction.atomic():
        keeper = Keeper.objects.select_for_update(skip_locked=True).filter(pk=KEEPER).first()
        if keeper is None or (keeper.rebuilding_until and keeper.rebuilding_until > now()):
            return 0
        if keeper.rebuilding_until:
            # It was killed or sleeps; if it wakes up it finds that it has nothing in its hands any more.
            Keeper.objects.filter(pk=KEEPER).update(rebuilding_until=None, rebuilt_by="")
        rollups.look_at_definitions()
        size = BATCH.get(connection.vendor, USUAL_BATCH)
        rows = list(Stale.objects.order_by("pk").values_list("pk", "ticket_id", "since")[:size])
        if not rows:
            return rollups.count_stale()
        tickets = sorted({ticket for _pk, ticket, _since in rows})
        left = _refresh_what_can_be(tickets)
        # By their keys: a Change that commits meanwhile leaves a row of its own, which stays.
        Stale.objects.filter(pk__in=[pk for pk, _ticket, _since in rows]).delete()
        # Behind all others, with the time since which they wait.
        waiting = {ticket: since for _pk, ticket, since in reversed(rows) if ticket in left}
        Stale.objects.bulk_create(Stale(ticket_id=ticket, since=since) for ticket, since in waiting.items())
        return len(tickets) - len(left) or rollups.count_stale()


def _refresh_what_can_be(tickets: Sequence[int]) -> set[int]:
    """The tickets that cannot be told: what they say stays as it was, and no other waits for them."""
    try:
        with transaction.atomic():
            refresh(tickets)
        return set()
    except Exception:
        logger.warning("tickets_not_told_together", tickets=len(tickets))
    left = set()
    for ticket in tickets:
        try:
            with transaction.atomic():
                refresh([ticket])
        except Exception:
            logger.exception("ticket_not_told", ticket=ticket)
            left.add(ticket)
    return left


def refresh(tickets: Sequence[int]) -> None:
    """Write what these tickets say now, in the caller's transaction; rows that say the same already stay."""
    facts, spans = told_of(tickets)
    before = list(Fact.objects.filter(ticket__in=tickets))
    changed = _replace(Fact, before, [Fact(**row) for row in facts])
    moved = _replace(Span, list(Span.objects.filter(ticket__in=tickets)), [Span(**row) for row in spans])
    changed += follow_returns(changed)
    rollups.note_days({*rollups.days_behind(changed, facts), *rollups.days_of_flows(moved)})


def told_of(tickets: Sequence[int]) -> Rows:
    """What the past of these tickets says."""
    facts: list[Row] = []
    spans: list[Row] = []
    for past in pasts(tickets):
        told = tell(past)
        facts += told[0]
        spans += told[1]
    return facts, spans


def _replace(model: type[Any], stored: Iterable[Any], told: Iterable[Any]) -> list[Any]:
    """The rows that went and those that came."""
    names = told_columns(model)
    known = {_identity(row): row for row in stored}
    fresh = []
    for row in told:
        same = known.get(_identity(row))
        if same is not None and values(same, names) == values(row, names):
            del known[_identity(row)]
        else:
            fresh.append(row)
    gone = list(known.values())
    if gone:
        model.objects.filter(pk__in=[row.pk for row in gone]).delete()
    if fresh:
        model.objects.bulk_create(fresh, batch_size=500)
    return [*gone, *fresh]


def _identity(row: Fact | Span) -> tuple[int, str, int]:
    return row.ticket_id, getattr(row, "kind", ""), row.place


# Told by reports.returning from other tickets, after the ticket itself.
FROM_OTHERS = frozenset({"id", "returned_after"})


def told_columns(model: type[models.Model]) -> list[str]:
    """The columns that a ticket's own past fills."""
    return [field.attname for field in model._meta.concrete_fields if field.name not in FROM_OTHERS]


def values(row: models.Model, names: Iterable[str]) -> list[Any]:
    return [getattr(row, name) for name in names]


def note_edited() -> int:
    """Note the tickets on which an edit of a policy or calendar has put another version: it comes without a Change,
    and what else such an edit alters shows when the clock is decided, which is a Change.

    Every edit is noted, however long nobody looked, and some more than once. Rides the key of the assignments.
    """
    Keeper.objects.get_or_create(pk=KEEPER)
    with transaction.atomic():
        keeper = Keeper.objects.select_for_update().get(pk=KEEPER)
        newest = SlaAssignment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        rows = SlaAssignment.objects.filter(pk__gt=keeper.edits_noted, change=None).order_by()
        edited = sorted(set(rows.values_list("ticket_id", flat=True)))
        Stale.objects.bulk_create((Stale(ticket_id=pk) for pk in edited), batch_size=500)
        if keeper.edits_known_at is None or keeper.edits_known_at <= now() - LONGEST_TRANSACTION:
            # Keys do not commit in their order: lower ones may still come until the highest has been known so long.
            Keeper.objects.filter(pk=KEEPER).update(
                edits_noted=keeper.edits_known, edits_known=newest, edits_known_at=now()
            )
    return len(edited)
