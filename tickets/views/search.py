"""The page of search results, and what the search box offers while one types."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from customers.models import Customer, Organization
from helpdesk.lib.http import number_in
from helpdesk.lib.text import clean
from tickets.filters import TicketFilter
from tickets.finding import find, ticket_number
from tickets.listed import ListedTicket
from tickets.models import Ticket
from tickets.search import Query, parse, ranked
from tickets.search.excerpts import Passage, marked, passages
from tickets.search.finding import RANKED
from tickets.search.related import related

ROWS = 25
PEOPLE = 5
SUGGESTED = 6
SHORTEST = 2


@require_safe
@signed_in
def search(request: AgentRequest) -> HttpResponse:
    """`?q=` in the query language: filters narrow, words are looked for and ranked. A number leads to its ticket."""
    request.actor.require(Permission.READ)
    text = _typed(request)
    number = ticket_number(text)
    if number and Ticket.objects.is_visible(number, request.actor):
        return redirect("tickets:detail", ticket_id=number)
    asked = TicketFilter({"q": [text]}, queryset=Ticket.objects.visible_to(request.actor), actor=request.actor)
    if text and not asked.words and not asked.mistakes:
        return redirect(f"{reverse('tickets:inbox')}?{urlencode({'view': 'all', 'q': text})}")
    query = parse(asked.words)
    numbers = _found(request, asked, query, RANKED)
    page = min(number_in(request.GET.get("page")) or 1, max(1, -(-len(numbers) // ROWS)))
    shown = numbers[(page - 1) * ROWS : page * ROWS]
    context = {
        "search_query": text,
        "hits": _hits(request, shown, query),
        "count": len(numbers),
        "more": len(numbers) >= RANKED,
        "mistakes": [mistake.message for mistake in asked.mistakes],
        "newer": _page(text, page - 1) if page > 1 else "",
        "older": _page(text, page + 1) if page * ROWS < len(numbers) else "",
        **(_people(asked.words, query) if page == 1 else {}),
    }
    return render(request, "tickets/search.html", context)


@require_safe
@signed_in
def suggestions(request: AgentRequest) -> HttpResponse:
    """The best few tickets and people for what stands in the search box by now."""
    request.actor.require(Permission.READ)
    text = _typed(request)
    if len(text) < SHORTEST:
        return HttpResponse("")
    visible = Ticket.objects.visible_to(request.actor)
    asked = TicketFilter({"q": [text]}, queryset=visible, actor=request.actor)
    query = parse(asked.words)
    numbers = _found(request, asked, query, SUGGESTED * 10)[:SUGGESTED]
    number = ticket_number(text)
    if number and number not in numbers and find(visible, f"#{number}").exists():
        numbers = [number, *numbers][:SUGGESTED]
    tickets = [(ticket, marked(ticket.subject, query)) for ticket in _in_order(request, numbers)]
    context = {"tickets": tickets, "query": text, **_people(asked.words, query, PEOPLE - 2)}
    return render(request, "tickets/_search_suggestions.html", context)


@require_safe
@signed_in
def related_to(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """A panel of the ticket page: other tickets that look like this one; nothing when none does."""
    ticket = Ticket.objects.select_related("requester").get_visible(ticket_id, request.actor)
    tickets = _in_order(request, related(ticket, request.actor))
    return render(request, "tickets/_search_related.html", {"tickets": tickets})


def _typed(request: AgentRequest) -> str:
    return clean(request.GET.get("q", "")).strip()


def _found(request: AgentRequest, asked: TicketFilter, query: Query, most: int) -> list[int]:
    """The filters narrow first, then the words are ranked among what is left."""
    narrowing = {name: values for name, values in asked.parameters.items() if name != "q"}
    narrowed = TicketFilter(narrowing, queryset=asked.queryset, actor=request.actor, names=asked.names)
    return ranked(narrowed.qs, query, internal=request.actor.is_agent, most=most)


def _in_order(request: AgentRequest, numbers: list[int]) -> list[ListedTicket]:
    rows = Ticket.objects.visible_to(request.actor).filter(pk__in=numbers).for_list()
    by_number = {row.pk: row for row in rows}
    return [by_number[number] for number in numbers if number in by_number]


def _hits(request: AgentRequest, numbers: list[int], query: Query) -> list[dict[str, Any]]:
    found = passages(numbers, query, request.actor) if numbers else {}
    return [
        {
            "ticket": ticket,
            "subject": marked(ticket.subject, query),
            "requester": marked(ticket.requester_name, query),
            "organization": marked(ticket.organization_name or "", query),
            "tags": [marked(tag, query) for tag in ticket.tags],
            "passage": found.get(ticket.pk, Passage()),
        }
        for ticket in _in_order(request, numbers)
    ]


def _people(words: str, query: Query, most: int = PEOPLE) -> dict[str, Any]:
    """Customers and organisations whose name or address begins so: they are what one often looks for."""
    words = words.strip('" ')
    if len(words) < SHORTEST:
        return {}
    people = Customer.objects.for_list().beginning_with(words, most)
    organizations = Organization.objects.beginning_with(words)[:most]
    return {
        "people": [(person, marked(person.display_name, query)) for person in people],
        "organizations": [(one, marked(one.name, query)) for one in organizations],
    }


def _page(text: str, number: int) -> str:
    return f"?{urlencode({'q': text, 'page': str(number)})}"
