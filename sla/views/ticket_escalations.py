"""The escalations of one ticket: asking somebody above, and answering as the one who is asked."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agents.decorators import needs, signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.http import Said, is_fragment
from sla.models import Escalation
from sla.owners import may_answer
from sla.ticket_forms import AnswerForm, EscalateForm
from sla.views.promises import shown_again
from tickets.models import Ticket
from tickets.perform import perform

MOST = 50


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def escalations(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """GET: the form for htmx, else a page with all escalations of the ticket. POST escalates."""
    ticket = Ticket.objects.get_visible(ticket_id, request.actor)
    if request.method == "POST":
        request.actor.require(Permission.ESCALATE)
    form = EscalateForm(posted(request), initial={"gesture": uuid4().hex})
    if request.method == "POST" and form.is_valid() and _done(request, ticket_id, form):
        return shown_again(request, ticket_id, Said(_("Escalated.")))
    status = 422 if form.errors else 200
    if is_fragment(request):
        answered = render(request, "sla/_escalate.html", {"ticket": ticket, "form": form}, status=status)
        # What was wrong is said in the form, whatever piece of the page an escalation would have replaced.
        answered["HX-Retarget"], answered["HX-Reswap"] = "#escalate", "innerHTML"
        return answered
    return render(request, "sla/escalations.html", _context(request, ticket, form), status=status)


def _done(request: AgentRequest, ticket_id: int, form: EscalateForm) -> bool:
    """False when it was refused; why stands in the form then."""
    gesture = form.cleaned_data["gesture"] or None
    try:
        perform(ticket_id, *form.actions(), by=request.actor, via="web", gesture=gesture)
    except HelpdeskError as error:
        if error.status in (403, 404):
            raise
        form.refused(error)
        return False
    return True


@require_POST
@needs(Permission.ESCALATE)
def answered(request: AgentRequest, ticket_id: int, escalation_id: int) -> HttpResponse:
    """Acknowledge, take over, hand back or resolve; the Actions know who may."""
    ticket = Ticket.objects.get_visible(ticket_id, request.actor)
    if not Escalation.objects.filter(ticket=ticket, pk=escalation_id).exists():
        raise NotVisible("not_found", _("There is no such escalation."))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise HelpdeskError("invalid", _("Choose what to do."), field="do")
    perform(ticket_id, *form.actions_on(escalation_id), by=request.actor, via="web")
    return shown_again(request, ticket_id, Said(_("Done.")))


def _context(request: AgentRequest, ticket: Ticket, form: EscalateForm) -> dict[str, Any]:
    rows = Escalation.objects.filter(ticket=ticket).select_related("owner", "team", "acknowledged_by", "closed_by")
    may = request.actor.can(Permission.ESCALATE)
    return {
        "ticket": ticket,
        "form": form if may and ticket.is_open and not ticket.is_merged else None,
        "escalations": [
            (row, may and row.state in ("open", "acknowledged") and may_answer(row, request.actor))
            for row in rows.order_by("-pk")[:MOST]
        ],
    }
