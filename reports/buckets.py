"""Durations parted into about a hundred buckets, each a fifth wider than the one before."""

from __future__ import annotations

from bisect import bisect_right

_GROWTH = 1.2
_MOST = 10**9


def _bounds() -> tuple[int, ...]:
    """Where each bucket begins; the first holds 0 alone."""
    found, at = [0, 1], 1.0
    while at < _MOST:
        at *= _GROWTH
        if int(at) > found[-1]:
            found.append(int(at))
    return tuple(found)


BOUNDS = _bounds()


def bucket_of(value: int) -> int:
    return bisect_right(BOUNDS, value) - 1


def limits(bucket: int) -> tuple[int, int | None]:
    """[from, to); None: it has no end."""
    return BOUNDS[bucket], BOUNDS[bucket + 1] if bucket + 1 < len(BOUNDS) else None
