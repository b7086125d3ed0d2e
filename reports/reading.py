"""Reads facts as plain rows, in the layout in which they are summed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from reports.models import Fact, Span
from reports.summing import AT, BEGAN, COLUMNS, ENDED, OF_FACTS, TICKET, TIMES, TIMES_IN_HOURS, WHOSE, Chains, Day
from reports.zone import day_of

if TYPE_CHECKING:
    from reports.holding import Row

_SPAN = ("place", "ticket_id", *WHOSE, "status")
# Of a span what only facts have; it is merged away no more than the balance says.
_LACKING = tuple(False if name == "merged" else None for name in (*OF_FACTS, *TIMES, *TIMES_IN_HOURS))

MOST_TICKETS = 5000

Piece = tuple[datetime, datetime]


def facts_in(kinds: Collection[str], pieces: Sequence[Piece]) -> dict[str, list[Row]]:
    """All of these kinds in these ranges, of any origin; rides fact_by_kind, span_by_begin and span_by_end."""
    found: dict[str, list[Row]] = defaultdict(list)
    stored = [kind for kind in kinds if kind not in (BEGAN, ENDED)]
    if stored and pieces:
        rows = Fact.objects.filter(_within("at", pieces), kind__in=stored).order_by("at", "place")
        for row in rows.values_list(*COLUMNS).iterator(chunk_size=5000):
            found[row[0]].append(row)
    for kind in (BEGAN, ENDED):
        if kind in kinds and pieces:
            spans = Span.objects.filter(_within(kind, pieces)).order_by().values_list(kind, *_SPAN)
            found[kind] = [(kind, *row[:-1], *_LACKING, row[-1]) for row in spans.iterator(chunk_size=5000)]
    return found


def chains_of(facts: Iterable[Row], kind: str, until: datetime) -> dict[int, list[Row]]:
    """All of this kind that these tickets ever had before a moment; rides fact_once."""
    tickets = sorted({row[TICKET] for row in facts})
    found: dict[int, list[Row]] = {ticket: [] for ticket in tickets}
    for start in range(0, len(tickets), MOST_TICKETS):
        some = Fact.objects.filter(ticket_id__in=tickets[start : start + MOST_TICKETS], kind=kind, at__lt=until)
        for row in some.order_by("at", "place").values_list(*COLUMNS).iterator(chunk_size=5000):
            found[row[TICKET]].append((*row, None, day_of(row[AT]).toordinal()))
    return found


def by_day(facts: dict[str, list[Row]], chains: Mapping[str, Chains]) -> dict[date, Day]:
    """Each day on which there is anything."""
    found: dict[date, dict[str, list[Row]]] = {}
    for kind, rows in facts.items():
        for row in rows:
            found.setdefault(day_of(row[AT]), defaultdict(list))[kind].append(row)
    return {day: Day(day, those, chains) for day, those in found.items()}


def _within(column: str, pieces: Sequence[Piece]) -> Q:
    found = Q(pk__in=())
    for start, end in pieces:
        found |= Q(**{f"{column}__gte": start, f"{column}__lt": end})
    return found
