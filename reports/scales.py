"""Into which fixed bars a distribution falls, and how each bar is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.buckets import BOUNDS, STEPS
from reports.cells import parted

if TYPE_CHECKING:
    from reports.kpi import Kpi
    from reports.selection import Selection

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
    return _spread(kpi, asked, BARS, bar_of)


def counts(kpi: Kpi, asked: Selection) -> list[int]:
    """How many of its small numbers are 0, 1, …, MOST or more."""
    return _spread(kpi, asked, COUNTS, lambda value: min(value, MOST))


def _spread(kpi: Kpi, asked: Selection, bars: Sequence[tuple[int, int | None]], bar: Callable[[int], int]) -> list[int]:
    """Days that are summed answer from their buckets, of which each bar is a whole number; the rest is one statement
    over the facts."""
    rows, found = kpi.rows(asked).order_by(), parted(asked)
    told = (rows if found is None else rows.filter(found.loose)).aggregate(
        **{f"bar_{place}": Count("pk", filter=within(*limits)) for place, limits in enumerate(bars)}
    )
    together = [told[f"bar_{place}"] for place in range(len(bars))]
    if found is not None:
        business = asked.business and getattr(kpi.measure, "business", None)
        for bucket, n in found.buckets(f"{kpi.key}~" if business else kpi.key).items():
            together[bar(BOUNDS[bucket])] += n
    return together


def bar_of(seconds: int) -> int:
    return sum(seconds >= step for step in STEPS)


def within(least: int, most: int | None) -> Q:
    return Q(measured__gte=least) if most is None else Q(measured__gte=least, measured__lt=most)
