"""Figures over time: step by step of a range, as lines, bars and the small lines of tiles."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.asking import Asked, Step
from reports.figures import Figure
from reports.kpi import COUNT
from reports.metrics import KPIS
from reports.pages.base import Chart, Series
from reports.selection import Period
from reports.series import stepped

TONES = ("blue", "amber", "green", "violet", "teal", "red", "grey")
STEPS: dict[bool, str | Promise] = {True: gettext_lazy("Day"), False: gettext_lazy("Week")}


def trend(key: str, asked: Asked) -> list[tuple[Step, Figure]]:
    """One figure for each step of the range, counted from the facts of that step alone and never from averages."""
    if key not in asked.known:
        periods = [Period(step.first, step.last) for step in asked.steps]
        figures = stepped(KPIS[key], periods, asked.at, **asked.more)
        asked.known[key] = list(zip(asked.steps, figures, strict=False))
    return asked.known[key]


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
