"""A ticket that an agent opens for a customer: from a phone call, a visit, or to write first."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import number_in
from tickets.linking import link_tickets
from tickets.models import Ticket
from tickets.new_forms import NewTicketForm
from tickets.opening import open_ticket
from tickets.views.files import keep


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: AgentRequest) -> HttpResponse:
    """422 with the same form when something is wrong: nothing that was written is lost."""
    request.actor.require(Permission.OPEN)
    if request.method != "POST":
        return render(request, "tickets/new.html", {"form": NewTicketForm(initial=_first(request))})
    form = NewTicketForm(request.POST)
    if follows := number_in(request.POST.get("follows")):
        Ticket.objects.get_visible(follows, request.actor)
    uploads = [key for key in request.POST.getlist("attachments") if key][:100]
    if form.is_valid():
        try:
            uploads += [keep(file, request.actor).key for file in request.FILES.getlist("files")]
            return redirect("tickets:detail", ticket_id=_opened(request, form, uploads))
        except HelpdeskError as error:
            if error.status in (403, 404):
                raise
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return render(request, "tickets/new.html", {"form": form, "uploads": uploads}, status=422)


def _first(request: AgentRequest) -> dict[str, Any]:
    """What stands in the empty form: somebody's address, or all that a closed ticket hands on (`?follows=`)."""
    first: dict[str, Any] = {"gesture": uuid4().hex, "requester": request.GET.get("requester", "")[:254]}
    if key := number_in(request.GET.get("follows")):
        before = Ticket.objects.get_visible(key, request.actor)
        first |= {
            "follows": key,
            "requester": before.requester.email,
            "subject": before.subject,
            "team": before.team_id,
            "type": before.type,
        }
    return first


def _opened(request: AgentRequest, form: NewTicketForm, uploads: list[str]) -> int:
    data = form.cleaned_data
    ticket, _change = open_ticket(
        data["subject"],
        form.customer(),
        *form.actions(uploads),
        by=request.actor,
        via="web",
        channel=data["channel"],
        team_id=data["team"].pk if data["team"] else None,
        gesture=data["gesture"] or None,
    )
    if data["follows"]:
        link_tickets(ticket.pk, data["follows"], "follow_up", by=request.actor, via="web")
    return ticket.pk
