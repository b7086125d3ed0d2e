"""Telling everything anew: facts, spans and counts per day, by several processes, while the house goes on working."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min
from django.utils.timezone import now

from reports import rollups
from reports.copying import write_all
from reports.keeping import KEEPER, told_of
from reports.models import DayCount, Fact, Keeper, Span, StaleDay
from reports.returning import follow_together
from reports.zone import day_of, week_of
from tickets.models import Ticket

logger = structlog.get_logger(__name__)

# Renewed with each part of the work: after a rebuild that was killed, keepers go on when it has run out.
LEASE = timedelta(minutes=5)
# Of a person with more tickets than this the returns are followed afterwards.
MOST_OF_ONE = 2000
# So many are counted together.
WEEKS = 3


def take_over() -> None:
    """Keepers stand back. From now on every day is read from its facts, until it is counted."""
    Keeper.objects.get_or_create(pk=KEEPER)
    renew()
    with transaction.atomic():
        # Waits for the keeper that is at work.
        Keeper.objects.select_for_update().get(pk=KEEPER)
        _every_day_is_stale()


def renew() -> None:
    Keeper.objects.filter(pk=KEEPER).update(rebuilding_until=now() + LEASE)


def parts(size: int) -> tuple[list[list[int]], list[int]]:
    """All tickets in parts of about `size`, those of one person in the same part, so that who came back is told at
    once; and the people who have too many for that."""
    found: list[list[int]] = []
    crowded: list[int] = []
    part: list[int] = []
    rows = Ticket.objects.order_by("requester_id", "pk").values_list("requester_id", "pk").iterator(chunk_size=10000)
    for requester, some in groupby(rows, key=lambda row: row[0]):
        theirs = [pk for _requester, pk in some]
        if len(theirs) > MOST_OF_ONE:
            crowded.append(requester)
        for start in range(0, len(theirs), MOST_OF_ONE):
            part += theirs[start : start + MOST_OF_ONE]
            if len(part) >= size:
                found.append(part)
                part = []
    return [*found, part] if part else found, crowded


def tell_anew(tickets: Sequence[int]) -> int:
    """In one transaction; how many facts. What is kept of a ticket that cannot be told stays as it is."""
    try:
        facts, spans = told_of(tickets)
    except Exception:
        # Still together, so that whoever came back is told.
        tickets = [ticket for ticket in tickets if _can_be_told(ticket)]
        facts, spans = told_of(tickets)
    follow_together(facts)
    with transaction.atomic():
        Fact.objects.filter(ticket__in=tickets).delete()
        Span.objects.filter(ticket__in=tickets).delete()
        write_all(Fact, facts)
        write_all(Span, spans)
    return len(facts)


def _can_be_told(ticket: int) -> bool:
    try:
        told_of([ticket])
    except Exception:
        logger.exception("ticket_not_told", ticket=ticket)
        return False
    return True


def forget_counts() -> list[list[date]]:
    """When all is told: the days that are over, to be counted anew, some whole weeks together."""
    with transaction.atomic():
        DayCount.objects.all().delete()
        StaleDay.objects.all().delete()
        _every_day_is_stale()
    days = StaleDay.objects.filter(day__lt=day_of(now())).order_by("day").values_list("day", flat=True)
    return [list(some) for _weeks, some in groupby(days, key=lambda day: week_of(day).toordinal() // (7 * WEEKS))]


def count_days(days: Iterable[date]) -> int:
    days = list(days)
    with transaction.atomic():
        rollups.count_days(days)
        StaleDay.objects.filter(day__in=days).delete()
    return len(days)


def hand_back() -> None:
    """Keepers go on with what has happened meanwhile."""
    Keeper.objects.filter(pk=KEEPER).update(rebuilding_until=None, zone=settings.REPORTS_ZONE)


def _every_day_is_stale() -> None:
    found = Fact.objects.aggregate(first=Min("at"), last=Max("at"))
    if found["first"]:
        first, last = day_of(found["first"]), day_of(found["last"])
        rollups.note_days(first + timedelta(days=n) for n in range((last - first).days + 1))
