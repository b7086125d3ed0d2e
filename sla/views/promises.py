"""What is promised on a ticket: a panel beside the conversation, and a page of its own with the whole account."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import Said, answer, is_fragment
from sla.models import Escalation
from sla.panel import promises, whence
from sla.ticket_forms import PolicyForm, policy_choices
from tickets.models import Ticket
from tickets.perform import perform

ESCALATIONS = 5


@require_safe
@signed_in
def panel(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The panel for htmx, else the page, which prints and needs no JavaScript."""
    if is_fragment(request):
        return render(request, "sla/_panel.html", panel_context(request, ticket_id))
    return render(request, "sla/promises.html", panel_context(request, ticket_id, whole=True))


@require_POST
@signed_in
def policy(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Choose the policy by hand, or leave it to the conditions."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    form = PolicyForm(request.POST)
    if not form.is_valid():
        raise HelpdeskError("no_such_policy", _("There is no such policy."), field="policy")
    perform(ticket_id, *form.actions(), by=request.actor, via="web")
    return shown_again(request, ticket_id, Said(_("The policy is set.")))


def shown_again(request: AgentRequest, ticket_id: int, said: Said) -> HttpResponse:
    """The panel as it stands after a gesture, or back to the page where it was made; to the list when the ticket was
    handed back to where the reader has no business."""
    if not Ticket.objects.is_visible(ticket_id, request.actor):
        inbox, gone = reverse("tickets:inbox"), Said(_("The ticket went to another team."))
        if is_fragment(request):
            return HttpResponse(status=204, headers={"HX-Redirect": inbox})
        return answer(request, "", {}, to=inbox, said=gone)
    context = panel_context(request, ticket_id) if is_fragment(request) else {}
    return answer(request, "sla/_panel.html", context, to=reverse("sla:panel", args=[ticket_id]), said=said)


def panel_context(request: AgentRequest, ticket_id: int, *, whole: bool = False) -> dict[str, Any]:
    actor = request.actor
    ticket = Ticket.objects.get_visible(ticket_id, actor)
    promised = promises(ticket, now(), whole=whole)
    rows = Escalation.objects.filter(ticket=ticket).select_related("owner", "team", "acknowledged_by", "closed_by")
    may_set = actor.can(Permission.EDIT) and ticket.status != "closed" and not ticket.is_merged
    track = promised.track
    return {
        "ticket": ticket,
        "promised": promised,
        "whence": whence(promised),
        "escalations": list(rows.order_by("-pk")[:ESCALATIONS]),
        "may_escalate": actor.can(Permission.ESCALATE) and ticket.is_open and not ticket.is_merged,
        "policies": policy_choices() if may_set else [],
        "chosen": track.policy_version.policy_id if track and track.by_hand and track.policy_version else None,
        "now": now(),
    }
