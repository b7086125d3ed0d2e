"""Ranges told from the sums of whole days, and from the facts of the rest: together exactly what the facts say."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from reports.figures import Figure
from reports.grouping import Tally
from reports.kept import Kept
from reports.ranks import figure_of
from reports.reading import Piece
from reports.summing import UNPARTED, WEEK, Cell, Row, counted_since, monday_of
from reports.zone import day_of, start_of

if TYPE_CHECKING:
    from array import array

    from reports.selection import Period, Selection
    from reports.slices import Value

# With more days than this to be read from their facts, the facts themselves are asked for all of it.
MOST_STALE = 40
# Nor are shorter ranges worth the detour.
FEWEST_DAYS = 3
DAY = timedelta(days=1)

StepOf = Callable[[date], Any]


@dataclass(frozen=True)
class Told:
    """Of each day of a range what happened, or of a whole week together, on its first day; `only` these parts of it, if
    any are named."""

    days: list[tuple[date, Row]]
    only: Collection[Value] | None

    def tallies(self, step_of: StepOf, *, by_part: bool) -> dict[Any, Tally]:
        """By step, or by step and part."""
        found: dict[Any, list[int]] = {}
        for day, row in self.days:
            step = step_of(day)
            for part, n, hits in zip(row.parts, row.n, row.more, strict=True):
                if self.only is None or part in self.only:
                    sums = found.setdefault((step, part) if by_part else step, [0, 0])
                    sums[0] += n
                    sums[1] += hits
        return {place: Tally(*sums) for place, sums in found.items()}

    def tickets(self, step_of: StepOf, first_of: Callable[[Any], date], *, by_part: bool) -> dict[Any, Tally]:
        """The same of tickets, each once in a step; `first_of` says on which day a step begins."""
        found: dict[Any, list[int]] = {}
        for day, row in self.days:
            step = step_of(day)
            before = (day - first_of(step)).days
            for part, (every, those) in zip(row.parts, row.since, strict=True):
                if self.only is None or part in self.only:
                    sums = found.setdefault((step, part) if by_part else step, [0, 0])
                    sums[0] += counted_since(every, before)
                    sums[1] += counted_since(those, before)
        return {place: Tally(*sums) for place, sums in found.items()}

    def figures(self, step_of: StepOf, *, by_part: bool) -> dict[Any, Figure]:
        """Of columns: median, p90 and mean."""
        lists: dict[Any, list[array[int]]] = {}
        totals: dict[Any, int] = {}
        for day, row in self.days:
            step = step_of(day)
            for part, total, values in row.lists():
                if self.only is None or part in self.only:
                    place = (step, part) if by_part else step
                    lists.setdefault(place, []).append(values)
                    totals[place] = totals.get(place, 0) + total
        return {place: figure_of(some, totals[place]) for place, some in lists.items()}

    def values(self) -> Iterator[array[int]]:
        """Of each day and part those of a column in order."""
        for _day, row in self.days:
            yield from (values for part, _total, values in row.lists() if self.only is None or part in self.only)


def told(asked: Selection, name: str, cell: Cell | None, step: StepOf, key: str = UNPARTED) -> Told | None:
    """`step` says into which step of the range a day falls: whole weeks are used where they do not part it.

    None when the facts must answer: what is asked for is narrowed in more ways than one, or hardly a day of the
    range is summed. Days that are not over are never summed."""
    by = key_of(asked, key) if cell else None
    if cell is None or not name or by is None or by not in cell.keys:
        return None
    only = next((values for values in asked.slices.values() if values), None)
    if key == UNPARTED and only is not None and len(only) > 1 and (cell.tickets or by == "tag"):
        return None  # one may be in several of these parts
    first, last = day_of(asked.start), min(day_of(asked.end), day_of(now()))
    if start_of(first) < asked.start:
        if cell.tickets:
            return None
        first += DAY
    if (last - first).days < FEWEST_DAYS:
        return None
    kept = asked.kept or Kept()
    stale = kept.stale(first, last, MOST_STALE)
    if stale is None:
        return None
    days = [day for n in range((last - first).days) if (day := first + n * DAY) not in stale]
    weeks = kept.weeks(name, by, _mondays(days, step))
    left = [day for day in days if monday_of(day) not in weeks]
    loose = kept.loose(_loose(asked, first, last, stale), cell, by)
    return Told([*weeks.items(), *kept.rows(name, by, left).items(), *loose], only)


def _mondays(days: Collection[date], step: StepOf) -> list[date]:
    """Of the weeks that lie within these days and within one step."""
    known = set(days)
    mondays = [day for day in days if day.weekday() == 0 and step(day) == step(day + 6 * DAY)]
    return [monday for monday in mondays if all(monday + n * DAY in known for n in range(WEEK))]


def key_of(asked: Selection, key: str) -> str | None:
    """By which slice the days must be parted; None: nothing that is summed can tell."""
    if asked.imported or not asked.sees_all:
        return None
    narrowed = [one for one, values in asked.slices.items() if values]
    if len(narrowed) > 1 or (narrowed and key not in (UNPARTED, narrowed[0])):
        return None
    return narrowed[0] if narrowed else key


def _loose(asked: Selection, first: date, last: date, stale: Iterable[date]) -> tuple[Piece, ...]:
    """The moments that are not summed."""
    pieces = [
        (asked.start, start_of(first)),
        *((start_of(day), start_of(day + DAY)) for day in sorted(stale)),
        (max(asked.start, start_of(last)), asked.end),
    ]
    return tuple((start, end) for start, end in pieces if start < end)


def once(_day: date) -> None:
    """The step of every day, when all of them are one."""


def each(day: date) -> date:
    """And when each is a step by itself."""
    return day


def step_of(steps: Sequence[Period]) -> StepOf:
    """Its place among steps that follow each other."""
    firsts = [step.first for step in steps]
    return lambda day: bisect_right(firsts, day) - 1
