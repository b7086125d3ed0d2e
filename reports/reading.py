"""Reads facts as plain rows, in the layout in which they are summed."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from reports.models import Fact, Span
from reports.summing import (
    AT,
    BEGAN,
    COLUMNS,
    ENDED,
    LEFT_OUT,
    OF_FACTS,
    TICKET,
    TIMES,
    TIMES_IN_HOURS,
    WHOSE,
    Chains,
    Day,
)
from reports.zone import day_of, start_of

if TYPE_CHECKING:
    from reports.holding import Row

_SPAN = ("place", "ticket_id", *WHOSE, "status")
# Of a span what only facts have; it is merged away no more than the balance says.
_LACKING = tuple(False if name == "merged" else None for name in (*OF_FACTS, *TIMES, *TIMES_IN_HOURS))

Piece = tuple[datetime, datetime]
Days = dict[date, list["Row"]]


def facts_in(kinds: Collection[str], pieces: Sequence[Piece]) -> dict[str, Days]:
    """All of these kinds in these ranges, of any origin; rides fact_by_kind, span_by_begin and span_by_end."""
    found: dict[str, Days] = {kind: defaultdict(list) for kind in kinds}
    starts, days = _days_in(pieces)
    stored = [kind for kind in kinds if kind not in (BEGAN, ENDED)]
    if stored and pieces:
        rows = Fact.objects.filter(_within("at", pieces), kind__in=stored).order_by("at", "place")
        for row in rows.values_list(*COLUMNS):
            found[row[0]][days[bisect_right(starts, row[AT]) - 1]].append(row)
    for kind in (BEGAN, ENDED):
        if kind in kinds and pieces:
            for at, *row in Span.objects.filter(_within(kind, pieces)).order_by().values_list(kind, *_SPAN):
                day = days[bisect_right(starts, at) - 1]
                found[kind][day].append((kind, at, *row[:-1], *_LACKING, row[-1]))
    return found


def _days_in(pieces: Sequence[Piece]) -> tuple[list[datetime], list[date]]:
    """The days that they touch in order, and where each begins."""
    spans = [(day_of(start), (day_of(end) - day_of(start)).days) for start, end in pieces]
    days = sorted({first + timedelta(days=n) for first, more in spans for n in range(more + 1)})
    return [start_of(day) for day in days], days


def chains_of(kind: str, pieces: Sequence[Piece]) -> dict[int, list[Row]]:
    """Of the tickets that have any of this kind in these ranges all of it until they end; rides fact_once. Of LEFT_OUT
    the same of every kind, of tickets that no figure counts; rides fact_by_kind and fact_once."""
    found: dict[int, list[Row]] = defaultdict(list)
    if pieces:
        facts = Fact.objects.of_no_figure() if kind == LEFT_OUT else Fact.objects.filter(kind=kind)
        those = facts.filter(_within("at", pieces)).order_by().values("ticket_id")
        rows = facts.filter(ticket_id__in=those, at__lt=max(end for _start, end in pieces))
        for row in rows.order_by("at", "place").values_list(*COLUMNS):
            found[row[TICKET]].append((*row, None, day_of(row[AT]).toordinal()))
    return found


def by_day(facts: Mapping[str, Days], chains: Mapping[str, Chains]) -> dict[date, Day]:
    """Each day on which there is anything."""
    days = {day for those in facts.values() for day in those}
    return {day: Day(day, {kind: those.get(day, []) for kind, those in facts.items()}, chains) for day in days}


def _within(column: str, pieces: Sequence[Piece]) -> Q:
    found = Q(pk__in=())
    for start, end in pieces:
        found |= Q(**{f"{column}__gte": start, f"{column}__lt": end})
    return found
