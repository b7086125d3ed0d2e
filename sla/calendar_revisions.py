"""How an edit of opening hours is proposed, weighed and put in force, by the same road as an edit of a policy."""

from __future__ import annotations

from typing import Any

from agents import audit
from agents.actors import Actor
from agents.permissions import Permission
from sla import public_holidays
from sla.models import Calendar, CalendarVersion, SlaRevision

SAID = ("zone", "weekly", "country", "subdivision", "categories", "closed_days", "openings")
"""What a version of a calendar holds, as a proposal names it."""


def propose_calendar(by: Actor, calendar: Calendar, said: dict[str, Any]) -> SlaRevision:
    """Write down what the calendar shall say (see SAID; what is left out stays), already checked by the caller.

    The page of the change is `policies:change`; there it is weighed, and put in force with sla.policies.put_in_force().
    """
    from sla.policies import ground

    by.require(Permission.MANAGE_SLA)
    last = calendar.versions.order_by("-number").first()
    before = {name: getattr(last, name) for name in SAID} if last else {}
    return SlaRevision.objects.create(
        kind=SlaRevision.Kind.CALENDAR,
        calendar=calendar,
        proposal=before | said,
        ground=ground(),
        created_by_id=by.id,
    )


def proposed_version(revision: SlaRevision) -> CalendarVersion:
    """The version that it would become, not stored."""
    calendar = Calendar.objects.get(pk=revision.calendar_id or 0)
    last = calendar.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = CalendarVersion(calendar=calendar, number=last + 1, **revision.proposal)
    # As its save() does, so that it can be reckoned by before.
    year = version.in_force_from.year
    days = public_holidays.days(version.country, version.subdivision, version.categories, year)
    version.holidays = [day.isoformat() for day in days] if version.country else []
    return version


def write(revision: SlaRevision, by: Actor) -> None:
    """Make the version, in the caller's transaction."""
    version = proposed_version(revision)
    version.created_by_id = by.id if by.is_agent else None
    version.save(force_insert=True)
    revision.calendar_version = version
    audit.record("calendar_edited", by=by, subject=version.calendar.name, data={"version": version.number})
