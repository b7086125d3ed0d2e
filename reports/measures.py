"""The few ways in which a figure comes from facts. Each gives the figure, and the rows that it was counted from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When

from reports.cells import Cell, counted, parted, spread_of
from reports.figures import Figure, share, spread
from reports.grouping import DAY, Part, Tally, by_of_rows, by_steps, spread_parts, tallied
from reports.zone import start_of

if TYPE_CHECKING:
    from reports.selection import Period, Selection

EVERY = Q()


class Measure(Protocol):
    def rows(self, asked: Selection) -> QuerySet[Any]:
        """What the figure was counted from, one row for each thing that it counts: its drill-down."""

    def figure(self, asked: Selection, name: str = "") -> Figure:
        """`name` is that under which its cells are summed per day."""

    def parts(self, asked: Selection, key: str) -> dict[Part, Figure]:
        """The figure of each value of a slice that occurs, in one statement."""

    def daily(self, asked: Selection, name: str = "") -> dict[date, Figure]:
        """The figure of each day on which there is one; `name` as above."""

    def stepped(self, asked: Selection, steps: Sequence[Period], at: datetime, name: str = "") -> dict[int, Figure]:
        """The figure of each of these periods on which there is one, by its place; together they are what is asked."""

    def recount(self, rows: Iterable[Any]) -> Figure:
        """The figure once more, from the rows of its drill-down alone."""

    def cells(self, name: str) -> dict[str, Cell]:
        """What is summed per day for it; nothing when only the facts can tell."""


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

    def tally(self, name: str, counts: Mapping[str, int]) -> Tally:
        """From the counts of one day by cell, for those that have cells."""
        raise NotImplementedError

    def cells(self, name: str) -> dict[str, Cell]:
        return {}

    def parts(self, asked: Selection, key: str) -> dict[Part, Figure]:
        found = tallied(self.rows(asked), by_of_rows(key), hits=self.hits, tickets=self.tickets)
        return {part: self.told(tally) for part, tally in found.items()}

    def daily(self, asked: Selection, name: str = "") -> dict[date, Figure]:
        return {day: self.told(tally) for day, tally in self._days(asked, name).items()}

    def stepped(self, asked: Selection, steps: Sequence[Period], at: datetime, name: str = "") -> dict[int, Figure]:
        if not self.cells(name):
            by = by_steps([start_of(step.last) for step in steps], self.moment)
            found = tallied(self.rows(asked), by, hits=self.hits, tickets=self.tickets)
            return {place: self.told(tally) for place, tally in found.items()}  # type: ignore[misc]
        days = self._days(asked, name)
        sums = {}
        for place, step in enumerate(steps):
            told = [days[day] for day in step.each_day() if day in days]
            sums[place] = self.told(Tally(sum(one.n for one in told), sum(one.hits for one in told)))
        return sums

    def _days(self, asked: Selection, name: str) -> dict[Any, Tally]:
        rows, cells = self.rows(asked), self.cells(name)
        found = parted(asked) if cells else None
        days: dict[Any, Tally] = {}
        if found is not None:
            rows = rows.filter(found.loose)
            days = {day: self.tally(name, counts) for day, counts in found.by_day(cells).items()}
        return days | tallied(rows, by_of_rows(DAY), hits=self.hits, tickets=self.tickets)


@dataclass(frozen=True)
class Counted(Tallied):
    """How many facts."""

    kind: str
    where: Q = EVERY
    hits = False

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return asked.facts(self.kind).filter(self.where)

    def told(self, tally: Tally) -> Figure:
        return Figure(tally.n, tally.n)

    def tally(self, name: str, counts: Mapping[str, int]) -> Tally:
        return Tally(counts.get(name, 0))

    def figure(self, asked: Selection, name: str = "") -> Figure:
        n = counted(name, self.rows(asked), asked)
        return Figure(n, n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        n = len(list(rows))
        return Figure(n, n)

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell(self.kind, self.where)}


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
        column = self._column(asked)
        return spread_of(_in(name, column == self.business), self.rows(asked), column, asked)

    def parts(self, asked: Selection, key: str) -> dict[Part, Figure]:
        return spread_parts(self.rows(asked), by_of_rows(key))

    def daily(self, asked: Selection, name: str = "") -> dict[date, Figure]:
        rows, found = self.rows(asked), parted(asked)
        days: dict[Any, Figure] = {}
        if found is not None:
            rows = rows.filter(found.loose)
            days = dict(found.spreads(_in(name, self._column(asked) == self.business)))
        return days | spread_parts(rows, by_of_rows(DAY))

    def stepped(self, asked: Selection, steps: Sequence[Period], at: datetime, name: str = "") -> dict[int, Figure]:
        """Whole weeks are kept; what is left is read in one statement."""
        rows, found = self.rows(asked), parted(asked)
        told: dict[Any, Figure] = {}
        if found is not None:
            firsts = {step.first: place for place, step in enumerate(steps) if step.is_week}
            kept = found.weeks(_in(name, self._column(asked) == self.business), firsts)
            told = {firsts[first]: figure for first, figure in kept.items()}
        left = Q(pk__in=())
        for place, step in enumerate(steps):
            if place not in told:
                left |= Q(at__gte=start_of(step.first), at__lt=start_of(step.last))
        by = by_steps([start_of(step.last) for step in steps])
        return told | spread_parts(rows.filter(left) if told else rows, by)

    def recount(self, rows: Iterable[Any]) -> Figure:
        return spread([row.measured for row in rows])

    def cells(self, name: str) -> dict[str, Cell]:
        found = {_in(name, business=False): Cell(self.kind, self.where, self.column)}
        return found | ({_in(name, business=True): Cell(self.kind, self.where, self.business)} if self.business else {})

    def _column(self, asked: Selection) -> str:
        return self.business if asked.business and self.business else self.column


@dataclass(frozen=True)
class Share(Tallied):
    """Of the facts, or of their tickets, those for which something holds."""

    kind: str
    hit: Q
    where: Q = EVERY
    tickets: bool = False
    # What depends on the settings, or counts tickets once however often, is no sum over days.
    summed: bool = True

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return with_hit(asked.facts(self.kind).filter(self.where), self.hit)

    def figure(self, asked: Selection, name: str = "") -> Figure:
        rows = asked.facts(self.kind).filter(self.where)
        if self.summed and not self.tickets:
            return share(counted(f"{name}+", rows.filter(self.hit), asked), counted(name, rows, asked))
        what = "ticket_id" if self.tickets else "pk"
        found = rows.aggregate(
            n=Count(what, distinct=self.tickets), hits=Count(what, filter=self.hit, distinct=self.tickets)
        )
        return self.told(Tally(found["n"], found["hits"]))

    def told(self, tally: Tally) -> Figure:
        return share(tally.hits, tally.n)

    def tally(self, name: str, counts: Mapping[str, int]) -> Tally:
        return Tally(counts.get(name, 0), counts.get(f"{name}+", 0))

    def recount(self, rows: Iterable[Any]) -> Figure:
        rows = list(rows)
        if not self.tickets:
            return self.told(Tally(len(rows), sum(row.hit for row in rows)))
        return self.told(Tally(len({row.ticket_id for row in rows}), len({row.ticket_id for row in rows if row.hit})))

    def cells(self, name: str) -> dict[str, Cell]:
        if self.tickets or not self.summed:
            return {}
        return {name: Cell(self.kind, self.where), f"{name}+": Cell(self.kind, self.where & self.hit)}


@dataclass(frozen=True)
class Unspoiled(Share):
    """Of the tickets those of which no fact fails: here `hit` says what spoils a ticket."""

    tickets: bool = True

    def told(self, tally: Tally) -> Figure:
        return share(tally.n - tally.hits, tally.n)


def _in(name: str, business: bool) -> str:
    return f"{name}~" if business else name


def with_hit(rows: QuerySet[Any], hit: Q) -> QuerySet[Any]:
    """Each row says by `hit` whether it is one of those that a share counts."""
    marked: QuerySet[Any] = rows.annotate(
        hit=Case(When(hit, then=Value(True)), default=Value(False), output_field=BooleanField())
    )
    return marked
