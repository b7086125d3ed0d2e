"""Order statistics over many lists that are each in order, exact and without putting them together."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

from reports.figures import MEDIAN, P90, Figure, interpolated, rank_of

if TYPE_CHECKING:
    Values = array[int]
# Short lists are put together faster than they are searched.
SHORT = 40


def figure_of(lists: Sequence[Values], total: int) -> Figure:
    """Median, p90 and mean of all values; `total` is their sum."""
    lists = [one for one in lists if one]
    n = sum(map(len, lists))
    if not n:
        return Figure(None, 0)
    if len(lists) > 1 and n < SHORT * len(lists):
        lists = [array("I", sorted(chain.from_iterable(lists)))]
    return Figure(_quantile(lists, n, MEDIAN), n, _quantile(lists, n, P90), total / n)


def _quantile(lists: Sequence[Values], n: int, p: Fraction) -> float:
    rank = rank_of(p, n)
    place = int(rank)
    if len(lists) == 1:
        return interpolated(lists[0][place], lists[0][min(place + 1, n - 1)], rank)
    below, above = _neighbours(lists, place, p)
    return interpolated(below, above, rank)


def _neighbours(lists: Sequence[Values], place: int, p: Fraction) -> tuple[int, int]:
    """The value at a place, counted from 0, and the one after it."""
    least, most = _around(lists, place, p)
    while least < most:
        middle = (least + most) // 2
        if sum([bisect_right(one, middle) for one in lists]) > place:
            most = middle
        else:
            least = middle + 1
    ends = [bisect_right(one, least) for one in lists]
    if sum(ends) > place + 1:
        return least, least
    return least, min((one[end] for one, end in zip(lists, ends, strict=True) if end < len(one)), default=least)


def _around(lists: Sequence[Values], place: int, p: Fraction) -> tuple[int, int]:
    """Between which values it lies: hardly ever outside of the quantiles of the single lists, which is looked at."""
    own = sorted([one[p.numerator * (len(one) - 1) // p.denominator] for one in lists])
    least, most = own[0], own[-1]
    # Most of them lie close together.
    for edge in (own[len(own) // 4], own[3 * len(own) // 4]):
        if sum([bisect_right(one, edge) for one in lists]) > place:
            most = min(most, edge)
        else:
            least = max(least, edge + 1)
    if sum([bisect_left(one, least) for one in lists]) > place:
        least = 0
    if sum([bisect_right(one, most) for one in lists]) <= place:
        most = max(one[-1] for one in lists)
    return least, most
