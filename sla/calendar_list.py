"""The list of calendars: what each says, whether it is open just now, and who promises by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sla.calendar_preview import Now, now_of, week_in_words
from sla.models import Calendar, CalendarVersion
from sla.opening_hours import uses

MOST = 200


@dataclass(frozen=True, slots=True)
class Listed:
    calendar: Calendar
    version: CalendarVersion | None
    now: Now | None
    week: str
    policies: list[str]


def listed(at: datetime) -> list[Listed]:
    """Calendars in use by name, then archived ones; three statements however many there are."""
    calendars = list(Calendar.objects.in_use_first()[:MOST])
    keys = [calendar.pk for calendar in calendars]
    versions = {version.calendar_id: version for version in CalendarVersion.objects.newest().filter(calendar__in=keys)}
    promised: dict[int, list[str]] = {}
    for calendar, policy in uses(keys):
        promised.setdefault(calendar, []).append(policy)
    return [_listed(calendar, versions.get(calendar.pk), promised.get(calendar.pk, []), at) for calendar in calendars]


def _listed(calendar: Calendar, version: CalendarVersion | None, policies: list[str], at: datetime) -> Listed:
    if version is None:
        return Listed(calendar, None, None, "", policies)
    return Listed(calendar, version, now_of(version, at), week_in_words(version), policies)
