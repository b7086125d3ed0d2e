"""Deciding which reports are mailed: who may, what is refused, and what the audit log learns of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.db import transaction
from django.http import QueryDict
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents import audit
from agents.permissions import Permission
from agents.room import expect_room
from helpdesk.lib.errors import HelpdeskError, NotVisible
from reports.models import ReportSchedule
from reports.page_files import read_filter
from reports.pages import page_of
from reports.planning import next_time, readers

if TYPE_CHECKING:
    from agents.actors import Actor
    from agents.models import Agent

MOST = 50
"""Of one agent."""


@transaction.atomic
def save_schedule(by: Actor, schedule: ReportSchedule, recipients: Iterable[Agent], **fields: Any) -> ReportSchedule:
    """Make or change one. What was planned already and has not left yet still leaves as it was planned.

    Raises HelpdeskError "bad_filter" for a page or a filter that cannot be read, "bad_recipient" for somebody who may
    not see reports, "too_many"; NotVisible for one that was removed since it was read.
    """
    by.require(Permission.REPORTS)
    made = schedule.pk is None
    if not made:
        schedule = visible_schedule(schedule.pk, by, held=True)
    for name, value in fields.items():
        setattr(schedule, name, value)
    if page_of(schedule.page) is None:
        raise HelpdeskError("bad_filter", _("There is no such page."), field="page")
    schedule.query = read_query(by, schedule.query)
    people = list(recipients)
    if not people or {one.pk for one in people} - set(readers().values_list("pk", flat=True)):
        raise HelpdeskError("bad_recipient", _("Choose people who may read reports."), field="recipients")
    if made:
        schedule.made_by_id = by.id or 0
        full = HelpdeskError("too_many", _("You have 50 scheduled reports; remove some first."))
        expect_room(by.id, ReportSchedule.objects.filter(made_by=by.id), MOST, full)
    schedule.next_at = next_time(schedule, now())
    schedule.save(force_insert=made, force_update=not made)
    schedule.recipients.set(people)
    audit.record("report_scheduled" if made else "report_schedule_edited", by=by, subject=schedule.name)
    return schedule


@transaction.atomic
def remove_schedule(by: Actor, schedule: ReportSchedule) -> None:
    """Raises NotVisible for one that was removed already."""
    by.require(Permission.REPORTS)
    held = visible_schedule(schedule.pk, by, held=True)
    audit.record("report_schedule_removed", by=by, subject=held.name)
    held.delete()


def read_query(by: Actor, text: str) -> str:
    """A filter as reports.asking writes it, from what stands in an address after its question mark, or from all of the
    address. Raises HelpdeskError "bad_filter" at "query"."""
    said = text.strip()
    try:
        said = urlsplit(said).query if "?" in said else said
        return read_filter(QueryDict(said), by, now()).query
    except HelpdeskError as error:
        words = _("This filter cannot be read: %(why)s") % {"why": error}
        raise HelpdeskError("bad_filter", words, field="query") from None
    except (ValueError, UnicodeError):
        raise HelpdeskError("bad_filter", _("This filter cannot be read."), field="query") from None


def visible_schedule(pk: int, by: Actor, *, held: bool = False) -> ReportSchedule:
    """`held`: nobody else changes or removes it until the transaction ends."""
    rows = ReportSchedule.objects.visible_to(by).filter(pk=pk)
    found = (rows.select_for_update(of=("self",)) if held else rows).first()
    if found is None:
        raise NotVisible("not_found", _("There is no such schedule."))
    return found
