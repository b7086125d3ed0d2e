"""Finding another ticket while one types: by number, or by words of its subject and its people."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from tickets.finding import find, ticket_number
from tickets.models import Ticket

MOST = 8


@require_safe
@signed_in
def pick(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Tickets for the field that links this one to another, as buttons of its form."""
    ticket = Ticket.objects.get_visible(ticket_id, request.actor)
    request.actor.require(Permission.EDIT)
    found = found_tickets(request, ticket, request.GET.get("number", ""))
    return render(request, "tickets/links/_picks.html", {"found": found})


def found_tickets(request: AgentRequest, ticket: Ticket, text: str, *, to_merge: bool = False) -> list[Ticket]:
    """A few visible tickets that the text points to, newest activity first; without text those of the same customer.

    `to_merge`: only tickets that can take another in.
    """
    rows = Ticket.objects.visible_to(request.actor).exclude(pk=ticket.pk).filter(merged_into=None)
    if to_merge:
        rows = rows.exclude(status="closed")
    text = text.strip()
    number = ticket_number(text)
    if number is not None:
        rows = rows.filter(pk=number)
    elif text:
        rows = find(rows, text)
    else:
        rows = rows.of_customer(ticket.requester_id)
    return list(rows.select_related("requester").order_by("-activity_at", "-pk")[:MOST])
