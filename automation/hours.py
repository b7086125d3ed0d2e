"""Which calendars are open at a moment: the working hours of teams and agents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sla.calendar import NoOpening
from sla.models import Calendar, CalendarVersion
from sla.schedules import clockwork, version_in_force


def open_calendars(calendar_ids: Iterable[int | None], at: datetime) -> frozenset[int | None]:
    """Those of `calendar_ids` that are open then; None, no calendar at all, always is."""
    wanted = {key for key in calendar_ids if key is not None}
    calendars = Calendar.objects.in_bulk(wanted) if wanted else {}
    return frozenset({None, *(key for key, calendar in calendars.items() if is_open(calendar, at))})


def is_open(calendar: Calendar, at: datetime) -> bool:
    """A calendar that says nothing yet shuts nobody out."""
    try:
        version = version_in_force(calendar, at)
    except CalendarVersion.DoesNotExist:
        return True
    return clockwork(version.pk).is_open(at)


def next_opening(calendar: Calendar, at: datetime) -> datetime | None:
    """When a calendar that is shut opens again, as far as it says."""
    try:
        return clockwork(version_in_force(calendar, at).pk).next_opening(at)
    except (CalendarVersion.DoesNotExist, NoOpening):
        return None
