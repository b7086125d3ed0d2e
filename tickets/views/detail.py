"""The ticket page, the pages before it, and what came since."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agents.decorators import signed_in
from agents.requests import AgentRequest
from helpdesk.lib.http import is_fragment, number_in
from tickets.models import Message, Ticket
from tickets.views.answers import Draft, composer, conversation, facts, loaded, news, news_by_others, page_context

OTHERS = 6


@require_safe
@signed_in
def detail(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The whole ticket; `?before=` shows the conversation before that change, `?draft=` refills the composer."""
    ticket = loaded(request, ticket_id)
    if is_fragment(request) and (before := number_in(request.GET.get("before"))):
        context = {**facts(request, ticket), **conversation(request, ticket, before=before)}
        return render(request, "tickets/_earlier.html", context)
    return render(request, "tickets/detail.html", page_context(request, ticket, taken_back(request, ticket)))


def taken_back(request: AgentRequest, ticket: Ticket) -> Draft | None:
    """The words of one's own reply that was taken back, to be written on."""
    key = number_in(request.GET.get("draft"))
    if key is None:
        return None
    message = ticket.messages.filter(pk=key, agent_id=request.user.pk, withdrawn_at__isnull=False).first()
    return draft_of(message) if message else None


def draft_of(message: Message) -> Draft:
    return Draft(body=message.text, to=", ".join(message.to), cc=", ".join(message.cc))


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


def refused_page(request: AgentRequest, ticket_id: int, draft: Draft, status: int) -> HttpResponse:
    """The page again with everything that was written, and why it was not sent."""
    ticket = loaded(request, ticket_id)
    context = page_context(request, ticket, draft)
    return render(request, "tickets/detail.html", context | composer(request, ticket, draft), status=status)
