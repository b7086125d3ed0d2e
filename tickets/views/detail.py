"""The ticket page, the pages before it, and what came since."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agents.decorators import signed_in
from agents.requests import AgentRequest
from helpdesk.lib.http import is_fragment, number_in
from tickets.models import Ticket
from tickets.views.answers import conversation, facts, loaded, news, news_by_others, page_context
from tickets.views.merging import to_end
from tickets.views.written import Written, quoting

OTHERS = 6


@require_safe
@signed_in
def detail(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The whole ticket; `?before=` shows the conversation before that change, `?quote=` puts a message's words into
    the composer."""
    ticket = loaded(request, ticket_id)
    own = is_fragment(request) or "own" in request.GET  # a merged ticket has a past of its own, for who asks for it
    if ticket.is_merged and not own and (elsewhere := to_end(request, ticket)):
        return elsewhere
    if is_fragment(request) and (before := number_in(request.GET.get("before"))):
        context = {**facts(request, ticket), **conversation(request, ticket, before=before)}
        return render(request, "tickets/_earlier.html", context)
    return render(request, "tickets/detail.html", page_context(request, ticket, quoting(request, ticket)))


@require_safe
@signed_in
def since(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """What a page that stayed open lacks: new entries, head and properties, and who wrote meanwhile."""
    context = news(request, ticket_id)
    context["wrote"] = news_by_others(request, ticket_id) if context["entries"] else ""
    return render(request, "tickets/answers/_changed.html", context)


@require_safe
@signed_in
def others(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The requester's other tickets, newest activity first: for the card beside the conversation."""
    ticket = Ticket.objects.get_visible(ticket_id, request.actor)
    rows = (
        Ticket.objects.visible_to(request.actor)
        .of_customer(ticket.requester_id)
        .exclude(pk=ticket_id)
        .order_by("-activity_at")[:OTHERS]
    )
    return render(request, "tickets/_others.html", {"others": rows, "ticket": ticket})


def page_again(request: AgentRequest, ticket_id: int, written: Written, status: int) -> HttpResponse:
    """The page again with everything that was written, and why it was not sent."""
    context = page_context(request, loaded(request, ticket_id), written)
    return render(request, "tickets/detail.html", context, status=status)
