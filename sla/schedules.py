"""From the rows of a calendar to the business time they promise."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from sla import known, public_holidays
from sla.calendar import WALL_CLOCK, BusinessTime, Clockwork, Schedule
from sla.models import Calendar, CalendarVersion


class DeskTime(BusinessTime):
    """The business time of a calendar version, which names holidays in the reader's language."""

    def __init__(self, version: CalendarVersion) -> None:
        super().__init__(schedule_of(version))
        self._own, self._country = version.closed_days, version.country
        self._region, self._kinds = version.subdivision, tuple(version.categories)

    def closed_because(self, day: date) -> str | None:
        if super().closed_because(day) is None:  # open, or shut like every week on that day
            return None
        if (own := self._own.get(day.isoformat())) is not None:
            return own or _("Closed")
        return public_holidays.name_of(day, self._country, self._region, self._kinds) or _("Public holiday")


def clockwork(calendar_version_id: int | None) -> Clockwork:
    """By what a clock under this version runs; the wall clock for none. Asks the database once in a process's life."""
    if calendar_version_id is None:
        return WALL_CLOCK
    if found := known.BY_VERSION.get(calendar_version_id):
        return found
    return known.keep(calendar_version_id, DeskTime(CalendarVersion.objects.get(pk=calendar_version_id)))


def clockwork_of(version: CalendarVersion) -> Clockwork:
    """The clockwork of a version that is at hand, stored or only drafted."""
    if found := known.BY_VERSION.get(version.pk):
        return found
    made = DeskTime(version)
    return known.keep(version.pk, made) if version.pk else made


def version_in_force(calendar: Calendar, at: datetime) -> CalendarVersion:
    """How the calendar stood at that moment; before its first version, as its first version says.

    Raises CalendarVersion.DoesNotExist for a calendar that says nothing yet.
    """
    versions = CalendarVersion.objects.filter(calendar=calendar)
    in_force = versions.filter(in_force_from__lte=at).order_by("-in_force_from", "-number").first()
    return in_force or versions.order_by("number")[:1].get()


def schedule_of(version: CalendarVersion) -> Schedule:
    """Own closed days and one-off hours win over holidays, as the columns of the version say."""
    closed = _holidays(version) | {date.fromisoformat(day): name for day, name in version.closed_days.items()}
    return Schedule(
        version.zone,
        tuple(_intervals(day) for day in version.weekly),
        closed,
        {date.fromisoformat(day): _intervals(hours) for day, hours in version.openings.items()},
    )


def _holidays(version: CalendarVersion) -> dict[date, str]:
    """Those that were known when the version was made; a later edition of the library never alters the past."""
    stored = version.holidays
    if stored is not None:
        return {date.fromisoformat(day): "" for day in stored}
    if not version.country:
        return {}
    year = version.in_force_from.year
    return dict.fromkeys(public_holidays.days(version.country, version.subdivision, version.categories, year), "")


def _intervals(hours: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((opens, closes) for opens, closes in hours)
