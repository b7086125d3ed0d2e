"""The page of one bulk job: how far it is, who was refused and why, stopping it, taking it back, and its words."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import is_fragment, number_in
from tickets import bulk as doing
from tickets.bulk_forms import WordsForm
from tickets.bulk_said import may_undo, said_steps
from tickets.canned import VARIABLES
from tickets.models import BulkJob, CannedText, Priority, Status
from tickets.views.bulk import list_of, refused_of, told, visible_job

MOST_SHOWN = 100
MOST_TEXTS = 200


@require_safe
@signed_in
def job(request: AgentRequest, job_id: int) -> HttpResponse:
    """For htmx only how far it is; the page asks once a second while the job runs."""
    found = visible_job(request, job_id)
    if found.state == BulkJob.State.DRAFT:
        return redirect("tickets:bulk_words", job_id=found.pk)
    template = "tickets/bulk/_progress.html" if is_fragment(request) else "tickets/bulk/job.html"
    return render(request, template, _standing(request, found))


def _standing(request: AgentRequest, found: BulkJob) -> dict[str, Any]:
    numbers = found.items.numbers()
    return {
        "job": found,
        "numbers": numbers,
        "over": found.total - numbers["waiting"] - numbers["cancelled"],
        "said": said_steps(found),
        "refused": refused_of(request, found, MOST_SHOWN),
        "undoable": not found.is_running and may_undo(found),
        "back": list_of(request, found),
        "may_edit": request.actor.can(Permission.EDIT),
        "this_list": found.came_from,
        "statuses": bar_statuses(),
        "priorities": Priority.slugs(),
    }


def bar_statuses() -> list[tuple[str, Any]]:
    return [(value, Status(value).label) for value in ("open", "pending", "on_hold", "solved")]


@require_POST
@signed_in
def undo(request: AgentRequest, job_id: int) -> HttpResponse:
    return told(request, doing.undo(visible_job(request, job_id), request.actor))


@require_POST
@signed_in
def cancel(request: AgentRequest, job_id: int) -> HttpResponse:
    found = visible_job(request, job_id)
    doing.cancel(found, request.actor)
    if found.state == BulkJob.State.DRAFT:
        return redirect(list_of(request, found))
    return redirect("tickets:bulk_job", job_id=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def words(request: AgentRequest, job_id: int) -> HttpResponse:
    """What shall be written on every chosen ticket; `?text=` puts one of the kept texts into the form."""
    found = visible_job(request, job_id)
    request.actor.require(Permission.NOTE)
    if found.state != BulkJob.State.DRAFT:
        return redirect("tickets:bulk_job", job_id=found.pk)
    texts = list(CannedText.objects.visible_to(request.actor).order_by("title")[:MOST_TEXTS])
    chosen = number_in(request.GET.get("text"))
    text = next((one for one in texts if one.pk == chosen), None)
    form = WordsForm(request.POST if request.method == "POST" else None, initial={"body": text.body if text else ""})
    if not request.actor.can(Permission.REPLY):
        form.fields["kind"].choices = form.fields["kind"].choices[:1]  # type: ignore[attr-defined]
    if not request.actor.can(Permission.EDIT):
        del form.fields["status"]
    if request.method == "POST" and form.is_valid():
        return told(request, doing.start(found, form.actions(), request.actor))
    context = {
        "job": found,
        "form": form,
        "texts": texts,
        "text": text,
        "variables": VARIABLES,
        "back": list_of(request, found),
        "cancel_url": reverse("tickets:bulk_cancel", args=[found.pk]),
    }
    return render(request, "tickets/bulk/words.html", context, status=422 if form.errors else 200)
