"""The inbox: views, the filter bar, rows in the chosen order, and the single rows that a live page asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from agents.actors import Actor
from agents.decorators import signed_in
from agents.models import Team
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import is_fragment, number_in
from helpdesk.lib.keyset import Page, paginate
from tickets import sorting
from tickets.asked_list import AskedList, asked_list, asked_view
from tickets.finding import ticket_number
from tickets.list_columns import Column
from tickets.listed import ListedTicket
from tickets.models import Change, Priority, Status, Ticket
from tickets.query_text import FREE
from tickets.saved_views import may_change
from tickets.standing_views import COUNT_UP_TO, VIEWS, View, counts, saved_views
from tickets.views.cells import drawn_in_columns
from tickets.views.listing import at_place, list_address
from tickets.views.narrowing import narrowing
from tickets.views.rows import drawn

ROWS = 25
LIVE_IDS = 50


@require_safe
@signed_in
def inbox(request: AgentRequest) -> HttpResponse:
    """`?view=` names a view; `?query=` asks in the query language, `?q=` searches; `?sort=` is the order."""
    number = ticket_number(request.GET.get(FREE, ""))
    if number and Ticket.objects.is_visible(number, request.actor):
        return redirect("tickets:detail", ticket_id=number)
    # The newest change is read before the rows: what commits in between is then told twice rather than never.
    newest = Change.objects.newest_id()
    saved = saved_views(request.actor)
    asked = asked_list(request.GET, request.actor, saved)
    context = {"newest_change": newest, **side(request, asked.view, saved), **listing(request, asked)}
    return render(request, "tickets/inbox.html", context)


@require_safe
@signed_in
def rows(request: AgentRequest) -> HttpResponse:
    """Only the rows: those with an `id` that still belong to this list, or its first page."""
    asked = asked_list(request.GET, request.actor)
    ids = [key for key in map(number_in, request.GET.getlist("id")[:LIVE_IDS]) if key is not None]
    page = list(asked.filter.qs.for_list(request.actor).filter(pk__in=ids)) if ids else _page(asked, request.actor).rows
    return render(request, "tickets/_rows.html", {"tickets": page, "rows": _drawn(page, asked.columns)})


@require_safe
@signed_in
def views(request: AgentRequest) -> HttpResponse:
    """The views with fresh counts, which the page asks for when it stands: no list waits for them."""
    saved = saved_views(request.actor)
    numbers = counts(request.actor, [*VIEWS.values(), *saved])
    chosen, _gone = asked_view(request.GET, request.actor, saved)
    return render(request, "tickets/_views.html", {"counted": True, **side(request, chosen, saved, numbers)})


@require_safe
@signed_in
def narrow(request: AgentRequest) -> HttpResponse:
    """The form that narrows a list: in the menu of the inbox, or as a page of its own."""
    template = "tickets/_narrow.html" if is_fragment(request) else "tickets/narrow.html"
    return render(request, template, narrowing(asked_list(request.GET, request.actor)))


def listing(request: AgentRequest, asked: AskedList) -> dict[str, Any]:
    older, newer = request.GET.get("older"), request.GET.get("newer")
    page = _page(asked, request.actor, older, newer)
    address = list_address(request.GET)
    return {
        "tickets": page.rows,
        "rows": _drawn(page.rows, asked.columns),
        "asked": asked,
        "query": asked.filter.query,
        "chosen": asked.view,
        "older": at_place(address, "older", page.older),
        "newer": at_place(address, "newer", page.newer),
        "first_page": not older and not newer,
        "rows_url": f"{reverse('tickets:rows')}?{address.urlencode()}",
        "narrow_url": f"{reverse('tickets:narrow')}?{address.urlencode()}",
        "look_url": f"{reverse('views:look')}?{address.urlencode()}",
        "search_query": request.GET.get(FREE, ""),
        "may_open": request.actor.can(Permission.OPEN),
        "may_edit": request.actor.can(Permission.EDIT),
        "this_list": request.GET.urlencode(),
        "statuses": [(value, Status(value).label) for value in ("open", "pending", "on_hold", "solved")],
        "priorities": Priority.slugs(),
        "sorts": [
            (sort, f"?{list_address(request.GET, sort=sort.slug).urlencode()}")
            for sort in sorting.offered(only_open=asked.filter.only_open)
        ],
        "heads": [
            (column, f"?{list_address(request.GET, sort=column.sorts).urlencode()}" if column.sorts else "")
            for column in asked.columns
        ],
        # An order that was asked for, and that such a list has not.
        "unsorted": asked.wanted in sorting.SORTS and asked.wanted != asked.sort.slug,
        "changeable": bool(asked.view.saved and may_change(asked.view.saved, request.actor)),
    }


def side(
    request: AgentRequest, chosen: View, saved: Sequence[View], numbers: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """Standing views, saved ones and the reader's teams; without `numbers` they stand there by name only."""
    team = request.GET.get("team", "")
    current = "" if team or (not request.GET.get("view") and chosen is VIEWS["all"]) else chosen.slug
    known = numbers or {}

    def entries(views: Sequence[View]) -> list[tuple[View, int | None, bool]]:
        return [(view, known.get(view.slug), view.slug == current) for view in views]

    return {
        "views": entries(list(VIEWS.values())),
        "saved": entries(saved),
        "teams": Team.objects.active().filter(pk__in=request.actor.team_ids),
        "chosen_team": team,
        "cap": COUNT_UP_TO,
    }


def _page(asked: AskedList, actor: Actor, older: str | None = None, newer: str | None = None) -> Page[ListedTicket]:
    order: dict[str, Any] = {"by": asked.sort.column, "ascending": asked.sort.ascending}
    return paginate(asked.filter.qs.for_list(actor), **order, limit=ROWS, older=older, newer=newer)


def _drawn(page: Sequence[ListedTicket], columns: Sequence[Column]) -> list[SafeString]:
    return drawn_in_columns(page, columns) if columns else drawn(page)
