"""Looks whether the figures of this house agree: every tile with its drill-down, its parts and its days."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min
from django.utils.timezone import now

from reports.backlog import balance
from reports.figures import Figure
from reports.kpi import SECONDS, Kpi
from reports.metrics import KPIS
from reports.models import Fact, Kind
from reports.selection import Period, Selection
from reports.slices import SLICES, Value
from reports.unsolved import Standing
from reports.zone import day_of

DAY = timedelta(days=1)
# A range that neither begins nor ends with a day: its edges are counted in another way than whole days.
ODD = (timedelta(days=18, hours=5, minutes=7), timedelta(days=2, hours=13, minutes=41))
DAILY = 28
# The place of the last four weeks among the ranges.
MONTH = 1


@dataclass
class Audit:
    """How many numbers were compared, by kind; and in words whatever was not as it should be."""

    compared: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def same(self, kind: str, one: object, other: object, *where: object) -> None:
        self.compared[kind] += 1
        if one != other:
            self.wrong.append(f"{kind}: {' '.join(map(str, where))}: {one} is not {other}")


@dataclass(frozen=True)
class Scope:
    """What is looked at: the ranges until a day, and of each slice so many of its values, the same each time."""

    until: date
    values: int

    def ranges(self) -> Iterator[Selection]:
        """All that is kept; the last four weeks; and an odd one."""
        first = Fact.objects.aggregate(first=Min("at"))["first"]
        if first is None:
            return
        at = now()
        whole = Period(day_of(first), self.until)
        yield whole.selection(at)
        yield Period(self.until - DAILY * DAY, self.until).selection(at)
        end = whole.selection(at).end
        yield Selection(end - ODD[0], end - ODD[1])

    def asked(self) -> Iterator[Selection]:
        """Each range by itself; the longest and the odd one narrowed to each value as well."""
        for place, plain in enumerate(self.ranges()):
            yield plain
            if place == MONTH:
                continue
            for key, values in self.values_of(plain).items():
                yield from (plain.narrowed(key, value) for value in values)

    def values_of(self, plain: Selection) -> dict[str, Sequence[Value]]:
        occurring = plain.facts(Kind.CREATED, Kind.SOLVED, Kind.FIRST_REPLY, Kind.PROMISE)
        found: dict[str, Sequence[Value]] = {}
        for key, one in SLICES.items():
            values = one.found_in(occurring)
            if len(values) > self.values:
                chosen = random.Random(key).sample(range(len(values)), self.values)  # noqa: S311  no secret
                values = [values[place] for place in sorted(chosen)]
            found[key] = values
        return found


def audit(scope: Scope) -> Audit:
    found = Audit()
    for asked in scope.asked():
        for kpi in KPIS.values():
            for one in _in_both_times(kpi, asked):
                _tile(found, kpi, one)
    for plain in scope.ranges():
        values = scope.values_of(plain)
        for kpi in KPIS.values():
            for one in _in_both_times(kpi, plain):
                _parts(found, kpi, one, values)
    _days(found, scope)
    _balance(found, scope)
    return found


def _in_both_times(kpi: Kpi, asked: Selection) -> Iterator[Selection]:
    yield asked
    if kpi.unit == SECONDS:
        yield replace(asked, business=True)


def _tile(found: Audit, kpi: Kpi, asked: Selection) -> None:
    """What it says is told once more from the rows of its drill-down alone; and those are of the tickets listed."""
    rows = list(kpi.rows(asked))
    where = (kpi.key, *_said(asked))
    found.same("tiles and their drill-downs", kpi.figure(asked), kpi.measure.recount(rows), *where)
    listed = set(kpi.tickets(asked, _Everybody()).values_list("pk", flat=True))  # type: ignore[arg-type]
    found.same("lists of tickets", listed, {row.ticket_id for row in rows}, *where)


class _Everybody:
    """The house itself."""

    sees_all_tickets = True


def _parts(found: Audit, kpi: Kpi, plain: Selection, values: dict[str, Sequence[Value]]) -> None:
    """Told by name, as pages do: from the sums by slice wherever there are any; without it from the facts."""
    for key, some in values.items():
        if isinstance(kpi.measure, Standing) and not SLICES[key].of_spans:
            continue
        parts = kpi.measure.parts(plain, key, kpi.key)
        facts = kpi.measure.parts(plain, key)
        for value in sorted({*parts, *facts}, key=str):
            where = (kpi.key, key, value, *_said(plain))
            found.same("parts from sums and from facts", parts.get(value), facts.get(value), *where)
        for value in some:
            alone = kpi.figure(plain.narrowed(key, value))
            if value in parts or alone.n:
                found.same("parts of charts", parts.get(value), alone, kpi.key, key, value, *_said(plain))


def _days(found: Audit, scope: Scope) -> None:
    period = Period(scope.until - DAILY * DAY, scope.until)
    for kpi in KPIS.values():
        asked = period.selection(now())
        told = kpi.measure.daily(asked, kpi.key)
        for day, one in period.day_selections(now()):
            alone = kpi.figure(one)
            if day in told or alone.n:
                found.same("points of lines", told.get(day), alone, kpi.key, day)


def _balance(found: Audit, scope: Scope) -> None:
    """Of every single day: what stood at both ends comes from spans, what came and went in between from facts."""
    for plain in list(scope.ranges())[:1]:
        period = Period(day_of(plain.start), scope.until)
        for day, one in period.day_selections(now(), imported=True):
            told = balance(one)
            found.same("balances of days", told.is_even, True, day, told)
            if one.end - one.start != DAY:
                found.compared["days that are not of 24 hours"] += 1


def _said(asked: Selection) -> tuple[object, ...]:
    slices = [f"{key}={values[0]}" for key, values in asked.slices.items()]
    return (*slices, "in opening hours" if asked.business else "", f"{_short(asked.start)}..{_short(asked.end)}")


def _short(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"


def figures_told(scope: Scope) -> dict[str, Any]:
    """Every figure by range, time and slice, to be compared with those of another database."""
    found: dict[str, Any] = {}
    for plain in scope.ranges():
        for kpi in KPIS.values():
            for asked in _in_both_times(kpi, plain):
                told = {"": _numbers(kpi.figure(asked))}
                for key in SLICES:
                    parts = kpi.measure.parts(asked, key, kpi.key)
                    told |= {f"{key}={value}": _numbers(parts[value]) for value in sorted(parts, key=str)}
                found[" ".join(map(str, (kpi.key, *_said(asked))))] = told
    return found


def _numbers(figure: Figure) -> list[float | int | None]:
    return [figure.value, figure.n, figure.p90, figure.mean, figure.hits, figure.low, figure.high]
