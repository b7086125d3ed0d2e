"""The arithmetic of figures: order statistics and Wilson's interval."""

from __future__ import annotations

import random
import statistics
from array import array
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures import MEDIAN, P90, percentile, share, spread
from reports.ranks import figure_of
from surveys.wilson import wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(9, 10, 59.6, 98.2), (45, 50, 78.6, 95.7), (900, 1000, 88.0, 91.7)]
)
def test_the_interval_of_wilson_has_its_known_values(hits, n, low, high):
    assert [round(100 * side, 1) for side in wilson(hits, n)] == [low, high]


def test_the_interval_of_nothing_is_nothing():
    nothing = share(0, 0)
    assert (nothing.value, nothing.low, nothing.high) == (None, None, None)


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share_and_stays_within_all_and_none(n, data):
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)

    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1


def test_percentiles_are_interpolated_between_neighbours():
    assert percentile([10, 20], MEDIAN) == 15
    assert percentile([1, 2, 3, 4, 5], P90) == 4.6
    assert percentile([7], P90) == 7
    assert percentile([], MEDIAN) is None


@given(st.lists(st.integers(0, 10**8), min_size=2, max_size=80))
def test_percentiles_are_those_of_the_standard_library(values):
    told = spread(values)

    assert told.value == pytest.approx(statistics.median(values))
    assert told.p90 == pytest.approx(statistics.quantiles(values, n=10, method="inclusive")[8])
    assert percentile(sorted(values), Fraction(0)) == min(values)


@given(st.lists(st.lists(st.integers(0, 10**6) | st.integers(0, 9), max_size=90), max_size=12))
def test_order_statistics_over_many_lists_are_those_of_one(lists):
    ordered = [array("I", sorted(one)) for one in lists]

    assert figure_of(ordered, sum(map(sum, lists))) == spread([value for one in lists for value in one])


def test_a_long_range_of_long_lists_is_told_like_one_list():
    chance = random.Random(4)
    lists = [array("I", sorted(chance.choices(range(60 * n), k=100 + n))) for n in range(1, 40)]

    assert figure_of(lists, sum(map(sum, lists))) == spread([value for one in lists for value in one])
