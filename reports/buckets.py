"""Durations parted into about a hundred buckets, each about a fifth wider than the one before."""

from __future__ import annotations

from bisect import bisect_right

_GROWTH = 1.2
_MOST = 10**9

_HOUR, _DAY = 3600, 24 * 3600
STEPS = (_HOUR // 4, _HOUR, 4 * _HOUR, 8 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY)
"""Where the bars of every distribution begin, after the first; each is also the beginning of a bucket, so that bars are
sums of buckets."""


def _bounds() -> tuple[int, ...]:
    """Where each bucket begins; the first holds 0 alone."""
    found, at = [0, 1], 1.0
    while at < _MOST:
        at *= _GROWTH
        if int(at) > found[-1]:
            found.append(int(at))
    return tuple(sorted({*found, *STEPS}))


BOUNDS = _bounds()


def bucket_of(value: int) -> int:
    return bisect_right(BOUNDS, value) - 1


def limits(bucket: int) -> tuple[int, int | None]:
    """[from, to); None: it has no end."""
    return BOUNDS[bucket], BOUNDS[bucket + 1] if bucket + 1 < len(BOUNDS) else None
