"""A macro on all chosen tickets: at once when it only moves them, after a last look when it says something."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from automation.macros.foretelling import foretell
from automation.macros.house import House
from automation.macros.model import Macro
from automation.macros.verbs import ApplyMacro, usable_macro
from automation.macros.vocabulary import said
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import number_in
from helpdesk.lib.text import clean
from tickets import bulk as doing
from tickets.models import BulkJob, Ticket
from tickets.views.bulk import chosen_in, list_of, told, visible_job

MOST = 300


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bulk(request: AgentRequest) -> HttpResponse:
    """GET: the menu of the bar. POST: the chosen tickets, as the bar sends them, and perhaps the `macro`."""
    request.actor.require(Permission.EDIT)
    if request.method != "POST":
        rows = Macro.objects.visible_to(request.actor).usable().in_order()[:MOST]
        return render(request, "macros/_bulk_menu.html", {"macros": rows})
    key = number_in(request.POST.get("macro"))
    macro = usable_macro(key, request.actor) if key is not None else None
    at_once = macro is not None and not macro.body
    came_from = clean(request.POST.get("list", ""))
    actions = [_applying(macro)] if macro else []
    job = doing.ask(chosen_in(request), actions, request.actor, came_from=came_from, draft=not at_once)
    if at_once:
        return told(request, job)
    look = reverse("macros:bulk_look", args=[job.pk])
    return redirect(f"{look}?{urlencode({'macro': macro.pk})}" if macro else look)


def _applying(macro: Macro) -> ApplyMacro:
    return ApplyMacro(macro.pk, version=macro.version, words=bool(macro.body), called=macro.name)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def look(request: AgentRequest, job_id: int) -> HttpResponse:
    """What `?macro=` does to the tickets of a job that has not begun, with the first of them as an example."""
    job = visible_job(request, job_id)
    request.actor.require(Permission.EDIT)
    if job.state != BulkJob.State.DRAFT:
        return redirect("tickets:bulk_job", job_id=job.pk)
    sent = request.method == "POST"
    key = number_in((request.POST if sent else request.GET).get("macro"))
    macro = usable_macro(key, request.actor) if key is not None else None
    if sent:
        return _started(request, job, macro)
    return _looked_at(request, job, macro)


def _started(request: AgentRequest, job: BulkJob, macro: Macro | None) -> HttpResponse:
    if macro is None:
        raise HelpdeskError("nothing_chosen", _("Choose a macro first."), field="macro")
    if number_in(request.POST.get("version")) != macro.version:
        raise HelpdeskError("macro_changed", _("This macro was changed meanwhile; look at it again."), field="macro")
    if macro.body and not request.POST.get("sure"):
        return _looked_at(request, job, macro, error=_("Tick the box if you are sure."))
    return told(request, doing.start(job, [_applying(macro)], request.actor))


def _looked_at(request: AgentRequest, job: BulkJob, macro: Macro | None, error: str = "") -> HttpResponse:
    house = House.read()
    context: dict[str, Any] = {
        "job": job,
        "macro": macro,
        "macros": Macro.objects.visible_to(request.actor).usable().in_order()[:MOST],
        "steps": [said(step, house) for step in macro.steps] if macro else [],
        "error": error,
        "back": list_of(request, job),
    }
    first = Ticket.objects.visible_to(request.actor).select_related("requester", "organization", "team")
    example = first.filter(pk__in=job.items.values("ticket")).order_by("pk").first() if macro else None
    if macro and example and not example.is_merged:
        context |= {"example": example, "foretold": foretell(macro, example, request.user, request.actor)}
    return render(request, "macros/bulk.html", context, status=422 if error else 200)
