"""What must hold for every calendar: add and between are inverse, additive, monotone, and equal to walking minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.calendar import BusinessTime, Schedule

ZONES = (
    "UTC",
    "Europe/Copenhagen",
    "Europe/Kyiv",
    "America/New_York",
    "America/St_Johns",  # UTC-3:30
    "Asia/Kolkata",  # UTC+5:30
    "Asia/Kathmandu",  # UTC+5:45
    "Australia/Lord_Howe",  # switches by half an hour
    "America/Santiago",  # switches at 24:00
    "Asia/Beirut",  # switches at 00:00
    "America/Havana",  # falls back from 01:00 to 00:00
    "Asia/Tehran",  # switched at 00:00, until 2022
    "Africa/Casablanca",  # switches around Ramadan
    "Pacific/Apia",  # had no 30 December 2011
)
# Days near which some of those zones switched, or the year ends, beside any day.
SWITCHES = (
    date(2023, 3, 25),
    date(2023, 10, 28),
    date(2024, 3, 9),
    date(2024, 4, 6),
    date(2024, 9, 7),
    date(2024, 10, 5),
    date(2024, 11, 2),
    date(2021, 3, 21),
    date(2021, 9, 21),
    date(2011, 12, 29),
    date(2019, 12, 31),
    date(2024, 2, 28),
)
MINUTE = timedelta(minutes=1)


@st.composite
def intervals(draw: st.DrawFn, least: int = 0) -> tuple[tuple[int, int], ...]:
    """Up to three intervals of a day that do not overlap; some touch midnight, so that calendars run over it."""
    usual = st.sampled_from((0, 60, 120, 150, 540, 720, 1020, 1320, 1440)) | st.integers(0, 1440)
    edges = sorted(draw(st.lists(usual, min_size=2 * least, max_size=6, unique=True)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    days = [draw(intervals()) for _ in range(7)]
    if not any(days):
        days[draw(st.integers(0, 6))] = draw(intervals(least=1))
    near = st.builds(lambda day, more: day + timedelta(days=more), st.sampled_from(SWITCHES), st.integers(-3, 4))
    closed = draw(st.dictionaries(near, st.just("Closed"), max_size=3))
    openings = draw(st.dictionaries(near, intervals(), max_size=2))
    return Schedule(draw(st.sampled_from(ZONES)), tuple(days), closed, openings)


@st.composite
def moments(draw: st.DrawFn, whole_minutes: bool = False) -> datetime:
    day = draw(st.sampled_from(SWITCHES) | st.dates(date(2011, 1, 1), date(2030, 12, 31)))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    minutes, rest = draw(st.integers(-1500, 3000)), draw(st.integers(0, 59))
    return start + timedelta(minutes=minutes, seconds=0 if whole_minutes else rest)


# Most of the time goes into laying years out, which every example does anew.
quickly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quickly
@given(schedules(), moments(), st.integers(0, 30 * 86400))
def test_between_a_moment_and_what_add_answers_lies_exactly_what_was_added(
    schedule: Schedule, a: datetime, amount: int
) -> None:
    hours = BusinessTime(schedule)

    due = hours.add(a, amount)

    assert hours.between(a, due) == amount
    assert amount == 0 or hours.between(a, due - timedelta(seconds=1)) == amount - 1  # not a second earlier


@quickly
@given(schedules(), moments(), st.integers(0, 30 * 86400))
def test_subtract_answers_the_latest_moment_from_which_so_much_passes(
    schedule: Schedule, b: datetime, amount: int
) -> None:
    hours = BusinessTime(schedule)

    start = hours.subtract(b, amount)

    assert hours.between(start, b) == amount
    assert amount == 0 or hours.between(start + timedelta(seconds=1), b) == amount - 1
    assert hours.add(start, amount) <= b


@quickly
@given(schedules(), st.lists(moments(), min_size=3, max_size=3).map(sorted))
def test_business_time_adds_up_and_never_runs_backwards(schedule: Schedule, three: list[datetime]) -> None:
    hours, (a, b, c) = BusinessTime(schedule), three

    assert hours.between(a, c) == hours.between(a, b) + hours.between(b, c)
    assert 0 <= hours.between(a, b) <= hours.between(a, c) <= (c - a).total_seconds()


@quickly
@given(schedules(), moments(), st.integers(0, 10 * 86400), st.integers(0, 10 * 86400))
def test_more_time_added_never_ends_earlier(schedule: Schedule, a: datetime, less: int, more: int) -> None:
    hours = BusinessTime(schedule)

    assert a <= hours.add(a, less) <= hours.add(a, less + more)


@quickly
@given(schedules(), moments(whole_minutes=True), st.integers(0, 3 * 1440))
def test_business_time_equals_a_walk_from_minute_to_minute(schedule: Schedule, a: datetime, minutes: int) -> None:
    hours, b = BusinessTime(schedule), a + minutes * MINUTE

    walked = [minute for minute, is_open in walk(schedule, a, b) if is_open]

    assert hours.between(a, b) == 60 * len(walked)
    assert [a + n * MINUTE for n in range(minutes) if hours.is_open(a + n * MINUTE)] == walked
    spans = list(hours.open_spans(a, b))
    assert [start + n * MINUTE for start, end in spans for n in range((end - start) // MINUTE)] == walked
    assert all(end < start for (_, end), (start, _) in pairwise(spans))  # merged
    if walked:
        assert hours.next_opening(a) == walked[0]
    shut = next((minute for minute, is_open in walk(schedule, a, b) if not is_open), None)
    if shut is not None:
        assert hours.next_closing(a) == shut


def walk(schedule: Schedule, a: datetime, b: datetime) -> list[tuple[datetime, bool]]:
    """Each minute and whether the desk is open in it, read off a wall clock.

    When the wall clock is put back, the minutes that it shows again count as the last one it had shown: a boundary
    among them has passed at its first occurrence.
    """
    zone, found = ZoneInfo(schedule.zone), []
    moment, latest = a - timedelta(hours=30), datetime.min
    while moment < b:
        latest = max(latest, moment.astimezone(zone).replace(tzinfo=None, fold=0))
        if moment >= a:
            at = latest.hour * 60 + latest.minute
            found.append((moment, any(opens <= at < closes for opens, closes in hours_on(schedule, latest.date()))))
        moment += MINUTE
    return found


def hours_on(schedule: Schedule, day: date) -> tuple[tuple[int, int], ...]:
    if day in schedule.openings:
        return schedule.openings[day]
    return () if day in schedule.closed else schedule.weekly[day.weekday()]
