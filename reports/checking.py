"""Compares what is kept with what the past of the tickets says, and the sums per day with the facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now

from reports.keeping import FROM_OTHERS, told_of
from reports.models import DaySum, Fact, Kind, Span, StaleDay
from reports.returning import LONGEST, returned_after
from reports.rollups import Sums, every_day, sums_of, sums_of_week
from reports.rows import Row
from reports.summing import WEEK, read
from reports.zone import day_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """`where` is "solved 2" or "span 3"."""

    ticket: int
    where: str
    what: str
    kept: Any
    told: Any


def differences(tickets: Sequence[int]) -> Iterator[Difference]:
    """What differs between the rows of these tickets and what their past says; nothing when all is well."""
    for start in range(0, len(tickets), BATCH):
        some = tickets[start : start + BATCH]
        facts, spans = told_of(some)
        yield from _compare(Fact.objects.filter(ticket__in=some), facts)
        yield from _compare(Span.objects.filter(ticket__in=some), spans)
        yield from _compare_returns(some)


def _compare(kept: QuerySet[Any], told: Iterable[Row]) -> Iterator[Difference]:
    again = {_name(row): row for row in told}
    for row in kept.values():
        ticket, where = _name(row)
        twin = again.pop((ticket, where), None)
        if twin is None:
            yield Difference(ticket, where, "exists", True, False)
            continue
        for what, one in row.items():
            if what not in FROM_OTHERS and one != twin[what]:
                yield Difference(ticket, where, what, one, twin[what])
    for ticket, where in again:
        yield Difference(ticket, where, "exists", False, True)


def _compare_returns(tickets: Sequence[int]) -> Iterator[Difference]:
    """What other tickets of the same people say of these solves."""
    solves = list(Fact.objects.filter(ticket__in=tickets, kind=Kind.SOLVED))
    opened: dict[int, list[Any]] = {row.requester_id: [] for row in solves}
    if not solves:
        return
    around = Fact.objects.filter(kind=Kind.CREATED, merged=False, requester_id__in=opened)
    around = around.filter(at__gt=min(row.at for row in solves), at__lte=max(row.at for row in solves) + LONGEST)
    columns = ("requester_id", "at", "ticket_id", "imported")
    for created in around.order_by("at", "pk").values_list(*columns, named=True):
        opened[created.requester_id].append(created)
    for row in solves:
        after = returned_after(row, opened[row.requester_id])
        if after != row.returned_after:
            yield Difference(row.ticket_id, f"solved {row.place}", "returned_after", row.returned_after, after)


def miscounted(days: Iterable[date]) -> Iterator[date]:
    """The days whose sums are not those of their facts, though they are not due to be summed; of a week that is summed
    its Monday, when it is not what its days are."""
    weeks = set(DaySum.objects.filter(days=WEEK).values_list("day", flat=True).distinct())
    for day in days:
        if StaleDay.objects.filter(day=day).exists():
            continue
        if _kept(day, 1) != sums_of(day) or (day in weeks and _kept(day, WEEK) != sums_of_week(day)):
            yield day


def _kept(day: date, days: int) -> Sums:
    rows = DaySum.objects.filter(day=day, days=days).exclude(measure="")
    return {row[:2]: read(*row[2:]) for row in rows.values_list("measure", "key", "told", "values")}


def summed_days() -> list[date]:
    """Every day that is summed or ought to be: one without any sums is read as one on which nothing happened."""
    over = {day for day in every_day() if day < day_of(now())}
    return sorted(over | set(DaySum.objects.values_list("day", flat=True).distinct()))


def _name(row: Row) -> tuple[int, str]:
    return row["ticket_id"], f"{row.get('kind', 'span')} {row['place']}"
