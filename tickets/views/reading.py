"""Marks a ticket as read up to where its page shows it, or as unread again."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents.decorators import signed_in
from agents.requests import AgentRequest
from helpdesk.lib.http import Said, answer, is_fragment, number_in
from tickets.models import Ticket
from tickets.reading import mark_unread, note_reading


@require_POST
@signed_in
def reading(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """`message` is the newest message that was shown; `unread` turns it back and leads to the list."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    if "unread" not in request.POST:
        note_reading(ticket_id, request.actor, number_in(request.POST.get("message")) or 0)
        return HttpResponse(status=204)
    mark_unread(ticket_id, request.actor)
    if is_fragment(request):
        return HttpResponse(status=204)
    return answer(request, "", {}, to=reverse("tickets:inbox"), said=Said(_("Marked as unread.")))
