"""Sums each day anew on which a fact came, went or altered, once that day is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.timezone import now

from reports.buckets import bucket_of
from reports.cells import MEDIAN_OF, P90_OF, TENTHS
from reports.figures import MEDIAN, P90, between
from reports.metrics import cells
from reports.models import DayCount, StaleDay
from reports.selection import Selection
from reports.zone import day_of, start_of

# So many days are summed in one transaction.
DAYS = 8

Sums = dict[tuple[str, int], list[int]]


def note_days(days: Iterable[date]) -> None:
    """In the transaction that altered their facts: from here on these days are read from the facts."""
    StaleDay.objects.bulk_create((StaleDay(day=day) for day in sorted(set(days))), ignore_conflicts=True)


def count_stale() -> int:
    """Sum some of the days that are over, in the keeper's transaction; how many. The running day stays as it is."""
    days = list(StaleDay.objects.filter(day__lt=day_of(now())).order_by("-day").values_list("day", flat=True)[:DAYS])
    for day in days:
        count_day(day)
    StaleDay.objects.filter(day__in=days).delete()
    return len(days)


def count_day(day: date) -> None:
    DayCount.objects.filter(day=day).delete()
    DayCount.objects.bulk_create(
        DayCount(day=day, measure=name, bucket=bucket, n=n, total=total)
        for (name, bucket), (n, total) in sums_of(day).items()
    )


def sums_of(day: date) -> Sums:
    """By measure and bucket: how many, and the sum of the column. One statement for each measure."""
    asked = Selection(start_of(day), start_of(day + timedelta(days=1)))
    found: Sums = defaultdict(lambda: [0, 0])
    for name, cell in cells().items():
        rows = asked.facts(cell.kind).filter(cell.where).order_by()
        if not cell.column:
            if n := rows.count():
                found[name, 0] = [n, 0]
            continue
        ordered = sorted(rows.filter(**{f"{cell.column}__isnull": False}).values_list(cell.column, flat=True))
        for value in ordered:
            sums = found[name, bucket_of(value)]
            sums[0] += 1
            sums[1] += value
        if ordered:
            for part, p in ((MEDIAN_OF, MEDIAN), (P90_OF, P90)):
                found[name + part, 0] = [len(ordered), int(between(ordered, p) * TENTHS)]
    return found
