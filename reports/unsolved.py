"""The backlog as a figure: how many tickets stood unsolved at the end of a range, of a day, of a week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate

from reports.backlog import CAME, WENT
from reports.cells import Cell, Parted, parted
from reports.figures import Figure
from reports.grouping import DAY, By, Part, Tally, by_of_rows, tallied
from reports.measures import EVERY, Tallied, with_hit
from reports.slices import SLICES
from reports.zone import day_of, zone

if TYPE_CHECKING:
    from reports.selection import Period, Selection

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Standing(Tallied):
    """How many tickets stood unsolved at the end of the range."""

    where: Q = EVERY
    hits = False

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return asked.spans().standing_before(asked.end).filter(self.where)

    def figure(self, asked: Selection, name: str = "") -> Figure:
        n = self.rows(asked).count()
        return Figure(n, n)

    def told(self, tally: Tally) -> Figure:
        return Figure(tally.n, tally.n)

    def parts(self, asked: Selection, key: str) -> dict[Part, Figure]:
        return super().parts(asked, key) if SLICES[key].of_spans else {}

    def daily(self, asked: Selection, name: str = "") -> dict[date, Figure]:
        """At the end of each day: what stood at the beginning, and all that began since less all that ended."""
        spans = asked.spans().filter(self.where).order_by()
        n = spans.standing_before(asked.start).count()
        summed = parted(asked) if self.cells(name) else None
        if summed is not None:
            return _running(n, asked, self._flows(asked, summed, name))
        came, went = (
            tallied(spans.filter(**{f"{column}__gte": asked.start, f"{column}__lt": asked.end}), day, hits=False)
            for column, day in (("began", _day_of("began")), ("ended", _day_of("ended")))
        )
        net = {day: came.get(day, Tally()).n - went.get(day, Tally()).n for day in {*came, *went}}
        return _running(n, asked, net)

    def _flows(self, asked: Selection, summed: Parted, name: str) -> dict[Any, int]:
        """By day what came less what went, which is what the balance says of it."""
        rows = with_hit(asked.flows(*CAME, *WENT).filter(summed.loose), Q(kind__in=CAME))
        loose = tallied(rows, by_of_rows(DAY), hits=True)
        net: dict[Any, int] = {day: 2 * tally.hits - tally.n for day, tally in loose.items()}
        for day, counts in summed.by_day(self.cells(name)).items():
            came, went = (sum(counts.get(f"{name}:{kind}", 0) for kind in kinds) for kinds in (CAME, WENT))
            net[day] = came - went
        return net

    def cells(self, name: str) -> dict[str, Cell]:
        if self.where != EVERY:
            return {}
        return {f"{name}:{kind}": Cell(kind, EVERY, merged=True) for kind in (*CAME, *WENT)}

    def stepped(self, asked: Selection, steps: Sequence[Period], at: datetime, name: str = "") -> dict[int, Figure]:
        """Where each step ends."""
        days = self.daily(asked, name)
        last = max(days)
        return {place: days[min(step.last - timedelta(days=1), last)] for place, step in enumerate(steps)}

    def recount(self, rows: Iterable[Any]) -> Figure:
        n = len({row.ticket_id for row in rows})
        return Figure(n, n)


def _running(n: int, asked: Selection, net: Mapping[Any, int]) -> dict[date, Figure]:
    """What stands at the end of each day, from what stood before the first."""
    found = {}
    for number in range((day_of(asked.end - INSTANT) - day_of(asked.start)).days + 1):
        day = day_of(asked.start) + timedelta(days=number)
        n += net.get(day, 0)
        found[day] = Figure(n, n)
    return found


def _day_of(column: str) -> By:
    return By(TruncDate(column, tzinfo=zone()))
