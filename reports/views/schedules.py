"""Reports that are mailed at set times: the list, a new one, changing and removing one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.forms import refuse_unknown
from helpdesk.lib.http import Said, answer
from reports.models import ReportMail, ReportSchedule
from reports.pages import page_of
from reports.schedule_forms import ScheduleForm
from reports.schedule_words import said_when
from reports.scheduling import remove_schedule, save_schedule, visible_schedule
from reports.zone import zone

MOST_SHOWN = 200


@require_safe
@needs(Permission.REPORTS)
def schedules(request: AgentRequest) -> HttpResponse:
    found = ReportSchedule.objects.visible_to(request.actor).order_by("name", "pk")
    rows = list(found.select_related("made_by").prefetch_related("recipients")[:MOST_SHOWN])
    last: dict[int, dict[str, int]] = {}
    for mail in ReportMail.objects.newest_of([row.pk for row in rows]):
        counted = last.setdefault(mail["schedule"], {})
        counted[mail["state"]] = counted.get(mail["state"], 0) + mail["count"]
    context = {
        "rows": [
            {
                "schedule": row,
                "when": said_when(row),
                "page": page_of(row.page).NAME if page_of(row.page) else row.page,  # type: ignore[union-attr]
                "people": [agent.name for agent in row.recipients.all()],
                "failed": last.get(row.pk, {}).get("failed", 0),
                "waiting": last.get(row.pk, {}).get("queued", 0) + last.get(row.pk, {}).get("sending", 0),
            }
            for row in rows
        ],
        "zone": zone().key,
    }
    return render(request, "reports/schedules/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REPORTS)
def new(request: AgentRequest) -> HttpResponse:
    """`page` in the address chooses the page; everything else in it is the filter, as the page itself has it."""
    params = request.GET.copy()
    page = params.pop("page", [""])[-1]
    known = page_of(page)
    given = {"page": page, "query": params.urlencode()[:2000], "name": str(known.NAME)} if known else {}
    initial = ScheduleForm.beginning(given, request.user.pk)
    return _edit(request, ReportSchedule(), ScheduleForm(posted(request), initial=initial))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REPORTS)
def edit(request: AgentRequest, schedule_id: int) -> HttpResponse:
    schedule = visible_schedule(schedule_id, request.actor)
    return _edit(request, schedule, ScheduleForm(posted(request), initial=ScheduleForm.showing(schedule)))


@require_POST
@needs(Permission.REPORTS)
def remove(request: AgentRequest, schedule_id: int) -> HttpResponse:
    refuse_unknown(request.POST)
    remove_schedule(request.actor, visible_schedule(schedule_id, request.actor))
    said = Said(_("The report is not mailed any more."))
    return answer(request, "", {}, to=reverse("reports:schedules"), said=said)


def _edit(request: AgentRequest, schedule: ReportSchedule, form: ScheduleForm) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            save_schedule(request.actor, schedule, **form.cleaned_data)
        except NotVisible:  # removed meanwhile: there is no form of it to show any more
            raise
        except HelpdeskError as error:
            form.refused(error)
        else:
            return answer(request, "", {}, to=reverse("reports:schedules"), said=Said(_("The report is scheduled.")))
    context: dict[str, Any] = {"form": form, "schedule": schedule, "zone": zone().key}
    return render(request, "reports/schedules/edit.html", context, status=422 if form.errors else 200)
