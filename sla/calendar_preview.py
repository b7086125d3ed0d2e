"""What opening hours mean just now and in the next two weeks, and which holidays are coming, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sla import public_holidays
from sla.calendar import NoOpening
from sla.hours_form import clock
from sla.models import CalendarVersion
from sla.schedules import DeskTime, clockwork_of

DAYS_DRAWN = 14


@dataclass(frozen=True, slots=True)
class Now:
    is_open: bool
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval of a drawn day: where it begins and how long it is, in minutes."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    text: str
    bars: list[Bar]
    closed_because: str | None
    is_weekend: bool


def now_of(version: CalendarVersion, at: datetime) -> Now:
    """Open or closed, and until when, in the calendar's own zone: "Open now · closes 17:00"."""
    hours, zone = clockwork_of(version), ZoneInfo(version.zone)
    if hours.is_open(at):
        closes = hours.next_closing(at)
        if closes is None:
            return Now(True, _("Open day and night"))
        return Now(True, _("Open now · closes %(when)s") % {"when": _when(closes, at, zone)})
    try:
        opens = hours.next_opening(at)
    except NoOpening:
        return Now(False, _("Closed · no opening is known"))
    return Now(False, _("Closed · opens %(when)s") % {"when": _when(opens, at, zone)})


def _when(moment: datetime, at: datetime, zone: ZoneInfo) -> str:
    """The time alone today, with the weekday within a week, else with the date."""
    local, today = moment.astimezone(zone), at.astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.date() < today + timedelta(days=7):
        return f"{date_format(local, 'D')} {local:%H:%M}"
    return f"{date_format(local, 'SHORT_DATE_FORMAT')} {local:%H:%M}"


def two_weeks(version: CalendarVersion, at: datetime) -> list[Day]:
    """The days from today on, as the calendar lays them out."""
    hours, today = DeskTime(version), at.astimezone(ZoneInfo(version.zone)).date()
    drawn = []
    for number in range(DAYS_DRAWN):
        day = today + timedelta(days=number)
        intervals = sorted(hours.schedule.on(day))
        bars = [Bar(opens, closes - opens) for opens, closes in intervals]
        drawn.append(Day(day, _told(intervals), bars, hours.closed_because(day), day.weekday() > 4))
    return drawn


def coming_holidays(version: CalendarVersion, at: datetime) -> list[tuple[date, str]]:
    """Public holidays of the next twelve months with their names in the reader's language."""
    if not version.country:
        return []
    today = at.astimezone(ZoneInfo(version.zone)).date()
    about = (version.country, version.subdivision, tuple(version.categories))
    found = {
        day for year in (today.year, today.year + 1) for day in public_holidays.names(*about, year)
    }  # what a version made now would hold
    coming = sorted(day for day in found if today <= day < today + timedelta(days=366))
    return [(day, public_holidays.name_of(day, *about) or "") for day in coming]


def week_in_words(version: CalendarVersion) -> str:
    """The week, with days of the same hours drawn together: "Mon–Fri 09:00–17:00, Sat 10:00–14:00"."""
    days = [tuple((opens, closes) for opens, closes in sorted(day)) for day in version.weekly]
    told, first = [], 0
    for number in range(1, 8):
        if number < 7 and days[number] == days[first]:
            continue
        if days[first]:
            name = str(WEEKDAYS_ABBR[first])
            if number - 1 > first:
                name = f"{name}–{WEEKDAYS_ABBR[number - 1]}"
            told.append(f"{name} {_told(days[first])}")
        first = number
    return ", ".join(told)


def _told(intervals: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"{clock(opens)}–{clock(closes)}" for opens, closes in intervals)
