"""What may be said as opening hours, and how a calendar is made, given its next version, and put away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _

from agents import audit
from agents.actors import Actor
from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError, Stale
from helpdesk.lib.text import one_line
from sla import public_holidays
from sla.calendar import NoOpening
from sla.models import Calendar, CalendarVersion, SlaPolicyVersion
from sla.schedules import DeskTime

MOST_INTERVALS = 12
YEARS_COMPARED = 5


@dataclass(frozen=True)
class OpeningHours:
    """All that a version of a calendar says, in the form of its columns."""

    zone: str
    weekly: list[list[list[int]]]
    country: str = ""
    subdivision: str = ""
    categories: list[str] = field(default_factory=list)
    closed_days: dict[str, str] = field(default_factory=dict)
    openings: dict[str, list[list[int]]] = field(default_factory=dict)

    def draft(self) -> CalendarVersion:
        """A version that is not stored, to look at."""
        return CalendarVersion(**asdict(self))

    def check(self) -> None:
        """Refuse what no desk can keep; `field` is a column, and for a day of the week `weekly-<0..6>`."""
        if self.zone not in available_timezones():
            raise HelpdeskError("bad_zone", _("There is no such time zone."), field="zone")
        if len(self.weekly) != 7:
            raise HelpdeskError("bad_week", _("A week has seven days."), field="weekly")
        for number, hours in enumerate(self.weekly):
            _check_day(hours, f"weekly-{number}")
        for day, hours in self.openings.items():
            _check_date(day, "openings")
            _check_day(hours, "openings")
        for day in self.closed_days:
            _check_date(day, "closed_days")
        if self.country:
            self._check_country()
        try:
            DeskTime(self.draft()).next_opening(now())
        except NoOpening:
            words = _("Enter hours for at least one day: a calendar that never opens would never let a clock run.")
            raise HelpdeskError("no_opening", words, field="weekly") from None

    def _check_country(self) -> None:
        if self.country not in dict(public_holidays.countries()):
            raise HelpdeskError("bad_country", _("The holidays of this country are not known."), field="country")
        if self.subdivision and self.subdivision not in dict(public_holidays.regions(self.country)):
            raise HelpdeskError("bad_region", _("This country has no such region."), field="subdivision")
        if set(self.categories) - dict(public_holidays.kinds(self.country)).keys():
            raise HelpdeskError("bad_kind", _("This country has no such kind of holidays."), field="categories")


def _check_day(hours: list[list[int]], where: str) -> None:
    if len(hours) > MOST_INTERVALS:
        raise HelpdeskError("too_many_intervals", _("A day has at most 12 intervals."), field=where)
    last = 0
    for opens, closes in sorted(hours):
        if not 0 <= opens < closes <= 1440:
            raise HelpdeskError("bad_interval", _("Each interval must end after it begins."), field=where)
        if opens < last:
            raise HelpdeskError("overlap", _("These hours overlap."), field=where)
        last = closes


def _check_date(day: str, where: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise HelpdeskError("bad_date", _("Enter a date."), field=where) from None


def make_calendar(by: Actor, name: str, hours: OpeningHours) -> Calendar:
    """A calendar with its first version, in force from now on."""
    by.require(Permission.MANAGE_SLA)
    hours.check()
    with transaction.atomic():
        calendar = Calendar(name=name)
        _save_named(calendar)
        _write(calendar, 1, hours, by)
        audit.record("calendar_made", by=by, subject=calendar.name)
    return calendar


def next_version(by: Actor, calendar: Calendar, hours: OpeningHours, seen: int) -> CalendarVersion:
    """What the calendar says from now on; `seen` is the version that the writer had before them."""
    by.require(Permission.MANAGE_SLA)
    hours.check()
    with transaction.atomic():
        list(Calendar.objects.select_for_update().filter(pk=calendar.pk))
        check_seen(calendar, seen)
        version = _write(calendar, seen + 1, hours, by)
        audit.record("calendar_edited", by=by, subject=calendar.name, data={"version": version.number})
    return version


def check_seen(calendar: Calendar, seen: int) -> None:
    """Refuse a writer who saw an older version than the newest."""
    newest = calendar.versions.order_by("-number").values_list("number", flat=True).first() or 0
    if newest != seen:
        raise Stale("stale_calendar", _("Somebody else changed these hours while you were looking at them."))


def rename(by: Actor, calendar: Calendar, name: str) -> None:
    by.require(Permission.MANAGE_SLA)
    if name == calendar.name:
        return
    before, calendar.name = calendar.name, name
    with transaction.atomic():
        _save_named(calendar)
        audit.record("calendar_renamed", by=by, subject=name, data={"from": before})


def archive(by: Actor, calendar: Calendar) -> None:
    """Nobody can choose it from now on. Refused while an active policy promises by it."""
    by.require(Permission.MANAGE_SLA)
    if used := promised_by(calendar):
        words = _("The policy %(name)s promises by these hours. Give it another calendar first.") % {"name": used[0]}
        raise HelpdeskError("calendar_in_use", words)
    if Calendar.objects.active().filter(pk=calendar.pk).update(archived_at=now()):
        audit.record("calendar_archived", by=by, subject=calendar.name)


def unarchive(by: Actor, calendar: Calendar) -> None:
    by.require(Permission.MANAGE_SLA)
    if Calendar.objects.exclude(archived_at=None).filter(pk=calendar.pk).update(archived_at=None):
        audit.record("calendar_unarchived", by=by, subject=calendar.name)


def columns(hours: OpeningHours) -> dict[str, Any]:
    """The hours as a proposal names them; the holidays are worked out anew when the version is made."""
    return asdict(hours) | {"holidays": None}


def says_the_same(version: CalendarVersion, hours: OpeningHours) -> bool:
    """Would a version made now differ? Also when the library has learned of holidays in the next years."""
    if any(getattr(version, name) != value for name, value in asdict(hours).items()):
        return False
    today = localdate()
    near = (today.isoformat(), today.replace(year=today.year + YEARS_COMPARED, day=1).isoformat())
    days = public_holidays.days(hours.country, hours.subdivision, hours.categories, today.year)
    known = {day for day in version.holidays or () if near[0] <= day < near[1]}
    return known == {text for day in days if near[0] <= (text := day.isoformat()) < near[1]}


def is_promised_by(calendar: Calendar) -> bool:
    """Does any policy, of now or of an earlier wording that clocks still run under, promise by these hours?"""
    return SlaPolicyVersion.objects.filter(calendar=calendar).exists()


def promised_by(calendar: Calendar) -> list[str]:
    """The names of active policies whose newest version runs by this calendar."""
    return [name for used, name in uses([calendar.pk]) if used == calendar.pk]


def uses(calendars: Iterable[int]) -> list[tuple[int, str]]:
    """(calendar, name of an active policy whose newest version runs by it), in the order of the policies."""
    later = SlaPolicyVersion.objects.filter(policy=OuterRef("policy"), number__gt=OuterRef("number"))
    newest = SlaPolicyVersion.objects.filter(~Exists(later), policy__active=True, calendar__in=calendars)
    found = newest.order_by("policy__position", "policy_id").values_list("calendar_id", "policy__name")
    return [(calendar, name) for calendar, name in found if calendar is not None]


def _save_named(calendar: Calendar) -> None:
    calendar.name = one_line(calendar.name)
    if not calendar.name:
        raise HelpdeskError("no_name", _("Enter a name."), field="name")
    try:
        with transaction.atomic():
            calendar.save()
    except IntegrityError:
        raise HelpdeskError("name_taken", _("There is a calendar of this name already."), field="name") from None


def _write(calendar: Calendar, number: int, hours: OpeningHours, by: Actor) -> CalendarVersion:
    said: dict[str, Any] = asdict(hours)
    author = by.id if by.is_agent else None
    return CalendarVersion.objects.create(calendar=calendar, number=number, created_by_id=author, **said)
