"""The address of one message, or of one change: it leads to the page of the conversation where that stands today."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from agents.decorators import signed_in
from agents.requests import AgentRequest
from tickets.models import Change, Event, Message, Ticket
from tickets.timeline import page_of


@require_safe
@signed_in
def message(request: AgentRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """A merge or split may have carried it to another ticket since: the address stays good for who sees that one."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    row = Message.objects.filter(pk=message_id).visible_to(request.actor).first()
    if row is None:
        raise Http404
    home = Ticket.objects.get_visible(row.ticket_id, request.actor)
    change_id = row.said_in_id or _said_in(row)
    before = page_of(home, change_id) if change_id else None
    address = reverse("tickets:detail", args=[home.pk])
    query = f"?before={before}" if before else ""
    return redirect(f"{address}{query}#message-{row.pk}")


@require_safe
@signed_in
def change(request: AgentRequest, ticket_id: int, change_id: int) -> HttpResponse:
    """Where the line of a change stands."""
    ticket = Ticket.objects.get_visible(ticket_id, request.actor)
    if not Change.objects.filter(ticket=ticket, pk=change_id).exists():
        raise Http404
    before = page_of(ticket, change_id)
    query = f"?before={before}" if before else ""
    return redirect(f"{reverse('tickets:detail', args=[ticket.pk])}{query}#change-{change_id}")


def _said_in(row: Message) -> int | None:
    events = Event.objects.of_ticket(row.ticket_id).filter(kind="message_added", data__message=row.pk)
    return events.values_list("change_id", flat=True).first()
