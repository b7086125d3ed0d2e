"""The few ways in which a figure comes from facts. Each gives the figure, and the rows that it was counted from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When

from reports.cells import Cell, counted, spread_of
from reports.figures import Figure, share, spread

if TYPE_CHECKING:
    from reports.selection import Selection

EVERY = Q()


class Measure(Protocol):
    def rows(self, asked: Selection) -> QuerySet[Any]:
        """What the figure was counted from, one row for each thing that it counts: its drill-down."""

    def figure(self, asked: Selection, name: str = "") -> Figure:
        """`name` is that under which its cells are summed per day."""

    def recount(self, rows: Iterable[Any]) -> Figure:
        """The figure once more, from the rows of its drill-down alone."""

    def cells(self, name: str) -> dict[str, Cell]:
        """What is summed per day for it; nothing when only the facts can tell."""


@dataclass(frozen=True)
class Counted:
    """How many facts."""

    kind: str
    where: Q = EVERY

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return asked.facts(self.kind).filter(self.where)

    def figure(self, asked: Selection, name: str = "") -> Figure:
        n = counted(name, self.rows(asked), asked)
        return Figure(n, n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        n = len(list(rows))
        return Figure(n, n)

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell(self.kind, self.where)}


@dataclass(frozen=True)
class Net:
    """What came less what went; `n` is how many facts there were of both."""

    came: tuple[str, ...]
    went: tuple[str, ...]

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return with_hit(asked.facts(*self.came, *self.went), Q(kind__in=self.came))

    def figure(self, asked: Selection, name: str = "") -> Figure:
        came, went = (
            sum(counted(f"{name}:{kind}", asked.facts(kind), asked) for kind in kinds)
            for kinds in (self.came, self.went)
        )
        return Figure(came - went, came + went)

    def recount(self, rows: Iterable[Any]) -> Figure:
        came = [row.hit for row in rows]
        return Figure(2 * sum(came) - len(came), len(came))

    def cells(self, name: str) -> dict[str, Cell]:
        return {f"{name}:{kind}": Cell(kind, EVERY) for kind in (*self.came, *self.went)}


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

    def recount(self, rows: Iterable[Any]) -> Figure:
        return spread([row.measured for row in rows])

    def cells(self, name: str) -> dict[str, Cell]:
        found = {_in(name, business=False): Cell(self.kind, self.where, self.column)}
        return found | ({_in(name, business=True): Cell(self.kind, self.where, self.business)} if self.business else {})

    def _column(self, asked: Selection) -> str:
        return self.business if asked.business and self.business else self.column


@dataclass(frozen=True)
class Share:
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
        return share(found["hits"], found["n"])

    def recount(self, rows: Iterable[Any]) -> Figure:
        rows = list(rows)
        if not self.tickets:
            return share(sum(row.hit for row in rows), len(rows))
        return share(len({row.ticket_id for row in rows if row.hit}), len({row.ticket_id for row in rows}))

    def cells(self, name: str) -> dict[str, Cell]:
        if self.tickets or not self.summed:
            return {}
        return {name: Cell(self.kind, self.where), f"{name}+": Cell(self.kind, self.where & self.hit)}


@dataclass(frozen=True)
class Unspoiled(Share):
    """Of the tickets those of which no fact fails: here `hit` says what spoils a ticket."""

    tickets: bool = True

    def figure(self, asked: Selection, name: str = "") -> Figure:
        spoiled = super().figure(asked, name)
        return share(spoiled.n - (spoiled.hits or 0), spoiled.n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        spoiled = super().recount(rows)
        return share(spoiled.n - (spoiled.hits or 0), spoiled.n)


@dataclass(frozen=True)
class Rate:
    """Facts of one kind for each of another; `hits` of the one, `n` of the other. It may be more than one."""

    kind: str
    per: str

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return with_hit(asked.facts(self.kind, self.per), Q(kind=self.kind))

    def figure(self, asked: Selection, name: str = "") -> Figure:
        hits, n = (
            counted(f"{name}{part}", asked.facts(kind), asked) for part, kind in (("+", self.kind), ("", self.per))
        )
        return self._figure(hits, n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        hits = [row.hit for row in rows]
        return self._figure(sum(hits), len(hits) - sum(hits))

    @staticmethod
    def _figure(hits: int, n: int) -> Figure:
        return Figure(hits / n if n else None, n, hits=hits)

    def cells(self, name: str) -> dict[str, Cell]:
        return {f"{name}+": Cell(self.kind, EVERY), name: Cell(self.per, EVERY)}


@dataclass(frozen=True)
class Standing:
    """How many tickets stood unsolved at the end of the range."""

    where: Q = EVERY

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return asked.spans().standing_before(asked.end).filter(self.where)

    def figure(self, asked: Selection, name: str = "") -> Figure:
        n = self.rows(asked).count()
        return Figure(n, n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        n = len({row.ticket_id for row in rows})
        return Figure(n, n)

    def cells(self, name: str) -> dict[str, Cell]:
        return {}


def _in(name: str, business: bool) -> str:
    return f"{name}~" if business else name


def with_hit(rows: QuerySet[Any], hit: Q) -> QuerySet[Any]:
    """Each row says by `hit` whether it is one of those that a share counts."""
    marked: QuerySet[Any] = rows.annotate(
        hit=Case(When(hit, then=Value(True)), default=Value(False), output_field=BooleanField())
    )
    return marked
