"""Sums over whole days from the counts per day, over the rest of a range from the facts: together exactly the facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.timezone import now

from reports.buckets import bucket_of, limits
from reports.figures import MEDIAN, P90, Figure, interpolated, rank_of
from reports.models import DayCount, StaleDay
from reports.zone import day_of, start_of

if TYPE_CHECKING:
    from reports.selection import Selection

# With more days than this to be counted anew, the facts themselves are asked.
MOST_STALE = 40
# Nor are shorter ranges worth the detour.
FEWEST_DAYS = 3
# Of each day its own median and p90 are kept too, in tenths, which is exact: they lie between two whole numbers at
# halves and tenths of the way.
MEDIAN_OF, P90_OF, TENTHS = "@5", "@9", 10
# The same of each whole week, on its first day.
WEEK_MEDIAN_OF, WEEK_P90_OF = "@w5", "@w9"
WEEK = 7


@dataclass(frozen=True)
class Cell:
    """Facts of a kind for which something holds; with a column, how that is spread."""

    kind: str
    where: Q
    column: str = ""
    # With tickets that were merged away later, as the balance counts.
    merged: bool = False


@dataclass(frozen=True)
class Parted:
    """A range as days that are summed already, and the moments that are not."""

    days: QuerySet[DayCount]
    loose: Q
    # Summed are the days [first, last) but the stale ones.
    first: date
    last: date
    stale: frozenset[date]

    def counts(self, name: str) -> tuple[int, int]:
        """(how many, sum of the column) on the summed days."""
        found = self.days.filter(measure=name).aggregate(n=Sum("n"), total=Sum("total"))
        return found["n"] or 0, found["total"] or 0

    def by_day(self, names: Iterable[str]) -> dict[date, dict[str, int]]:
        found: dict[date, dict[str, int]] = {}
        rows = self.days.filter(measure__in=list(names)).values_list("day", "measure").annotate(Sum("n"))
        for day, name, n in rows.order_by():
            found.setdefault(day, {})[name] = n
        return found

    def spreads(self, name: str) -> Iterator[tuple[date, Figure]]:
        """The figures of single days: they were found when the day was summed."""
        median, p90 = name + MEDIAN_OF, name + P90_OF
        kept: dict[date, dict[str, tuple[int, int]]] = {}
        rows = self.days.filter(measure__in=[name, median, p90]).values_list("day", "measure")
        for day, measure, n, total in rows.annotate(Sum("n"), Sum("total")).order_by():
            kept.setdefault(day, {})[measure] = (n, int(total))
        for day, told in kept.items():
            n, total = told[name]
            middle, most = (float(Fraction(told[one][1], TENTHS)) for one in (median, p90))
            yield day, Figure(middle, n, most, total / n)

    def weeks(self, name: str, firsts: Iterable[date]) -> dict[date, Figure]:
        """Of the weeks that begin on these days the figures of those that are kept; a week with a day that is not
        summed is none of them."""
        median, p90 = name + WEEK_MEDIAN_OF, name + WEEK_P90_OF
        ranks: dict[date, dict[str, int]] = {}
        rows = self.days.filter(measure__in=[median, p90], day__in=list(firsts))
        for day, measure, total in rows.values_list("day", "measure", "total"):
            ranks.setdefault(day, {})[measure] = total
        days = {day: (figure.n, figure.mean or 0) for day, figure in self.spreads(name)} if ranks else {}
        found = {}
        for first, told in ranks.items():
            week = [first + timedelta(days=n) for n in range(WEEK)]
            if self.first <= first and week[-1] < self.last and not self.stale.intersection(week) and len(told) > 1:
                parts = [days[day] for day in week if day in days]
                n = sum(count for count, _mean in parts)
                total = sum(round(count * mean) for count, mean in parts)
                found[first] = Figure(told[median] / TENTHS, n, told[p90] / TENTHS, total / n)
        return found

    def buckets(self, name: str) -> Counter[int]:
        rows = self.days.filter(measure=name).values("bucket").annotate(together=Sum("n"))
        return Counter({row["bucket"]: row["together"] for row in rows})


def parted(asked: Selection) -> Parted | None:
    """None when the facts must answer: something is sliced, or hardly a day of the range is summed.

    Days that are not over are never summed.
    """
    if not asked.is_plain:
        return None
    first = day_of(asked.start)
    if start_of(first) < asked.start:
        first += timedelta(days=1)
    last = min(day_of(asked.end), day_of(now()))
    if (last - first).days < FEWEST_DAYS:
        return None
    stale = list(StaleDay.objects.filter(day__gte=first, day__lt=last).values_list("day", flat=True)[: MOST_STALE + 1])
    if len(stale) > MOST_STALE:
        return None
    loose = _between(asked.start, start_of(first)) | _between(start_of(last), asked.end)
    for day in stale:
        loose |= _between(start_of(day), start_of(day + timedelta(days=1)))
    return Parted(_days(first, last, stale), loose, first, last, frozenset(stale))


def _days(first: date, last: date, stale: list[date]) -> QuerySet[DayCount]:
    rows = DayCount.objects.filter(day__gte=first, day__lt=last)
    return rows.exclude(day__in=stale) if stale else rows


def _between(start: datetime, end: datetime) -> Q:
    return Q(at__gte=start, at__lt=end)


def counted(name: str, rows: QuerySet[Any], asked: Selection) -> int:
    """How many of these facts there are; `rows` are all of them in the range."""
    found = parted(asked)
    if found is None:
        return rows.count()
    return found.counts(name)[0] + rows.filter(found.loose).count()


def spread_of(name: str, rows: QuerySet[Any], column: str, asked: Selection) -> Figure:
    """Median, p90 and mean of a column, exact: the buckets only say where to look."""
    rows, found = rows.order_by(), parted(asked)
    if found is None:
        told = rows.aggregate(n=Count("pk"), total=Sum(column))
        n, total = told["n"], told["total"]
        if not n:
            return Figure(None, 0)
        return Figure(_nth(rows, column, MEDIAN, n), n, _nth(rows, column, P90, n), total / n)
    loose = list(rows.filter(found.loose).values_list(column, flat=True))
    buckets = found.buckets(name) + Counter(bucket_of(value) for value in loose)
    n = buckets.total()
    if not n:
        return Figure(None, 0)
    total = found.counts(name)[1] + sum(loose)
    wanted = {p: rank_of(p, n) for p in (MEDIAN, P90)}
    values = {p: _at_rank(rows, column, buckets, rank, n) for p, rank in wanted.items()}
    return Figure(values[MEDIAN], n, values[P90], total / n)


def _nth(rows: QuerySet[Any], column: str, p: Fraction, n: int) -> float:
    """The p-quantile of a column, by the two values around it."""
    rank = rank_of(p, n)
    around = list(rows.order_by(column).values_list(column, flat=True)[int(rank) : int(rank) + 2])
    return interpolated(around[0], around[-1], rank)


def _at_rank(rows: QuerySet[Any], column: str, buckets: Counter[int], rank: Fraction, n: int) -> float:
    below = _in_order(rows, column, buckets, int(rank))
    above = _in_order(rows, column, buckets, min(int(rank) + 1, n - 1)) if rank != int(rank) else below
    return interpolated(below, above, rank)


def _in_order(rows: QuerySet[Any], column: str, buckets: Counter[int], place: int) -> int:
    """The value at a place, counted from 0: found in the one bucket in which it must lie."""
    for bucket in sorted(buckets):
        if place < buckets[bucket]:
            least, most = limits(bucket)
            if most == least + 1:
                return least
            inside = rows.filter(**{f"{column}__gte": least})
            if most is not None:
                inside = inside.filter(**{f"{column}__lt": most})
            # One that is not there any more went this very moment; then the bucket itself is the best that can be said.
            values = list(inside.order_by(column).values_list(column, flat=True)[place : place + 1])
            return values[0] if values else least
        place -= buckets[bucket]
    raise IndexError(place)
