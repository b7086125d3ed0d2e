"""What one page has read of the sums and of the running day, so that all of its figures share it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from reports.models import DaySum, Keeper, StaleDay
from reports.models.stale import KEEPER
from reports.reading import Days, Piece, by_day, chains_of, facts_in
from reports.summing import BEGAN, ENDED, NOTHING, WEEK, Cell, Row, read

if TYPE_CHECKING:
    from reports.summing import Chains, Day

# More days than that are told week by week; of all of them single figures alone are read.
MOST_DAYS_TOGETHER = 62


class Kept:
    """Made anew for each page or figure: what it has read is as old as it."""

    def __init__(self) -> None:
        self._known: tuple[bool, frozenset[date]] | None = None
        self._rows: dict[tuple[str, str], dict[date, Row | None]] = defaultdict(dict)
        self._weeks: dict[tuple[str, str], dict[date, Row | None]] = defaultdict(dict)
        self._facts: dict[tuple[str, tuple[Piece, ...]], Days] = {}
        self._chains: dict[tuple[str, tuple[Piece, ...]], Chains] = {}
        self._days: dict[tuple[tuple[str, ...], tuple[Piece, ...], tuple[str, ...]], dict[date, Day]] = {}
        self._expected: dict[str, dict[str, Cell]] = defaultdict(dict)

        # Of a moment and what narrows it how many tickets stood in each state.
        self.standing: dict[object, dict[str, int]] = {}

    def expect(self, cells: Mapping[str, Cell], key: str) -> None:
        """Whoever reads of one of these reads of all: a page says before what it is going to ask."""
        self._expected[key].update(cells)

    def aside(self) -> Kept:
        """For what else a page asks: it is read together by itself, with all that is known already."""
        other = Kept()
        other._known, other._facts, other._chains = self._known, self._facts, self._chains
        return other

    def stale(self, first: date, last: date, most: int) -> frozenset[date] | None:
        """Which of the days [first, last) are not summed as they stand; None: too many, by other definitions, or from
        facts of another zone."""
        if self._known is None:
            from reports.metrics import summed_as  # what is summed is named where figures are defined, above this

            # Facts of another zone have other hours of the week: sums are read again after a rebuild.
            zones = ("", settings.REPORTS_ZONE)
            right = Keeper.objects.filter(pk=KEEPER, summed_as=summed_as(), zone__in=zones).exists()
            days = StaleDay.objects.values_list("day", flat=True) if right else ()
            self._known = right, frozenset(days)
        right, stale = self._known
        some = frozenset(day for day in stale if first <= day < last)
        return some if right and len(some) <= most else None

    def weeks(self, name: str, key: str, mondays: Collection[date]) -> dict[date, Row]:
        """Of the weeks that are summed as a whole; a week on which nothing happened has an empty row."""
        known = self._weeks[name, key]
        if missing := [one for one in mondays if one not in known]:
            names = self._together(name, key)
            # In one statement, so that what is there fits to what is said to be there; that comes first.
            rows = DaySum.objects.filter(Q(measure__in=names, key=key) | Q(measure="", key=""), days=WEEK)
            rows = rows.filter(day__gte=min(missing), day__lte=max(missing)).order_by("measure")
            found: dict[str, dict[date, Row | None]] = {one: dict.fromkeys(missing) for one in names}
            for day, measure, told, values in rows.values_list("day", "measure", "told", "values"):
                if measure:
                    found[measure][day] = read(told, values)
                else:
                    for one in names:
                        found[one][day] = NOTHING
            for one in names:
                self._weeks[one, key] |= found[one]
        return {one: row for one in mondays if (row := known[one]) is not None}

    def rows(self, name: str, key: str, days: Collection[date]) -> dict[date, Row]:
        """Of those of these days on which anything happened; rides day_sum_once."""
        known = self._rows[name, key]
        if missing := [day for day in days if day not in known]:
            names = self._together(name, key) if len(missing) <= MOST_DAYS_TOGETHER else [name]
            rows = DaySum.objects.filter(measure__in=names, key=key, days=1)
            rows = (
                rows.filter(day__gte=min(missing), day__lte=max(missing))
                if _dense(missing)
                else rows.filter(day__in=missing)
            )
            for one in names:
                self._rows[one, key] |= dict.fromkeys(missing)
            for day, measure, told, values in rows.values_list("day", "measure", "told", "values"):
                self._rows[measure, key][day] = read(told, values)
        return {day: row for day in days if (row := known[day]) is not None}

    def _together(self, name: str, key: str) -> list[str]:
        expected = self._expected[key]
        return sorted(expected) if name in expected else [name]

    def loose(self, pieces: tuple[Piece, ...], cell: Cell, key: str) -> list[tuple[date, Row]]:
        """The same of moments that are not summed, from their facts."""
        if not pieces:
            return []
        known = (cell.kinds, pieces, cell.chains)
        if known not in self._days:
            facts = {kind: self._of_kind(kind, pieces, key) for kind in cell.kinds}
            chains = {one: self._chains_of(one, pieces) for one in cell.chains}
            self._days[known] = by_day(facts, chains)
        rows = ((day, one.row(cell, key)) for day, one in self._days[known].items())
        return [(day, row) for day, row in rows if row is not None]

    def _of_kind(self, kind: str, pieces: tuple[Piece, ...], key: str) -> Days:
        if (kind, pieces) not in self._facts:
            # Of spans only what is asked for: not every range that is read wants them.
            expected = {one for cell in self._expected[key].values() for one in cell.kinds} - {BEGAN, ENDED}
            kinds = [one for one in expected if (one, pieces) not in self._facts] if kind in expected else [kind]
            self._facts |= {(one, pieces): days for one, days in facts_in(kinds, pieces).items()}
        return self._facts[kind, pieces]

    def _chains_of(self, kind: str, pieces: tuple[Piece, ...]) -> Chains:
        if (kind, pieces) not in self._chains:
            self._chains[kind, pieces] = chains_of(kind, pieces)
        return self._chains[kind, pieces]


def _dense(days: Sequence[date]) -> bool:
    return 2 * len(days) > (max(days) - min(days)).days
