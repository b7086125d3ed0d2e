"""What a figure is, and the arithmetic that is the same on every database: order statistics and shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from surveys.wilson import wilson

MEDIAN, P90 = Fraction(1, 2), Fraction(9, 10)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number and how it came about; `value` is None when there is nothing to tell it from.

    Of durations in seconds `value` is the median. Of shares `hits` of `n`, with Wilson's interval from `low` to `high`.
    """

    value: float | None
    n: int
    p90: float | None = None
    mean: float | None = None
    hits: int | None = None
    low: float | None = None
    high: float | None = None


def interpolated(below: float, above: float, rank: Fraction) -> float:
    """The value at a rank between two neighbours in order."""
    return float(below + (above - below) * (rank - int(rank)))


def rank_of(p: Fraction, n: int) -> Fraction:
    """Where in n values in order, counted from 0, the p-quantile lies (as PERCENTILE_CONT does)."""
    return p * (n - 1)


def percentile(values: Sequence[int], p: Fraction) -> float | None:
    """Of values in order."""
    return float(between(values, p)) if values else None


def between(values: Sequence[int], p: Fraction) -> Fraction:
    """The same without rounding."""
    rank = rank_of(p, len(values))
    below = int(rank)
    return values[below] + (values[min(below + 1, len(values) - 1)] - values[below]) * (rank - below)


def spread(values: Sequence[int]) -> Figure:
    """Of durations or counts, in any order."""
    ordered = sorted(values)
    mean = sum(ordered) / len(ordered) if ordered else None
    return Figure(percentile(ordered, MEDIAN), len(ordered), percentile(ordered, P90), mean)


def share(hits: int, n: int) -> Figure:
    low, high = wilson(hits, n) if n else (None, None)
    return Figure(hits / n if n else None, n, hits=hits, low=low, high=high)
