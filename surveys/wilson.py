"""How sure a share of a few answers is: the Wilson interval, which stays honest for small numbers and at the ends."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959963984540054
"""The normal quantile of 97.5 %: an interval of 95 %."""


def wilson(good: int, total: int, z: float = Z95) -> tuple[float, float]:
    """The interval of 95 % around good / total, as two shares of one; (0, 1) when nobody answered.

    Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    if total <= 0:
        return 0.0, 1.0
    share = good / total
    spread = z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / total + spread / (4 * total))
    return max(0.0, middle - half), min(1.0, middle + half)
