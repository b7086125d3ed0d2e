"""The one zone in which figures count hours and days; pages show it in their header."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

HOURS_OF_DAY = 24


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone() -> ZoneInfo:
    """REPORTS_ZONE of the settings."""
    return _zone(settings.REPORTS_ZONE)


def hour_of_week(moment: datetime) -> int:
    """0 is Monday from midnight to one, by the clock on the wall there."""
    local = moment.astimezone(zone())
    return local.weekday() * HOURS_OF_DAY + local.hour


def day_of(moment: datetime) -> date:
    return moment.astimezone(zone()).date()


def start_of(day: date) -> datetime:
    """The moment at which that day begins there; where midnight is skipped, the first moment after it."""
    begins = datetime.combine(day, time(), zone())
    # A midnight inside a gap has the offset of before; through UTC and back it is the moment after the gap.
    return begins.astimezone(ZoneInfo("UTC"))


def week_of(day: date) -> date:
    """The first day of its week: the Monday, or whatever REPORTS_WEEK_STARTS (0 is Monday) says."""
    return day - timedelta(days=(day.weekday() - settings.REPORTS_WEEK_STARTS) % 7)
