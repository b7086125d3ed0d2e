"""Figures over time: step by step of a range, as lines, bars and the small lines of tiles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.asking import Asked, Step
from reports.figures import Figure, share
from reports.kpi import COUNT, Kpi
from reports.measures import Counted, Share
from reports.metrics import KPIS
from reports.pages.base import Chart, Series
from reports.satisfaction import Answers
from reports.selection import Period
from reports.series import daily

TONES = ("blue", "amber", "green", "violet", "teal", "red", "grey")
STEPS: dict[bool, str | Promise] = {True: gettext_lazy("Day"), False: gettext_lazy("Week")}


def trend(key: str, asked: Asked, most: int | None = None) -> list[tuple[Step, Figure]]:
    """One figure for each step of the range, counted from the facts of that step alone and never from averages.

    `most`: with more steps than these, only every so manieth is told, the last one among them.
    """
    kpi, steps = KPIS[key], asked.steps
    if key in asked.known:
        return asked.known[key]
    if steps and (_adds_up(kpi) or all(step.is_day for step in steps)):
        days = dict(daily(kpi, Period(steps[0].first, steps[-1].last), asked.at, **asked.more))
        asked.known[key] = [(step, days[step.first] if step.is_day else _sum(days, step)) for step in steps]
        return asked.known[key]
    if most is not None and len(steps) > most:
        steps = steps[:: len(steps) // -most][::-1]
    return [(step, kpi.figure(asked.within(step.first, step.last).selection)) for step in steps]


def _adds_up(kpi: Kpi) -> bool:
    """Whether days give weeks: counts do, and shares of what happens on one day only. Tickets come on several days."""
    return isinstance(kpi.measure, Counted | Share | Answers) and not kpi.measure.tickets


def _sum(days: dict[date, Figure], step: Step) -> Figure:
    found = [days[step.first + timedelta(days=k)] for k in range((step.last - step.first).days)]
    n = sum(one.n for one in found)
    if any(one.hits is not None for one in found):
        return share(sum(one.hits or 0 for one in found), n)
    return Figure(n, n)


def label_of(step: Step) -> str:
    """Of a week its first day."""
    return date_format(step.first, "MONTH_DAY_FORMAT")


def trend_chart(
    key: str,
    title: str | Promise,
    kpis: Sequence[str],
    asked: Asked,
    *,
    look: str = "line",
    stacked: bool = False,
    target: float | None = None,
    note: str | Promise = "",
) -> Chart:
    """One line for each figure; all of them have the unit of the first."""
    told = {kpi: trend(kpi, asked) for kpi in kpis}
    series = [
        Series(
            KPIS[kpi].name,
            [figure.value for _step, figure in told[kpi]],
            [asked.within(step.first, step.last).tickets(kpi) for step, _figure in told[kpi]],
            TONES[place % len(TONES)],
        )
        for place, kpi in enumerate(kpis)
    ]
    unit = KPIS[kpis[0]].unit if kpis else COUNT
    labels = [label_of(step) for step in asked.steps]
    return Chart(key, title, labels, series, unit, look, stacked, target=target, note=note, of=step_name(asked))


def step_name(asked: Asked) -> str:
    """What the steps are: "Day" or "Week from"."""
    return _("Day") if all(step.is_day for step in asked.steps) else _("Week from")
