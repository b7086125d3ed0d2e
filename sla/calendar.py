"""Business time: how much of it lies between two moments, and when a given amount of it will have passed.

Every moment is cut to its whole second on the way in, must be aware, and comes out in UTC. Nothing here knows Django.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Protocol

from sla.layout import EPOCH, Layout, OutOfReach, Schedule, second_of

__all__ = ["WALL_CLOCK", "BusinessTime", "Clockwork", "NoOpening", "OutOfReach", "Schedule"]

YEARS_SEARCHED = 10


class NoOpening(ValueError):
    """The schedule has no opening within ten years of where the search began."""


class Clockwork(Protocol):
    """What a clock runs by: the opening hours of a desk, or the wall clock."""

    def between(self, a: datetime, b: datetime) -> int:
        """Open seconds in [a, b); 0 when b is not after a."""

    def add(self, t: datetime, seconds: int) -> datetime:
        """The earliest moment at which so many open seconds have passed since t; t itself for 0.

        A negative number subtracts. Raises NoOpening.
        """

    def subtract(self, t: datetime, seconds: int) -> datetime:
        """The latest moment from which so many open seconds pass until t; t itself for 0. Raises NoOpening."""

    def is_open(self, t: datetime) -> bool: ...

    def next_opening(self, t: datetime) -> datetime:
        """The first open moment from t on: t itself when it is open. Raises NoOpening."""

    def next_closing(self, t: datetime) -> datetime | None:
        """The first closed moment from t on: t itself when it is closed; None when none comes within ten years."""

    def open_spans(self, a: datetime, b: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open spans inside [a, b), in order; one that goes on over midnight is one span."""

    def closed_because(self, day: date) -> str | None:
        """The name of the holiday or closed day that keeps this local day shut; None on any other day."""


class BusinessTime:
    """The clockwork of a schedule. Cheap to make: what is laid out of the schedule stays with the schedule."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self._hours = schedule.hours

    def between(self, a: datetime, b: datetime) -> int:
        start, end = second_of(a), second_of(b)
        if end <= start:
            return 0
        layout = self._hours.layout
        if start < layout.begins or end >= layout.ends:
            layout = self._hours.covering(start, end)
        return _passed(layout, end) - _passed(layout, start)

    def add(self, t: datetime, seconds: int) -> datetime:
        start = second_of(t)
        if seconds <= 0:
            return self.subtract(t, -seconds) if seconds else _moment(start)
        layout = self._hours.layout
        if start < layout.begins or start >= layout.ends:
            layout = self._hours.covering(start, start)
        wanted = _passed(layout, start) + seconds
        if wanted > layout.after[-1]:
            layout = self._later(layout, start, seconds)
            wanted = _passed(layout, start) + seconds
        found = bisect_left(layout.after, wanted)
        return _moment(layout.closes[found] - layout.after[found] + wanted)

    def subtract(self, t: datetime, seconds: int) -> datetime:
        end = second_of(t)
        if seconds <= 0:
            return self.add(t, -seconds) if seconds else _moment(end)
        layout = self._hours.covering(end, end)
        wanted = _passed(layout, end) - seconds
        if wanted < 0:
            layout = self._earlier(layout, end, seconds)
            wanted = _passed(layout, end) - seconds
        found = bisect_right(layout.before, wanted) - 1
        return _moment(layout.opens[found] + wanted - layout.before[found])

    def is_open(self, t: datetime) -> bool:
        second = second_of(t)
        layout = self._hours.covering(second, second)
        return second < layout.closes[bisect_right(layout.opens, second) - 1]

    def next_opening(self, t: datetime) -> datetime:
        second = second_of(t)
        # The first open second from t on ends one open second after t.
        return _moment(second) if self.is_open(t) else self.add(t, 1) - timedelta(seconds=1)

    def next_closing(self, t: datetime) -> datetime | None:
        second = second_of(t)
        layout = self._hours.covering(second, second)
        for _ in range(YEARS_SEARCHED + 1):
            closes = layout.closes[bisect_right(layout.opens, second) - 1]
            if second >= closes:
                return _moment(second)
            if closes < layout.ends:
                return _moment(closes)
            layout = self._hours.reaching(layout.first, layout.last + 1)
        return None

    def open_spans(self, a: datetime, b: datetime) -> Iterator[tuple[datetime, datetime]]:
        start, end = second_of(a), second_of(b)
        if end <= start:
            return
        layout = self._hours.covering(start, end)
        for number in range(bisect_right(layout.opens, start) - 1, bisect_left(layout.opens, end)):
            opens, closes = max(layout.opens[number], start), min(layout.closes[number], end)
            if opens < closes:
                yield _moment(opens), _moment(closes)

    def closed_because(self, day: date) -> str | None:
        return None if self.schedule.openings.get(day) else self.schedule.closed.get(day)

    def _later(self, layout: Layout, start: int, wanted: int) -> Layout:
        """A layout with so many open seconds after `start`."""
        while layout.after[-1] - _passed(layout, start) < wanted:
            if layout.last - _year(max(start, layout.closes[-1])) >= YEARS_SEARCHED:
                raise NoOpening(f"No opening within {YEARS_SEARCHED} years.")
            layout = self._reaching(layout.first, layout.last + 1)
        return layout

    def _earlier(self, layout: Layout, end: int, wanted: int) -> Layout:
        """A layout with so many open seconds before `end`."""
        while _passed(layout, end) < wanted:
            if _year(min([end, *layout.opens[1:2]])) - layout.first >= YEARS_SEARCHED:
                raise NoOpening(f"No opening within {YEARS_SEARCHED} years before.")
            layout = self._reaching(layout.first - 1, layout.last)
        return layout

    def _reaching(self, first_year: int, last_year: int) -> Layout:
        try:
            return self._hours.reaching(first_year, last_year)
        except OutOfReach as beyond:
            raise NoOpening("Not enough opening hours in the years that are known.") from beyond


class _WallClock:
    """Always open: day and night, holidays included."""

    def between(self, a: datetime, b: datetime) -> int:
        return max(0, second_of(b) - second_of(a))

    def add(self, t: datetime, seconds: int) -> datetime:
        return _moment(second_of(t) + seconds)

    def subtract(self, t: datetime, seconds: int) -> datetime:
        return _moment(second_of(t) - seconds)

    def is_open(self, t: datetime) -> bool:
        return True

    def next_opening(self, t: datetime) -> datetime:
        return _moment(second_of(t))

    def next_closing(self, t: datetime) -> datetime | None:
        return None

    def open_spans(self, a: datetime, b: datetime) -> Iterator[tuple[datetime, datetime]]:
        start, end = second_of(a), second_of(b)
        if start < end:
            yield _moment(start), _moment(end)

    def closed_because(self, day: date) -> str | None:
        return None


WALL_CLOCK: Clockwork = _WallClock()


def _passed(layout: Layout, second: int) -> int:
    """Open seconds of the layout before this second."""
    found = bisect_right(layout.opens, second) - 1
    closes = layout.closes[found]
    return layout.after[found] if second >= closes else layout.after[found] - closes + second


def _year(second: int) -> int:
    return _moment(second).year


def _moment(second: int) -> datetime:
    return EPOCH + timedelta(seconds=second)
