"""Opening hours laid out as spans of real seconds, year by year, so that business time is a matter of bisecting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from types import MappingProxyType
from zoneinfo import ZoneInfo

Intervals = tuple[tuple[int, int], ...]
Span = tuple[int, int]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1900, 2200


class OutOfReach(ValueError):
    """An instant before 1900 or after 2200: no ticket lives there, and laying out such years would take for ever."""


@dataclass(frozen=True)
class Schedule:
    """When a desk is open: everything business time depends on, and nothing else.

    `weekly` has seven days, Monday first; an interval is two minutes of the local day, and 1440 is its end (24:00).
    `closed` are whole days with the name of the reason. `openings` replace the hours of their day, on closed days too
    (an empty tuple there closes the day without a name). The mappings are copied, so a schedule never changes.
    """

    zone: str
    weekly: tuple[Intervals, ...]
    closed: Mapping[date, str] = field(default_factory=dict)
    openings: Mapping[date, Intervals] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValueError("A week has seven days.")
        for opens, closes in (interval for day in (*self.weekly, *self.openings.values()) for interval in day):
            if not 0 <= opens < closes <= 1440:
                raise ValueError(f"Not minutes of a day: {opens} to {closes}.")
        object.__setattr__(self, "closed", MappingProxyType(dict(self.closed)))
        object.__setattr__(self, "openings", MappingProxyType(dict(self.openings)))

    def __hash__(self) -> int:
        return hash((self.zone, self.weekly, frozenset(self.closed.items()), frozenset(self.openings.items())))

    @cached_property
    def hours(self) -> OpeningHours:
        """What has been laid out of this schedule so far; shared by all who hold this very object."""
        return OpeningHours(self)

    def on(self, day: date) -> Intervals:
        """The intervals of a local day, after closed days and one-off openings."""
        if (replaced := self.openings.get(day)) is not None:
            return replaced
        return () if day in self.closed else self.weekly[day.weekday()]


@dataclass(frozen=True, slots=True)
class Layout:
    """Consecutive local years as parallel lists; entry 0 is empty, so that every covered instant has an entry.

    All in seconds since 1970: span i is [opens[i], closes[i]), with before[i] open seconds in this layout ahead of it
    and after[i] when it has passed. [begins, ends) is what the layout covers.
    """

    first: int
    last: int
    begins: int
    ends: int
    opens: list[int]
    closes: list[int]
    before: list[int]
    after: list[int]


class OpeningHours:
    """The years of one schedule, laid out when first asked for."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule, self._zone = schedule, ZoneInfo(schedule.zone)
        self._years: dict[int, list[Span]] = {}
        year = datetime.now(UTC).year
        self.layout = self._joined(year, year)

    def covering(self, first: int, last: int) -> Layout:
        """A layout that covers both instants (seconds since 1970, in order)."""
        layout = self.layout
        if layout.begins <= first and last < layout.ends:
            return layout
        return self.reaching(min(layout.first, self._year(first)), max(layout.last, self._year(last)), first, last)

    def reaching(self, first_year: int, last_year: int, first: int | None = None, last: int | None = None) -> Layout:
        """A layout of at least these local years and of what is laid out already; built beside the old one."""
        layout = self.layout
        first_year, last_year = min(layout.first, first_year), max(layout.last, last_year)
        # Where a clock was set at New Year, an instant may belong to the year next to the one its date shows.
        if first is not None and self._instant(date(first_year, 1, 1), 0) > first:
            first_year -= 1
        if last is not None and self._instant(date(last_year + 1, 1, 1), 0) <= last:
            last_year += 1
        if first_year < FIRST_YEAR or last_year > LAST_YEAR:
            raise OutOfReach(f"Business time is known from {FIRST_YEAR} to {LAST_YEAR}.")
        self.layout = layout = self._joined(first_year, last_year)
        return layout

    def _joined(self, first: int, last: int) -> Layout:
        begins, ends = self._instant(date(first, 1, 1), 0), self._instant(date(last + 1, 1, 1), 0)
        spans = _merged(span for year in range(first, last + 1) for span in self._of_year(year))
        opens, closes = [begins, *(span[0] for span in spans)], [begins, *(span[1] for span in spans)]
        after = list(accumulate(end - start for start, end in zip(opens, closes, strict=True)))
        return Layout(first, last, begins, ends, opens, closes, [0, *after[:-1]], after)

    def _of_year(self, year: int) -> list[Span]:
        if year not in self._years:
            self._years[year] = list(self._laid_out(date(year, 1, 1), date(year + 1, 1, 1)))
        return self._years[year]

    def _laid_out(self, day: date, until: date) -> Iterator[Span]:
        midnight, offset = self._instant(day, 0), self._offset(day)
        while day < until:
            next_midnight, next_offset = self._instant(day + DAY, 0), self._offset(day + DAY)
            # A day of 24 hours on which nothing was switched is laid out by multiplying.
            plain = next_midnight - midnight == 86400 and offset == next_offset
            for opens, closes in sorted(self._schedule.on(day)):
                if plain:
                    yield midnight + opens * 60, midnight + closes * 60
                else:
                    yield self._instant(day, opens), self._instant(day, closes)
            day, midnight, offset = day + DAY, next_midnight, next_offset

    def _offset(self, day: date) -> timedelta | None:
        return datetime(day.year, day.month, day.day, tzinfo=self._zone).utcoffset()

    def _instant(self, day: date, minute: int) -> int:
        """The second at which this local minute begins: the first of two in an overlap, the end of a gap in a gap."""
        naive = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 (a wall clock)
        early, late = naive.replace(tzinfo=self._zone), naive.replace(tzinfo=self._zone, fold=1)
        second, before, after = second_of(early), early.utcoffset(), late.utcoffset()
        if before is None or after is None or before >= after:
            return second
        low, high = second - int((after - before).total_seconds()), second
        while low < high:  # the wall clock never showed this minute: find the moment it jumped
            middle = (low + high) // 2
            if datetime.fromtimestamp(middle, self._zone).utcoffset() == before:
                low = middle + 1
            else:
                high = middle
        return low

    def _year(self, second: int) -> int:
        moment = EPOCH + timedelta(seconds=second)
        if not FIRST_YEAR < moment.year < LAST_YEAR:
            raise OutOfReach(f"Business time is known from {FIRST_YEAR} to {LAST_YEAR}.")
        return moment.astimezone(self._zone).year


def second_of(moment: datetime) -> int:
    """The whole second an aware moment lies in, counted from 1970; a naive one raises TypeError."""
    since = moment - EPOCH
    return since.days * 86400 + since.seconds


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Ordered spans without empty ones; those that touch (over midnight, over New Year) or overlap become one."""
    merged: list[Span] = []
    for start, end in spans:
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
