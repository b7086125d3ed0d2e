"""The few ways in which a figure comes from facts. Each gives the figure, and the rows that it was counted from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Sum, Value, When

from reports.figures import MEDIAN, P90, Figure, interpolated, rank_of, share, spread

if TYPE_CHECKING:
    from fractions import Fraction

    from reports.selection import Selection

EVERY = Q()


class Measure(Protocol):
    def rows(self, asked: Selection) -> QuerySet[Any]:
        """What the figure was counted from, one row for each thing that it counts: its drill-down."""

    def figure(self, asked: Selection) -> Figure: ...

    def recount(self, rows: Iterable[Any]) -> Figure:
        """The figure once more, from the rows of its drill-down alone."""


@dataclass(frozen=True)
class Counted:
    """How many facts."""

    kind: str
    where: Q = EVERY

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return asked.facts(self.kind).filter(self.where)

    def figure(self, asked: Selection) -> Figure:
        n = self.rows(asked).count()
        return Figure(n, n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        n = len(list(rows))
        return Figure(n, n)


@dataclass(frozen=True)
class Net:
    """What came less what went; `n` is how many facts there were of both."""

    came: tuple[str, ...]
    went: tuple[str, ...]

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return _with_hit(asked.facts(*self.came, *self.went), Q(kind__in=self.came))

    def figure(self, asked: Selection) -> Figure:
        found = self.rows(asked).aggregate(n=Count("pk"), came=Count("pk", filter=Q(kind__in=self.came)))
        return Figure(2 * found["came"] - found["n"], found["n"])

    def recount(self, rows: Iterable[Any]) -> Figure:
        came = [row.hit for row in rows]
        return Figure(2 * sum(came) - len(came), len(came))


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

    def figure(self, asked: Selection) -> Figure:
        rows, column = self.rows(asked).order_by(), self._column(asked)
        found = rows.aggregate(n=Count("pk"), total=Sum(column))
        n = found["n"]
        if not n:
            return Figure(None, 0)
        return Figure(_nth(rows, column, MEDIAN, n), n, _nth(rows, column, P90, n), found["total"] / n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        return spread([row.measured for row in rows])

    def _column(self, asked: Selection) -> str:
        return self.business if asked.business and self.business else self.column


@dataclass(frozen=True)
class Share:
    """Of the facts, or of their tickets, those for which something holds."""

    kind: str
    hit: Q
    where: Q = EVERY
    tickets: bool = False

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return _with_hit(asked.facts(self.kind).filter(self.where), self.hit)

    def figure(self, asked: Selection) -> Figure:
        what = "ticket_id" if self.tickets else "pk"
        rows = asked.facts(self.kind).filter(self.where)
        found = rows.aggregate(
            n=Count(what, distinct=self.tickets), hits=Count(what, filter=self.hit, distinct=self.tickets)
        )
        return share(found["hits"], found["n"])

    def recount(self, rows: Iterable[Any]) -> Figure:
        rows = list(rows)
        if not self.tickets:
            return share(sum(row.hit for row in rows), len(rows))
        return share(len({row.ticket_id for row in rows if row.hit}), len({row.ticket_id for row in rows}))


@dataclass(frozen=True)
class Unspoiled(Share):
    """Of the tickets those of which no fact fails: here `hit` says what spoils a ticket."""

    tickets: bool = True

    def figure(self, asked: Selection) -> Figure:
        spoiled = super().figure(asked)
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
        return _with_hit(asked.facts(self.kind, self.per), Q(kind=self.kind))

    def figure(self, asked: Selection) -> Figure:
        found = asked.facts(self.kind, self.per).aggregate(
            hits=Count("pk", filter=Q(kind=self.kind)), n=Count("pk", filter=Q(kind=self.per))
        )
        return self._figure(found["hits"], found["n"])

    def recount(self, rows: Iterable[Any]) -> Figure:
        hits = [row.hit for row in rows]
        return self._figure(sum(hits), len(hits) - sum(hits))

    @staticmethod
    def _figure(hits: int, n: int) -> Figure:
        return Figure(hits / n if n else None, n, hits=hits)


@dataclass(frozen=True)
class Standing:
    """How many tickets stood unsolved at the end of the range."""

    where: Q = EVERY

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return asked.spans().standing_before(asked.end).filter(self.where)

    def figure(self, asked: Selection) -> Figure:
        n = self.rows(asked).count()
        return Figure(n, n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        n = len({row.ticket_id for row in rows})
        return Figure(n, n)


def _nth(rows: QuerySet[Any], column: str, p: Fraction, n: int) -> float:
    """The p-quantile of a column, by the two values around it."""
    rank = rank_of(p, n)
    around = list(rows.order_by(column).values_list(column, flat=True)[int(rank) : int(rank) + 2])
    return interpolated(around[0], around[-1], rank)


def _with_hit(rows: QuerySet[Any], hit: Q) -> QuerySet[Any]:
    return rows.annotate(hit=Case(When(hit, then=Value(True)), default=Value(False), output_field=BooleanField()))
