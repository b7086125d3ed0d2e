"""Settings of opening hours: the list, a new calendar, its next version, and putting one away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import get_current_timezone_name, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.forms import refuse_unknown
from sla import calendar_preview, opening_hours
from sla.calendar_list import listed
from sla.calendar_revisions import propose_calendar
from sla.hours_form import HoursForm
from sla.models import Calendar, CalendarVersion

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
VERSIONS_SHOWN = 10


@require_safe
@needs(Permission.MANAGE_SLA)
def calendars(request: AgentRequest) -> HttpResponse:
    return render(request, "sla/calendars/list.html", {"rows": listed(now())})


@get_or_post
@needs(Permission.MANAGE_SLA)
def new(request: AgentRequest) -> HttpResponse:
    form = HoursForm(posted(request), Calendar(), None, get_current_timezone_name())
    if form.wants_saving and form.hours:
        try:
            made = opening_hours.make_calendar(request.actor, form.about.cleaned_data["name"], form.hours)
        except HelpdeskError as error:
            form.refused(error)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": made.name})
            return redirect("calendars:list")
    return _page(request, form, None)


@get_or_post
@needs(Permission.MANAGE_SLA)
def edit(request: AgentRequest, calendar_id: int) -> HttpResponse:
    calendar = _found(calendar_id)
    newest = calendar.versions.order_by("-number").first()
    form = HoursForm(posted(request), calendar, newest, get_current_timezone_name())
    if form.wants_saving and form.hours:
        try:
            return _saved(request, calendar, newest, form)
        except HelpdeskError as error:
            form.refused(error)
    return _page(request, form, calendar)


@require_POST
@needs(Permission.MANAGE_SLA)
def archive(request: AgentRequest, calendar_id: int) -> HttpResponse:
    """Put away, or with `back` take into use again."""
    refuse_unknown(request.POST, {"back"})
    calendar = _found(calendar_id)
    try:
        if "back" in request.POST:
            opening_hours.unarchive(request.actor, calendar)
            messages.success(request, _("%(name)s is in use again.") % {"name": calendar.name})
        else:
            opening_hours.archive(request.actor, calendar)
            messages.success(request, _("%(name)s was archived.") % {"name": calendar.name})
    except HelpdeskError as error:
        if error.status == 403:
            raise
        messages.error(request, str(error))
        return redirect("calendars:edit", calendar_id)
    return redirect("calendars:list")


def _saved(request: AgentRequest, calendar: Calendar, newest: CalendarVersion | None, form: HoursForm) -> HttpResponse:
    """Other hours of a calendar by which something is promised are weighed first, on the page of the change."""
    if form.hours is None:
        raise HelpdeskError("unreadable", _("These hours cannot be read."))
    form.hours.check()
    opening_hours.rename(request.actor, calendar, form.about.cleaned_data["name"])
    if newest is not None and opening_hours.says_the_same(newest, form.hours):
        messages.success(request, _("%(name)s was saved.") % {"name": calendar.name})
        return redirect("calendars:list")
    if opening_hours.is_promised_by(calendar):
        opening_hours.check_seen(calendar, form.seen)
        change = propose_calendar(request.actor, calendar, opening_hours.columns(form.hours))
        return redirect("policies:change", change.pk)
    opening_hours.next_version(request.actor, calendar, form.hours, form.seen)
    messages.success(request, _("%(name)s was saved.") % {"name": calendar.name})
    return redirect("calendars:list")


def _page(request: AgentRequest, form: HoursForm, calendar: Calendar | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "calendar": calendar}
    if form.hours:
        draft = form.hours.draft()
        context |= {
            "now": calendar_preview.now_of(draft, now()),
            "days": calendar_preview.two_weeks(draft, now()),
            "holidays": calendar_preview.coming_holidays(draft, now()),
        }
    if calendar is not None:
        versions = calendar.versions.select_related("created_by").defer("holidays").order_by("-number")
        told = [(version, calendar_preview.week_in_words(version)) for version in versions[:VERSIONS_SHOWN]]
        context |= {"versions": told, "policies": opening_hours.promised_by(calendar)}
    return render(request, "sla/calendars/edit.html", context, status=422 if form.wants_saving else 200)


def _found(calendar_id: int) -> Calendar:
    calendar = Calendar.objects.filter(pk=calendar_id).first()
    if calendar is None:
        raise NotVisible("not_found", _("There is no such calendar."))
    return calendar
