"""Telling everything anew: facts, spans and counts per day, by several processes, while the house goes on working."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min
from django.utils.timezone import now

from reports import rollups
from reports.keeping import KEEPER, told_of
from reports.models import DayCount, Fact, Keeper, Span, StaleDay
from reports.zone import day_of

# Renewed with each part of the work: after a rebuild that was killed, keepers go on when it has run out.
LEASE = timedelta(minutes=5)


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


def tell_anew(tickets: Sequence[int]) -> int:
    """In one transaction; how many facts."""
    facts, spans = told_of(tickets)
    with transaction.atomic():
        Fact.objects.filter(ticket__in=tickets).delete()
        Span.objects.filter(ticket__in=tickets).delete()
        Fact.objects.bulk_create(facts, batch_size=1000)
        Span.objects.bulk_create(spans, batch_size=1000)
    return len(facts)


def forget_counts() -> list[date]:
    """When all is told: the days that are over, to be counted anew."""
    with transaction.atomic():
        DayCount.objects.all().delete()
        StaleDay.objects.all().delete()
        _every_day_is_stale()
    return list(StaleDay.objects.filter(day__lt=day_of(now())).order_by("day").values_list("day", flat=True))


def count_days(days: Iterable[date]) -> int:
    counted = 0
    for day in days:
        with transaction.atomic():
            rollups.count_day(day)
            StaleDay.objects.filter(day=day).delete()
        counted += 1
    return counted


def hand_back() -> None:
    """Keepers go on with what has happened meanwhile."""
    Keeper.objects.filter(pk=KEEPER).update(rebuilding_until=None, zone=settings.REPORTS_ZONE)


def _every_day_is_stale() -> None:
    found = Fact.objects.aggregate(first=Min("at"), last=Max("at"))
    if found["first"]:
        first, last = day_of(found["first"]), day_of(found["last"])
        rollups.note_days(first + timedelta(days=n) for n in range((last - first).days + 1))
