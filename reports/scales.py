"""Into which fixed bars a distribution falls, and how each bar is called."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.measures import Spread

if TYPE_CHECKING:
    from reports.kpi import Kpi
    from reports.selection import Selection

_HOUR, _DAY = 3600, 24 * 3600
STEPS = (_HOUR // 4, _HOUR, 4 * _HOUR, 8 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY)
"""Where the bars of every distribution begin, after the first."""
# [from, to) in seconds; the last has no end.
BARS: tuple[tuple[int, int | None], ...] = tuple(zip((0, *STEPS), (*STEPS, None), strict=True))

BAR_WORDS: tuple[str | Promise, ...] = (
    _("under 15 min"),
    _("15 min – 1 h"),
    _("1 – 4 h"),
    _("4 – 8 h"),
    _("8 – 24 h"),
    _("1 – 3 d"),
    _("3 – 7 d"),
    _("7 d and more"),
)

MOST = 6
"""From so many on, replies are counted together."""
COUNTS: tuple[tuple[int, int | None], ...] = (*((n, n + 1) for n in range(MOST)), (MOST, None))
COUNT_WORDS: tuple[str | Promise, ...] = ("0", "1", "2", "3", "4", "5", _("6 and more"))


def distribution(kpi: Kpi, asked: Selection) -> list[int]:
    """How many of its durations lie in each of BARS."""
    return _spread(kpi, asked, BARS)


def counts(kpi: Kpi, asked: Selection) -> list[int]:
    """How many of its small numbers are 0, 1, …, MOST or more."""
    return _spread(kpi, asked, COUNTS)


def _spread(kpi: Kpi, asked: Selection, bars: Sequence[tuple[int, int | None]]) -> list[int]:
    measure = kpi.measure
    found = measure.values(asked, kpi.key) if isinstance(measure, Spread) else None
    if found is None:
        told = kpi.rows(asked).order_by()
        counts = told.aggregate(**{f"bar_{n}": Count("pk", filter=within(*limits)) for n, limits in enumerate(bars)})
        return [counts[f"bar_{n}"] for n in range(len(bars))]
    together = [0] * len(bars)
    for values in found:
        ends = [bisect_left(values, most) for _least, most in bars if most is not None]
        for place, (start, end) in enumerate(pairwise([0, *ends, len(values)])):
            together[place] += end - start
    return together


def within(least: int, most: int | None) -> Q:
    return Q(measured__gte=least) if most is None else Q(measured__gte=least, measured__lt=most)
