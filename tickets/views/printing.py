"""A ticket on paper: a page of its own that loads nothing from elsewhere, without notes unless they are asked for."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import number_in
from tickets.models import Message, Ticket
from tickets.timeline import with_files
from tickets.views.answers import custom_fields

SHEET = 100


@require_safe
@signed_in
def printed(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """`?notes=1` with internal notes, for those who may write them; `?after=` the messages after that one."""
    ticket = Ticket.objects.for_detail().get_visible(ticket_id, request.actor)
    may_see_notes = request.actor.can(Permission.NOTE)
    notes = may_see_notes and request.GET.get("notes") == "1"
    said = Message.objects.filter(ticket=ticket, withdrawn_at=None).visible_to(request.actor).for_conversation()
    if not notes:
        said = said.filter(public=True)
    after = number_in(request.GET.get("after")) or 0
    rows = with_files(said.filter(pk__gt=after)[: SHEET + 1])
    context = {
        "ticket": ticket,
        "tags": list(ticket.tags.values_list("name", flat=True)),
        "fields": [field for field in custom_fields(ticket) if field["value"] not in (None, "")],
        "said": rows[:SHEET],
        "next_after": rows[SHEET - 1].pk if len(rows) > SHEET else None,
        "after": after,
        "notes": notes,
        "may_see_notes": may_see_notes,
        "now": now(),
    }
    return render(request, "tickets/print/page.html", context)
