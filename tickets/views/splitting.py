"""Parting a message from its ticket, and putting it back."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import Said, answer, is_fragment
from tickets.models import Ticket
from tickets.moving_forms import SplitForm
from tickets.splitting import author_of, chosen, split_ticket, undo_split


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def split(request: AgentRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """What would become of the message, and the form that does it."""
    ticket = Ticket.objects.select_related("requester").get_visible(ticket_id, request.actor)
    request.actor.require(Permission.MERGE)
    if request.method != "POST":
        return _page(request, ticket, message_id)
    data = SplitForm(request.POST).checked()
    try:
        parted = split_ticket(
            ticket_id,
            message_id,
            data["subject"],
            onwards=data["onwards"],
            by=request.actor,
            via="web",
            gesture=data["gesture"] or None,
        )
    except HelpdeskError as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, ticket, message_id, str(refusal), 422)
    said = Said(_("This ticket was split off #%(number)s.") % {"number": ticket_id})
    return answer(request, "", {}, to=reverse("tickets:detail", args=[parted.made_id]), said=said)


def _page(request: AgentRequest, ticket: Ticket, message_id: int, error: str = "", status: int = 200) -> HttpResponse:
    context = {"ticket": ticket, "error": error, "gesture": uuid4().hex}
    try:
        message, following = chosen(ticket, message_id, onwards=True)
    except HelpdeskError as refusal:
        if refusal.code == "no_such_message":
            raise
        message, following = ticket.messages.get(pk=message_id), ticket.messages.filter(pk=message_id)
        context["error"] = error or str(refusal)
    context |= {
        "message": message,
        "following": following.count() - 1,
        "requester": author_of(message, ticket),
        "subject": request.POST.get("subject") or ticket.subject,
        "onwards": bool(request.POST.get("onwards")),
    }
    return render(request, "tickets/split/page.html", context, status=status)


@require_POST
@signed_in
def unsplit(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Put the messages of this ticket back where they came from."""
    parted = undo_split(ticket_id, by=request.actor, via="web", gesture=request.POST.get("gesture", "")[:64] or None)
    to = reverse("tickets:detail", args=[parted.origin_id])
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    said = Said(_("The split was undone; the messages of #%(number)s are here again.") % {"number": ticket_id})
    return answer(request, "", {}, to=to, said=said)
