"""A figure day by day, value by value of a slice, and hour by hour of the week: what charts and tables show."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from reports.cells import parted
from reports.figures import Figure
from reports.measures import Counted
from reports.selection import Period, Selection
from reports.slices import SLICES, Value
from reports.zone import day_of

if TYPE_CHECKING:
    from reports.kpi import Kpi

HOURS = 168


def daily(kpi: Kpi, period: Period, at: datetime, **more: Any) -> list[tuple[date, Figure]]:
    """Each day by itself; days to come are left out. Counts of a long period are read in two statements, everything
    else day by day, so ask it of a quarter rather than of a year."""
    days = [(day, asked) for day, asked in period.day_selections(at, **more) if asked.start < asked.end]
    if not isinstance(kpi.measure, Counted):
        return [(day, kpi.figure(asked)) for day, asked in days]
    counts = _counts(kpi, period.selection(at, **more))
    return [(day, Figure(counts.get(day, 0), counts.get(day, 0))) for day, _asked in days]


def _counts(kpi: Kpi, asked: Selection) -> dict[date, int]:
    """Of days that are summed from the counts, of the others from their facts."""
    rows, found, summed = kpi.rows(asked).order_by(), parted(asked), dict[date, int]()
    if found is not None:
        rows = rows.filter(found.loose)
        summed = dict(found.days.filter(measure=kpi.key).values_list("day", "n"))
    for moment in rows.values_list("at", flat=True).iterator(chunk_size=5000):
        day = day_of(moment)
        summed[day] = summed.get(day, 0) + 1
    return summed


def weekly(days: list[tuple[date, Figure]], begins: date) -> list[tuple[date, float]]:
    """Counts of days added up to weeks, beginning on `begins`. Only counts: no figure is averaged from averages."""
    found: dict[date, float] = {}
    for day, figure in days:
        week = begins + timedelta(days=(day - begins).days // 7 * 7)
        found[week] = found.get(week, 0) + (figure.value or 0)
    return sorted(found.items())


def by_slice(kpi: Kpi, asked: Selection, key: str) -> list[tuple[Value, Figure]]:
    """For each value that occurs the figure that its drill-down gives, none of them last. A ticket has many tags, so of
    tags the parts are more than the whole."""
    return [(value, kpi.figure(asked.narrowed(key, value))) for value in SLICES[key].found_in(kpi.rows(asked))]


def by_hour(kpi: Kpi, asked: Selection) -> list[int]:
    """How many of its facts fell into each of the 168 hours of the week, from Monday's first on."""
    rows = kpi.rows(asked).order_by().values("hour_of_week").annotate(together=Count("pk"))
    counts = {row["hour_of_week"]: row["together"] for row in rows}
    return [counts.get(hour, 0) for hour in range(HOURS)]
