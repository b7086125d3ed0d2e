"""Figures over time: step by step of a range, as lines, bars and the small lines of tiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.asking import Asked, Step
from reports.figures import Figure
from reports.kpi import COUNT
from reports.metrics import KPIS
from reports.pages.base import Chart, Goal, Series
from reports.selection import Period
from reports.series import stepped
from reports.target_words import target_said

TONES = ("blue", "amber", "green", "violet", "teal", "red", "grey")
STEPS: dict[bool, str | Promise] = {True: gettext_lazy("Day"), False: gettext_lazy("Week")}


def trend(key: str, asked: Asked) -> list[tuple[Step, Figure]]:
    """One figure for each step of the range, counted from the facts of that step alone and never from averages."""
    if key not in asked.known:
        periods = [Period(step.first, step.last) for step in asked.steps]
        figures = stepped(KPIS[key], periods, asked.at, **asked.more)
        asked.known[key] = list(zip(asked.steps, figures, strict=False))
    return asked.known[key]


def labels_of(asked: Asked) -> list[str]:
    """Of a week its first day; with the year where the range touches more than one."""
    several = asked.period.first.year != (asked.period.last - timedelta(days=1)).year
    return [date_format(step.first, "SHORT_DATE_FORMAT" if several else "MONTH_DAY_FORMAT") for step in asked.steps]


def trend_chart(
    key: str,
    title: str | Promise,
    kpis: Sequence[str],
    asked: Asked,
    *,
    look: str = "line",
    stacked: bool = False,
    note: str | Promise = "",
) -> Chart:
    """One line for each figure, and one for its target if it has one; all of them have the unit of the first."""
    told = {kpi: trend(kpi, asked) for kpi in kpis}
    series = [
        Series(
            KPIS[kpi].name,
            [figure.value for _step, figure in told[kpi]],
            [asked.within(step.first, step.last).tickets(kpi) for step, _figure in told[kpi]],
            TONES[place % len(TONES)],
            ns=[figure.n for _step, figure in told[kpi]],
        )
        for place, kpi in enumerate(kpis)
    ]
    unit = KPIS[kpis[0]].unit if kpis else COUNT
    labels = labels_of(asked)
    goals = goals_of({kpi: one.tone for kpi, one in zip(kpis, series, strict=True)}, asked)
    return Chart(key, title, labels, series, unit, look, stacked, goals=goals, note=note, of=step_name(asked))


def goals_of(tones: Mapping[str, str], asked: Asked) -> list[Goal]:
    """Of these figures, by the colour in which each is drawn, those that have a target at any of the steps."""
    found = []
    for key, tone in tones.items():
        values = [asked.targets.line(key, asked.selection, step.first, step.last) for step in asked.steps]
        if any(value is not None for value in values):
            label = _("Target: %(figure)s") % {"figure": KPIS[key].name}
            words = [target_said(KPIS[key], value) for value in values]
            found.append(Goal(label, values, words, tone if len(tones) > 1 else ""))
    return found


def step_name(asked: Asked) -> str:
    """What the steps are: "Day" or "Week from"."""
    return _("Day") if all(step.is_day for step in asked.steps) else _("Week from")
