"""Asks whoever solved a ticket late for the cause: a small card beside the conversation, in nobody's way."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import Said, answer, is_fragment
from sla.actions.breach_causes import SetBreachCause
from sla.breach_forms import BreachCauseForm
from sla.models import BreachCause, SlaClock
from tickets.models import Ticket
from tickets.perform import perform


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.READ)
def breach_cause(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """A panel of the ticket page, and a page of its own for whoever comes from the desk. `change=1` asks again."""
    ticket = Ticket.objects.get_visible(ticket_id, request.actor)
    known = BreachCause.objects.select_related("set_by").filter(ticket=ticket).first()
    initial = {"code": known.code, "note": known.note} if known else {}
    form = BreachCauseForm(posted(request), initial=initial)
    if request.method == "POST":
        request.actor.require(Permission.EDIT)
        if form.is_valid() and _kept(request, ticket, form):
            known = BreachCause.objects.select_related("set_by").get(ticket=ticket)
            to = reverse("tickets:detail", args=[ticket.pk])
            said = Said(_("Thank you. The cause is kept."))
            return answer(request, "sla/_breach_cause.html", _context(request, ticket, known, None), to=to, said=said)
    asks = known is None or "change" in request.GET or request.method == "POST"
    context = _context(request, ticket, known, form if asks else None)
    template = "sla/_breach_cause.html" if is_fragment(request) else "sla/breach_cause.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _kept(request: AgentRequest, ticket: Ticket, form: BreachCauseForm) -> bool:
    """False when it was refused; why stands at the field then."""
    try:
        perform(ticket.pk, SetBreachCause(**form.cleaned_data), by=request.actor, via="web")
    except HelpdeskError as refused:
        if refused.field not in form.fields:
            raise
        form.add_error(refused.field, str(refused))
        return False
    return True


def _context(
    request: AgentRequest, ticket: Ticket, known: BreachCause | None, form: BreachCauseForm | None
) -> dict[str, Any]:
    """`asked`: the ticket has come to its end with a broken promise. Before that nothing is asked."""
    late = SlaClock.objects.filter(ticket=ticket).breached().exists()
    return {
        "ticket": ticket,
        "known": known,
        "late": late,
        "asked": late and not ticket.is_open,
        "form": form if request.actor.can(Permission.EDIT) else None,
        "may": request.actor.can(Permission.EDIT),
    }
