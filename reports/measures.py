"""The few ways in which a figure comes from facts. Each gives the figure, and the rows that it was counted from.

Each has two ways to it: days that are summed already, and the facts themselves where no sum can tell (reports.cells).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When

from reports.cells import StepOf, Told, each, once, step_of, told
from reports.figures import Figure, share, spread
from reports.grouping import DAY, Part, Tally, by_of_rows, by_steps, spread_parts, tallied
from reports.summing import UNPARTED, Cell
from reports.zone import day_of, start_of

if TYPE_CHECKING:
    from reports.selection import Period, Selection

EVERY = Q()


class Measure(Protocol):
    """`name` is that under which it is summed per day; without it the facts are asked."""

    def rows(self, asked: Selection) -> QuerySet[Any]:
        """What the figure was counted from, one row for each thing that it counts: its drill-down."""

    def figure(self, asked: Selection, name: str = "") -> Figure: ...

    def parts(self, asked: Selection, key: str, name: str = "") -> dict[Part, Figure]:
        """The figure of each value of a slice that occurs."""

    def daily(self, asked: Selection, name: str = "") -> dict[date, Figure]:
        """The figure of each day on which there is one."""

    def stepped(self, asked: Selection, steps: Sequence[Period], at: datetime, name: str = "") -> dict[int, Figure]:
        """The figure of each of these periods on which there is one, by its place; together they are what is asked."""

    def recount(self, rows: Iterable[Any]) -> Figure:
        """The figure once more, from the rows of its drill-down alone."""

    def cells(self, name: str) -> dict[str, Cell]:
        """What is summed per day for it; nothing when only the rows can tell."""

    def cells_for(self, asked: Selection, name: str) -> dict[str, Cell]:
        """Those of its cells that this selection reads."""


class Tallied:
    """What is told from how many rows there are and for how many of them `hit` holds."""

    hits = True
    tickets = False
    # The column that says when.
    moment = "at"

    def rows(self, asked: Selection) -> QuerySet[Any]:
        raise NotImplementedError

    def told(self, tally: Tally) -> Figure:
        raise NotImplementedError

    def cells(self, name: str) -> dict[str, Cell]:
        return {}

    def cells_for(self, asked: Selection, name: str) -> dict[str, Cell]:
        return self.cells(name)

    def figure(self, asked: Selection, name: str = "") -> Figure:
        found = self._summed(asked, name, once, lambda _step: day_of(asked.start))
        return self.told(self._counted(asked) if found is None else found.get(None, Tally()))

    def parts(self, asked: Selection, key: str, name: str = "") -> dict[Part, Figure]:
        found = self._summed(asked, name, once, lambda _step: day_of(asked.start), key)
        if found is None:
            found = tallied(self.rows(asked), by_of_rows(key), hits=self.hits, tickets=self.tickets)
        else:
            found = {part: tally for (_step, part), tally in found.items()}
        return {part: self.told(tally) for part, tally in found.items()}

    def daily(self, asked: Selection, name: str = "") -> dict[date, Figure]:
        found: dict[Any, Tally] | None = self._summed(asked, name, each, each)
        if found is None:
            found = {**tallied(self.rows(asked), by_of_rows(DAY), hits=self.hits, tickets=self.tickets)}
        return {day: self.told(tally) for day, tally in found.items()}

    def stepped(self, asked: Selection, steps: Sequence[Period], at: datetime, name: str = "") -> dict[int, Figure]:
        found = self._summed(asked, name, step_of(steps), lambda place: steps[place].first)
        if found is None:
            by = by_steps([start_of(step.last) for step in steps], self.moment)
            found = {**tallied(self.rows(asked), by, hits=self.hits, tickets=self.tickets)}
        return {place: self.told(tally) for place, tally in found.items()}

    def _summed(
        self, asked: Selection, name: str, step: StepOf, first: Callable[[Any], date], key: str = UNPARTED
    ) -> dict[Any, Tally] | None:
        cell = self.cells(name).get(name)
        found = told(asked, name, cell, step, key)
        if found is None:
            return None
        by_part = key != UNPARTED
        return found.tickets(step, first, by_part=by_part) if self.tickets else found.tallies(step, by_part=by_part)

    def _counted(self, asked: Selection) -> Tally:
        what = "ticket_id" if self.tickets else "pk"
        counts = {"n": Count(what, distinct=self.tickets)}
        if self.hits:
            counts["hit_n"] = Count(what, filter=Q(hit=True), distinct=self.tickets)
        found = self.rows(asked).order_by().aggregate(**counts)
        return Tally(found["n"], found.get("hit_n", 0))


@dataclass(frozen=True)
class Counted(Tallied):
    """How many facts. `detailed`: also by what sort they are of."""

    kind: str
    where: Q = EVERY
    detailed: bool = False
    hits = False

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return asked.facts(self.kind).filter(self.where)

    def told(self, tally: Tally) -> Figure:
        return Figure(tally.n, tally.n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        n = len(list(rows))
        return Figure(n, n)

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell((self.kind,), self.where, detailed=self.detailed)}


@dataclass(frozen=True)
class Spread:
    """Median, p90 and mean of a column. Exact order statistics, interpolated here, so that every database agrees."""

    kind: str
    column: str = "seconds"
    # Of durations the column of business time; None where there is but one.
    business: str | None = "business"
    where: Q = EVERY

    def rows(self, asked: Selection) -> QuerySet[Any]:
        rows = asked.facts(self.kind).filter(self.where, **{f"{self._column(asked)}__isnull": False})
        return rows.annotate(measured=F(self._column(asked)))

    def figure(self, asked: Selection, name: str = "") -> Figure:
        found = self._summed(asked, name, once)
        if found is None:
            return spread(list(self.rows(asked).order_by().values_list("measured", flat=True)))
        return found.get(None, Figure(None, 0))

    def parts(self, asked: Selection, key: str, name: str = "") -> dict[Part, Figure]:
        found = self._summed(asked, name, once, key)
        if found is None:
            return spread_parts(self.rows(asked), by_of_rows(key))
        return {part: figure for (_step, part), figure in found.items()}

    def daily(self, asked: Selection, name: str = "") -> dict[date, Figure]:
        found: dict[Any, Figure] | None = self._summed(asked, name, each)
        return spread_parts(self.rows(asked), by_of_rows(DAY)) if found is None else found  # type: ignore[return-value]

    def stepped(self, asked: Selection, steps: Sequence[Period], at: datetime, name: str = "") -> dict[int, Figure]:
        found = self._summed(asked, name, step_of(steps))
        if found is None:
            return spread_parts(self.rows(asked), by_steps([start_of(one.last) for one in steps]))  # type: ignore[return-value]
        return found

    def values(self, asked: Selection, name: str) -> Iterator[Sequence[int]] | None:
        """All of them in several lists, each in order; None when no sums can tell."""
        found = self._told(asked, name, once)
        return None if found is None else found.values()

    def _told(self, asked: Selection, name: str, step: StepOf, key: str = UNPARTED) -> Told | None:
        own = self.name_in(name, asked)
        return told(asked, own, self.cells(name).get(own), step, key) if name else None

    def _summed(self, asked: Selection, name: str, step: StepOf, key: str = UNPARTED) -> dict[Any, Figure] | None:
        found = self._told(asked, name, step, key)
        return None if found is None else found.figures(step, by_part=key != UNPARTED)

    def recount(self, rows: Iterable[Any]) -> Figure:
        return spread([row.measured for row in rows])

    def cells(self, name: str) -> dict[str, Cell]:
        found = {name: Cell((self.kind,), self.where, column=self.column)}
        if self.business:
            found[f"{name}~"] = Cell((self.kind,), self.where, column=self.business)
        return found

    def cells_for(self, asked: Selection, name: str) -> dict[str, Cell]:
        own = self.name_in(name, asked)
        return {own: self.cells(name)[own]}

    def name_in(self, name: str, asked: Selection) -> str:
        """Under which the column is summed that this selection asks for."""
        return f"{name}~" if self._column(asked) == self.business else name

    def _column(self, asked: Selection) -> str:
        return self.business if asked.business and self.business else self.column


@dataclass(frozen=True)
class Share(Tallied):
    """Of the facts, or of their tickets, those for which something holds."""

    kind: str
    hit: Q
    where: Q = EVERY
    tickets: bool = False

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return with_hit(asked.facts(self.kind).filter(self.where), self.hit)

    def told(self, tally: Tally) -> Figure:
        return share(tally.hits, tally.n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        rows = list(rows)
        if not self.tickets:
            return self.told(Tally(len(rows), sum(row.hit for row in rows)))
        return self.told(Tally(len({row.ticket_id for row in rows}), len({row.ticket_id for row in rows if row.hit})))

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell((self.kind,), self.where, self.hit, tickets=self.tickets)}


@dataclass(frozen=True)
class Unspoiled(Share):
    """Of the tickets those of which no fact fails: here `hit` says what spoils a ticket."""

    tickets: bool = True

    def told(self, tally: Tally) -> Figure:
        return share(tally.n - tally.hits, tally.n)


def with_hit(rows: QuerySet[Any], hit: Q) -> QuerySet[Any]:
    """Each row says by `hit` whether it is one of those that a share counts."""
    marked: QuerySet[Any] = rows.annotate(
        hit=Case(When(hit, then=Value(True)), default=Value(False), output_field=BooleanField())
    )
    return marked
