"""Figures of two kinds of facts: what came less what went, and so many of the one for each of the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from reports.cells import Cell, counted
from reports.figures import Figure
from reports.grouping import Tally
from reports.measures import EVERY, Tallied, with_hit

if TYPE_CHECKING:
    from reports.selection import Selection


@dataclass(frozen=True)
class Net(Tallied):
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
        return self.told(Tally(came + went, came))

    def told(self, tally: Tally) -> Figure:
        return Figure(2 * tally.hits - tally.n, tally.n)

    def tally(self, name: str, counts: Mapping[str, int]) -> Tally:
        came, went = (sum(counts.get(f"{name}:{kind}", 0) for kind in kinds) for kinds in (self.came, self.went))
        return Tally(came + went, came)

    def recount(self, rows: Iterable[Any]) -> Figure:
        came = [row.hit for row in rows]
        return self.told(Tally(len(came), sum(came)))

    def cells(self, name: str) -> dict[str, Cell]:
        return {f"{name}:{kind}": Cell(kind, EVERY) for kind in (*self.came, *self.went)}


@dataclass(frozen=True)
class Rate(Tallied):
    """Facts of one kind for each of another; `hits` of the one, `n` of the other. It may be more than one."""

    kind: str
    per: str

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return with_hit(asked.facts(self.kind, self.per), Q(kind=self.kind))

    def figure(self, asked: Selection, name: str = "") -> Figure:
        hits, n = (
            counted(f"{name}{part}", asked.facts(kind), asked) for part, kind in (("+", self.kind), ("", self.per))
        )
        return self.told(Tally(hits + n, hits))

    def told(self, tally: Tally) -> Figure:
        n = tally.n - tally.hits
        return Figure(tally.hits / n if n else None, n, hits=tally.hits)

    def tally(self, name: str, counts: Mapping[str, int]) -> Tally:
        hits = counts.get(f"{name}+", 0)
        return Tally(hits + counts.get(name, 0), hits)

    def recount(self, rows: Iterable[Any]) -> Figure:
        hits = [row.hit for row in rows]
        return self.told(Tally(len(hits), sum(hits)))

    def cells(self, name: str) -> dict[str, Cell]:
        return {f"{name}+": Cell(self.kind, EVERY), name: Cell(self.per, EVERY)}
