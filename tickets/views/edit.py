"""All properties of a ticket in one form: for those without JavaScript, and for changing many at once."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError, Stale
from tickets.edit_forms import EditForm
from tickets.models import Change, Ticket
from tickets.timeline import Entry, timeline
from tickets.views.answers import loaded
from tickets.views.gestures import perform_fresh


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """One Change for everything that differs; 422 or 409 with the same form when it cannot be."""
    ticket = loaded(request, ticket_id)
    request.actor.require(Permission.EDIT)
    if request.method != "POST":
        return render(request, "tickets/edit.html", {"form": EditForm.of(ticket), "ticket": ticket})
    form, status, meanwhile = EditForm(ticket, request.POST), 422, []
    if form.is_valid():
        try:
            perform_fresh(request, ticket_id, form.actions(), form.cleaned_data)
            return redirect("tickets:detail", ticket_id=ticket_id)
        except HelpdeskError as error:
            if error.status in (403, 404):
                raise
            status = error.status
            if isinstance(error, Stale):
                # Told once: saved again, what was altered here goes over what has come meanwhile.
                meanwhile = _since(request, ticket, form.cleaned_data["version"])
                form = EditForm(ticket, {**request.POST.dict(), "version": ticket.version})
            form.add_error(error.field if error.field in form.fields else None, str(error))
    context = {"form": form, "ticket": ticket, "meanwhile": meanwhile}
    return render(request, "tickets/edit.html", context, status=status)


def _since(request: AgentRequest, ticket: Ticket, version: int) -> list[Entry]:
    """What came after the version that the form showed, as the conversation tells it."""
    shown = Change.objects.filter(ticket=ticket, version__lte=version).newest_id()
    return timeline(ticket, request.actor, after=shown).entries
