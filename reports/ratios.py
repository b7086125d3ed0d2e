"""Figures of two kinds of facts: what came less what went, and so many of the one for each of the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from reports.figures import Figure
from reports.grouping import Tally
from reports.measures import Tallied, with_hit
from reports.summing import Cell

if TYPE_CHECKING:
    from reports.selection import Selection


@dataclass(frozen=True)
class Net(Tallied):
    """What came less what went; `n` is how many facts there were of both."""

    came: tuple[str, ...]
    went: tuple[str, ...]

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return with_hit(asked.facts(*self.came, *self.went), Q(kind__in=self.came))

    def told(self, tally: Tally) -> Figure:
        return Figure(2 * tally.hits - tally.n, tally.n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        came = [row.hit for row in rows]
        return self.told(Tally(len(came), sum(came)))

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell((*self.came, *self.went), hit=Q(kind__in=self.came))}


@dataclass(frozen=True)
class Rate(Tallied):
    """Facts of one kind for each of another; `hits` of the one, `n` of the other. It may be more than one."""

    kind: str
    per: str

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return with_hit(asked.facts(self.kind, self.per), Q(kind=self.kind))

    def told(self, tally: Tally) -> Figure:
        n = tally.n - tally.hits
        return Figure(tally.hits / n if n else None, n, hits=tally.hits)

    def recount(self, rows: Iterable[Any]) -> Figure:
        hits = [row.hit for row in rows]
        return self.told(Tally(len(hits), sum(hits)))

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell((self.kind, self.per), hit=Q(kind=self.kind), detailed=True)}
