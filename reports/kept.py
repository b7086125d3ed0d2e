"""What one page has read of the sums and of the running day, so that all of its figures share it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from reports.models import DaySum, Keeper, StaleDay
from reports.reading import Piece, by_day, chains_of, facts_in
from reports.summing import Cell, Row, read

if TYPE_CHECKING:
    from reports.summing import Chains, Day

KEEPER = 1


class Kept:
    """Made anew for each page or figure: what it has read is as old as it."""

    def __init__(self) -> None:
        self._known: tuple[bool, frozenset[date]] | None = None
        self._rows: dict[tuple[str, str], list[tuple[date, date, dict[date, Row]]]] = defaultdict(list)
        self._facts: dict[tuple[str, tuple[Piece, ...]], list[tuple]] = {}
        self._chains: dict[tuple[str, tuple[Piece, ...]], Chains] = {}
        self._days: dict[tuple[tuple[str, ...], tuple[Piece, ...]], dict[date, Day]] = {}

    def stale(self, first: date, last: date, most: int) -> frozenset[date] | None:
        """Which of the days [first, last) are not summed as they stand; None: too many, or by other definitions."""
        if self._known is None:
            from reports.metrics import summed_as  # what is summed is named where figures are defined, above this

            right = Keeper.objects.filter(pk=KEEPER, summed_as=summed_as()).exists()
            days = StaleDay.objects.values_list("day", flat=True) if right else ()
            self._known = right, frozenset(days)
        right, stale = self._known
        some = frozenset(day for day in stale if first <= day < last)
        return some if right and len(some) <= most else None

    def rows(self, name: str, key: str, first: date, last: date) -> dict[date, Row]:
        """Of the days [first, last); rides day_sum_once."""
        for start, end, known in self._rows[name, key]:
            if start <= first and last <= end:
                return {day: row for day, row in known.items() if first <= day < last}
        rows = DaySum.objects.filter(measure=name, key=key, day__gte=first, day__lt=last).order_by()
        found = {day: read(told, values) for day, told, values in rows.values_list("day", "told", "values")}
        self._rows[name, key].append((first, last, found))
        return found

    def loose(self, pieces: tuple[Piece, ...], cell: Cell, key: str) -> list[tuple[date, Row]]:
        """The same of moments that are not summed, from their facts."""
        if not pieces:
            return []
        known = (cell.kinds, pieces, cell.tickets)
        if known not in self._days:
            facts = {kind: self._of_kind(kind, pieces) for kind in cell.kinds}
            chains = {kind: self._chains_of(kind, pieces) for kind in cell.kinds} if cell.tickets else {}
            self._days[known] = by_day(facts, chains)
        rows = ((day, one.row(cell, key)) for day, one in self._days[known].items())
        return [(day, row) for day, row in rows if row is not None]

    def _of_kind(self, kind: str, pieces: tuple[Piece, ...]) -> list[tuple]:
        if (kind, pieces) not in self._facts:
            self._facts[kind, pieces] = facts_in([kind], pieces).get(kind, [])
        return self._facts[kind, pieces]

    def _chains_of(self, kind: str, pieces: tuple[Piece, ...]) -> Chains:
        if (kind, pieces) not in self._chains:
            until = max(end for _start, end in pieces)
            self._chains[kind, pieces] = chains_of(self._of_kind(kind, pieces), kind, until)
        return self._chains[kind, pieces]
