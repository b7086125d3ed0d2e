"""Days as they are somewhere: what is told by the day begins and ends at a midnight of that place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)


def local_day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a local day, in UTC; where clocks are put forward at midnight, the moment of that."""
    moment = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    return moment if local_day(moment, zone) >= day else moment + timedelta(hours=1)


def parts(
    begins: datetime, ends: datetime, step: Callable[[date], date], zone: tzinfo
) -> Iterator[tuple[datetime, datetime]]:
    """[begins, ends) cut at the midnights of the days that `step` leads to."""
    while begins < ends:
        until = min(midnight(step(local_day(begins, zone)), zone), ends)
        yield begins, until
        begins = until


def next_day(day: date) -> date:
    return day + DAY


def next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
