"""A figure day by day, value by value of a slice, and hour by hour of the week: what charts and tables show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reports.figures import Figure
from reports.selection import Period, Selection
from reports.slices import Value
from reports.zone import start_of

if TYPE_CHECKING:
    from reports.kpi import Kpi

HOURS = 168


def daily(kpi: Kpi, period: Period, at: datetime, **more: Any) -> list[tuple[date, Figure]]:
    """Each day by itself, what a figure of that day alone says; days to come are left out."""
    asked = period.selection(at, **more)
    if asked.start >= asked.end:
        return []
    found = kpi.measure.daily(asked, kpi.key)
    nothing = kpi.measure.recount([])
    days = (period.first + timedelta(days=n) for n in range(period.days))
    return [(day, found.get(day, nothing)) for day in days if start_of(day) < asked.end]


def stepped(kpi: Kpi, steps: Sequence[Period], at: datetime, **more: Any) -> list[Figure]:
    """What a figure of each of these periods alone says, in a few statements for all; they follow each other."""
    if not steps:
        return []
    period = Period(steps[0].first, steps[-1].last)
    if len(steps) == period.days:
        return [figure for _day, figure in daily(kpi, period, at, **more)]
    begun = [step for step in steps if start_of(step.first) < at]
    if not begun:
        return []
    found = kpi.measure.stepped(period.selection(at, **more), begun, at, kpi.key)
    nothing = kpi.measure.recount([])
    return [found.get(place, nothing) for place in range(len(begun))]


def weekly(days: list[tuple[date, Figure]], begins: date) -> list[tuple[date, float]]:
    """Counts of days added up to weeks, beginning on `begins`. Only counts: no figure is averaged from averages."""
    found: dict[date, float] = {}
    for day, figure in days:
        week = begins + timedelta(days=(day - begins).days // 7 * 7)
        found[week] = found.get(week, 0) + (figure.value or 0)
    return sorted(found.items())


def by_slice(kpi: Kpi, asked: Selection, key: str) -> list[tuple[Value, Figure]]:
    """For each value that occurs the figure that its drill-down gives, none of them last. A ticket has many tags, so of
    tags the parts are more than the whole; when tags are asked for, only these are told."""
    found: dict[Any, Figure] = kpi.measure.parts(asked, key, kpi.key)
    if chosen := asked.slices.get(key):
        found = {value: figure for value, figure in found.items() if value in chosen}
    return sorted(found.items(), key=lambda pair: (pair[0] is None, pair[0]))


def figures_by_hour(kpi: Kpi, asked: Selection) -> list[Figure]:
    """The figure of each of the 168 hours of the week, from Monday's first on; of what knows no hour, as the backlog,
    nothing in all of them."""
    found: dict[Any, Figure] = kpi.measure.parts(asked, "hour", kpi.key)
    nothing = kpi.measure.recount([])
    return [found.get(hour, nothing) for hour in range(HOURS)]
