"""The presets of the filter bar: which whole days of the reporting zone each of them means today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.asking import OWN
from reports.selection import Period
from reports.zone import week_of

DAY = timedelta(days=1)
DEFAULT = "28d"


def _last(days: int) -> Callable[[date], Period]:
    """So many days, today among them."""
    return lambda today: Period(today - (days - 1) * DAY, today + DAY)


def _week(today: date) -> Period:
    return Period(week_of(today), week_of(today) + 7 * DAY)


def _last_week(today: date) -> Period:
    return Period(week_of(today) - 7 * DAY, week_of(today))


def _month(today: date) -> Period:
    first = today.replace(day=1)
    return Period(first, (first + 31 * DAY).replace(day=1))


def _last_month(today: date) -> Period:
    return _month(today.replace(day=1) - DAY)


_PRESETS: Mapping[str, tuple[str | Promise, Callable[[date], Period]]] = {
    "today": (_("Today"), _last(1)),
    "yesterday": (_("Yesterday"), lambda today: Period(today - DAY, today)),
    "7d": (_("Last 7 days"), _last(7)),
    "28d": (_("Last 28 days"), _last(28)),
    "90d": (_("Last 90 days"), _last(90)),
    "12m": (_("Last 365 days"), _last(365)),
    "week": (_("This week"), _week),
    "last_week": (_("Last week"), _last_week),
    "month": (_("This month"), _month),
    "last_month": (_("Last month"), _last_month),
}
RANGE_WORDS: dict[str, str | Promise] = {name: words for name, (words, _days) in _PRESETS.items()} | {
    OWN: _("Own dates")
}


def period_of(name: str, today: date) -> Period:
    return _PRESETS[name][1](today)
