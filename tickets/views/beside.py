"""What stands beside a conversation and is asked for after the page: time spent, children, merges and splits."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from tickets.models import Merge, Split, Ticket, TimeEntry
from tickets.moving_forms import TimeForm
from tickets.perform import perform
from tickets.views.answers import changed

SHOWN = 50


@require_safe
@signed_in
def beside(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """A panel of the ticket page."""
    return render(request, "tickets/time/_beside.html", _context(request, ticket_id))


@require_POST
@signed_in
def time(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Add time spent, or put an entry right."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    form = TimeForm(request.POST)
    data = form.checked()
    perform(ticket_id, *form.actions(), by=request.actor, via="web", gesture=data["gesture"] or None)
    answered = changed(request, ticket_id)
    if answered.status_code == 200:
        panel = {**_context(request, ticket_id), "swap": True}
        answered.content += render_to_string("tickets/time/_beside.html", panel, request).encode()
    return answered


def _context(request: AgentRequest, ticket_id: int) -> dict[str, Any]:
    actor = request.actor
    ticket = Ticket.objects.get_visible(ticket_id, actor)
    entries = list(TimeEntry.objects.for_panel(ticket_id)[: SHOWN + 1])
    whole = len(entries) <= SHOWN
    total = sum(entry.minutes for entry in entries) if whole else TimeEntry.objects.total(ticket_id)
    children = list(Ticket.objects.visible_to(actor).children_of(ticket_id).order_by("pk")[:SHOWN])
    return {
        "ticket": ticket,
        "actor": actor,
        "entries": entries[:SHOWN],
        "total": total,
        "may_note": actor.can(Permission.NOTE) and not ticket.is_merged,
        "may_correct": actor.can(Permission.SUPERVISE),
        "may_edit": actor.can(Permission.EDIT) and not ticket.is_merged,
        "may_merge": actor.can(Permission.MERGE),
        "children": children,
        "done": sum(not child.is_open for child in children),
        "still_open": sum(child.is_open for child in children),
        "merges": Merge.objects.into(ticket_id).filter(source__in=Ticket.objects.visible_to(actor))[:SHOWN],
        "parted_from": Split.objects.standing().filter(made_id=ticket_id).first(),
        "gesture": uuid4().hex,
    }
