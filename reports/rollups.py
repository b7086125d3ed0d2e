"""Sums each day anew on which a fact came, went or altered, once that day is over."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from django.db.models import Count
from django.utils.timezone import now

from reports.buckets import bucket_of, limits
from reports.cells import MEDIAN_OF, P90_OF, TENTHS, WEEK, WEEK_MEDIAN_OF, WEEK_P90_OF
from reports.figures import MEDIAN, P90, between
from reports.grouping import DAY, by_of_rows
from reports.metrics import cells
from reports.models import DayCount, StaleDay
from reports.selection import Selection
from reports.zone import day_of, start_of, week_of

OF_WEEK = "@w"
# So many days are summed in one transaction.
DAYS = 8

Sums = dict[tuple[str, int], tuple[int, int]]


def note_days(days: Iterable[date]) -> None:
    """In the transaction that altered their facts: from here on these days are read from the facts."""
    StaleDay.objects.bulk_create((StaleDay(day=day) for day in sorted(set(days))), ignore_conflicts=True)


def count_stale() -> int:
    """Sum some of the days that are over, in the keeper's transaction; how many. The running day stays as it is."""
    days = list(StaleDay.objects.filter(day__lt=day_of(now())).order_by("-day").values_list("day", flat=True)[:DAYS])
    count_days(days)
    StaleDay.objects.filter(day__in=days).delete()
    return len(days)


def count_days(days: Sequence[date]) -> None:
    """And the weeks that are now summed as a whole."""
    weeks = sorted({week_of(day) for day in days})
    DayCount.objects.filter(day__in=weeks, measure__contains=OF_WEEK).delete()
    DayCount.objects.filter(day__in=days).delete()
    DayCount.objects.bulk_create(_weeks(weeks, days), batch_size=1000)
    DayCount.objects.bulk_create(
        (
            DayCount(day=day, measure=name, bucket=bucket, n=n, total=total)
            for day, sums in sums_of(days).items()
            for (name, bucket), (n, total) in sums.items()
        ),
        batch_size=1000,
    )


def _weeks(weeks: Sequence[date], counted: Sequence[date]) -> list[DayCount]:
    whole = [[week + timedelta(days=n) for n in range(WEEK)] for week in weeks]
    stale = set(StaleDay.objects.filter(day__in=[day for week in whole for day in week]).values_list("day", flat=True))
    stale -= set(counted)
    today = day_of(now())
    found = []
    for week in whole:
        if week[-1] < today and not stale.intersection(week):
            sums = ranks_of_week(week[0])
            found += [DayCount(day=week[0], measure=name, bucket=0, n=n, total=t) for name, (n, t) in sums.items()]
    return found


def ranks_of_week(first: date) -> dict[str, tuple[int, int]]:
    """Median and p90 of a whole week, as those of days."""
    asked = Selection(start_of(first), start_of(first + timedelta(days=WEEK)))
    found = {}
    for name, cell in cells().items():
        if cell.column:
            rows = asked.facts(cell.kind).filter(cell.where, **{f"{cell.column}__isnull": False})
            ordered = list(rows.order_by(cell.column).values_list(cell.column, flat=True))
            for part, p in ((WEEK_MEDIAN_OF, MEDIAN), (WEEK_P90_OF, P90)):
                if ordered:
                    found[name + part] = (len(ordered), int(between(ordered, p) * TENTHS))
    return found


def sums_of(days: Sequence[date]) -> dict[date, Sums]:
    """Of each day by measure and bucket: how many, and the sum of the column. One statement for each measure, for as
    many days as follow each other."""
    found: dict[date, Sums] = {day: {} for day in days}
    for first, last in _runs(days):
        asked = Selection(start_of(first), start_of(last + timedelta(days=1)))
        for name, cell in cells().items():
            flow = asked.flows if cell.merged else asked.facts
            rows = flow(cell.kind).filter(cell.where).order_by().annotate(day=by_of_rows(DAY).part)
            if not cell.column:
                for day, n in rows.values_list("day").annotate(Count("pk")):
                    found[day][name, 0] = (n, 0)
                continue
            known = rows.filter(**{f"{cell.column}__isnull": False}).order_by("day", cell.column)
            pairs = known.values_list("day", cell.column).iterator(chunk_size=5000)
            for day, some in groupby(pairs, key=itemgetter(0)):
                found[day] |= _sums(name, [value for _day, value in some])
    return found


def _sums(name: str, ordered: Sequence[int]) -> Sums:
    """Of the values of one day: what falls into each bucket, and the two ranks."""
    found, start = {}, 0
    while start < len(ordered):
        bucket = bucket_of(ordered[start])
        _least, most = limits(bucket)
        end = bisect_left(ordered, most, start) if most is not None else len(ordered)
        found[name, bucket] = (end - start, sum(ordered[start:end]))
        start = end
    for part, p in ((MEDIAN_OF, MEDIAN), (P90_OF, P90)):
        found[name + part, 0] = (len(ordered), int(between(ordered, p) * TENTHS))
    return found


def _runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Days that follow each other, as the first and the last of them."""
    for _offset, some in groupby(enumerate(sorted(days)), key=lambda pair: pair[1].toordinal() - pair[0]):
        run = [day for _place, day in some]
        yield run[0], run[-1]
