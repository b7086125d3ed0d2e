"""The backlog as a figure: how many tickets stood unsolved at the end of a range, of a day, of a week."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import now

from reports.cells import Told, each, once, step_of, told
from reports.figures import Figure
from reports.grouping import By, Part, Tally, by_of_rows, parts_of, tallied
from reports.holding import test_of
from reports.measures import EVERY, Tallied
from reports.slices import SLICES
from reports.summing import BEGAN, ENDED, UNPARTED, Cell
from reports.zone import day_of, start_of, zone

if TYPE_CHECKING:
    from reports.selection import Period, Selection

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Standing(Tallied):
    """How many tickets stood unsolved at the end of the range.

    What stands today is read from the spans; of long ago it is that, less all that began since and more all that ended.
    """

    where: Q = EVERY
    hits = False

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return asked.spans().standing_before(asked.end).filter(self.where)

    def told(self, tally: Tally) -> Figure:
        return Figure(tally.n, tally.n)

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell((BEGAN, ENDED), self.where, hit=Q(kind=BEGAN))}

    def figure(self, asked: Selection, name: str = "") -> Figure:
        today = start_of(day_of(now()))
        since = self._since(asked, today, name)
        if since is None:
            n = self._standing(asked, asked.end)
        else:
            n = self._standing(asked, today) - _net(since.tallies(once, by_part=False).get(None))
        return Figure(n, n)

    def _standing(self, asked: Selection, moment: datetime) -> int:
        """Just before the moment; a page reads it once for all of its states."""
        known = asked.kept.standing if asked.kept else {}
        asked_for = (moment, asked.imported, tuple((key, tuple(values)) for key, values in asked.slices.items()))
        if asked_for not in known:
            known[asked_for] = asked.spans().states_before(moment)
        holds = test_of(self.where, {"status": 0}) if self.where else None
        return sum(n for status, n in known[asked_for].items() if holds is None or holds((status,)))

    def parts(self, asked: Selection, key: str, name: str = "") -> dict[Part, Figure]:
        if not SLICES[key].of_spans:
            return {}
        today = start_of(day_of(now()))
        since = self._since(asked, today, name, key)
        if since is None:
            found = tallied(self.rows(asked), by_of_rows(key), hits=False)
            return {part: self.told(tally) for part, tally in found.items()}
        counts: dict[Any, int] = self._today(asked, today, since.only, key)
        for (_step, part), tally in since.tallies(once, by_part=True).items():
            counts[part] = counts.get(part, 0) - _net(tally)
        return {part: Figure(n, n) for part, n in counts.items() if n}

    def daily(self, asked: Selection, name: str = "") -> dict[date, Figure]:
        """At the end of each day: what stood at the beginning, and all that began since less all that ended."""
        n = self._at_start(asked, name)
        summed = told(asked, name, self.cells(name)[name], each) if name else None
        if summed is not None:
            net = {day: _net(tally) for day, tally in summed.tallies(each, by_part=False).items()}
            return _running(n, asked, net)
        spans = asked.spans().filter(self.where).order_by()
        came, went = (
            tallied(spans.filter(**{f"{column}__gte": asked.start, f"{column}__lt": asked.end}), day, hits=False)
            for column, day in (("began", _day_of("began")), ("ended", _day_of("ended")))
        )
        net = {day: came.get(day, Tally()).n - went.get(day, Tally()).n for day in {*came, *went}}
        return _running(n, asked, net)

    def _at_start(self, asked: Selection, name: str) -> int:
        return int(self.figure(replace(asked, end=asked.start), name).n)

    def stepped(self, asked: Selection, steps: Sequence[Period], at: datetime, name: str = "") -> dict[int, Figure]:
        """Where each step ends."""
        summed = told(asked, name, self.cells(name)[name], step_of(steps)) if name else None
        if summed is not None:
            n, found = self._at_start(asked, name), {}
            net = summed.tallies(step_of(steps), by_part=False)
            for place in range(len(steps)):
                n += _net(net.get(place))
                found[place] = Figure(n, n)
            return found
        days = self.daily(asked, name)
        last = max(days)
        return {place: days[min(step.last - timedelta(days=1), last)] for place, step in enumerate(steps)}

    def recount(self, rows: Iterable[Any]) -> Figure:
        n = len({row.ticket_id for row in rows})
        return Figure(n, n)

    def _since(self, asked: Selection, today: datetime, name: str, key: str = UNPARTED) -> Told | None:
        """What began and ended between the end of the range and today, if that is summed. When the day began is asked
        once, so that what stood then is of the same moment."""
        after = replace(asked, start=asked.end, end=today)
        return told(after, name, self.cells(name)[name], once, key) if name and after.start < after.end else None

    def _today(self, asked: Selection, today: datetime, only: Collection[Any] | None, key: str) -> dict[Any, int]:
        """What stood when the running day began; rides span_by_end."""
        spans = asked.spans().standing_before(today).filter(self.where).order_by()
        by = by_of_rows(key)
        counts: dict[Any, int] = {}
        for row in spans.annotate(part=by.part).values("part").annotate(n=Count("pk")):
            for part in parts_of(row["part"], by):
                if only is None or part in only:
                    counts[part] = counts.get(part, 0) + row["n"]
        return counts


def _net(tally: Tally | None) -> int:
    return 2 * tally.hits - tally.n if tally else 0


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
