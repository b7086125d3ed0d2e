"""The inbox: standing views, filters, rows by newest activity, and the single rows that a live page asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agents.decorators import signed_in
from agents.models import Agent, Team
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import is_fragment, number_in
from helpdesk.lib.keyset import paginate
from tickets.filters import TicketFilter
from tickets.finding import find, ticket_number
from tickets.models import Change, Channel, FieldDefinition, Priority, Status, Ticket, TicketType
from tickets.standing_views import COUNT_UP_TO, DEFAULT, VIEWS, View, counts, tickets_of
from tickets.views.rows import drawn

ROWS = 25
LIVE_IDS = 50
# Parameters that say where in the list one is, not what the list is.
PLACE = ("older", "newer", "id")


@require_safe
@signed_in
def inbox(request: AgentRequest) -> HttpResponse:
    """`?view=` names a standing view; every TicketFilter parameter narrows it; `?q=` searches in it."""
    number = ticket_number(request.GET.get("q", ""))
    if number and Ticket.objects.visible_to(request.actor).filter(pk=number).exists():
        return redirect("tickets:detail", ticket_id=number)
    # The newest change is read before the rows: what commits in between is then told twice rather than never.
    newest = Change.objects.newest_id()
    return render(request, "tickets/inbox.html", {"newest_change": newest, **side(request), **listing(request)})


@require_safe
@signed_in
def rows(request: AgentRequest) -> HttpResponse:
    """Only the rows: those with an `id` that still belong to this list, or its first page."""
    _chosen, filtered = _filtered(request)
    tickets = find(filtered.qs, request.GET.get("q", "")).for_list()
    ids = [key for key in map(number_in, request.GET.getlist("id")[:LIVE_IDS]) if key is not None]
    page = list(tickets.filter(pk__in=ids)) if ids else paginate(tickets, by="activity_at", limit=ROWS).rows
    return render(request, "tickets/_rows.html", {"tickets": page, "rows": drawn(page)})


@require_safe
@signed_in
def views(request: AgentRequest) -> HttpResponse:
    """The standing views with fresh counts, which the page asks for when it stands: no list waits for them."""
    numbers = counts(request.actor)
    return render(request, "tickets/_views.html", {"counted": True, **side(request, numbers)})


@require_safe
@signed_in
def narrow(request: AgentRequest) -> HttpResponse:
    """The form that narrows a list: in the menu of the inbox, or as a page of its own."""
    chosen, filtered = _filtered(request)
    context = {"chosen": chosen, "given": filtered.data, **choices(), "sections": sections(filtered.data)}
    template = "tickets/_narrow.html" if is_fragment(request) else "tickets/narrow.html"
    return render(request, template, context)


def _filtered(request: AgentRequest) -> tuple[View, TicketFilter]:
    chosen = VIEWS.get(request.GET.get("view", ""), None)
    if chosen is None:
        chosen = VIEWS["all"] if request.GET.get("q") else VIEWS[DEFAULT]
    return chosen, tickets_of(chosen, request.GET, request.actor)


def listing(request: AgentRequest) -> dict[str, Any]:
    chosen, filtered = _filtered(request)
    query = request.GET.get("q", "")
    tickets = find(filtered.qs, query).for_list()
    older, newer = request.GET.get("older"), request.GET.get("newer")
    page = paginate(tickets, by="activity_at", limit=ROWS, older=older, newer=newer)
    base = _without(request.GET, PLACE)
    return {
        "tickets": page.rows,
        "rows": drawn(page.rows),
        "chosen": chosen,
        "older": _at(base, "older", page.older),
        "newer": _at(base, "newer", page.newer),
        "first_page": not older and not newer,
        "rows_url": f"{reverse('tickets:rows')}?{base.urlencode()}",
        "narrow_url": f"{reverse('tickets:narrow')}?{base.urlencode()}",
        "search_query": query,
        "narrowed": narrowed(request.GET),
        "mistakes": [f"{name}: {'; '.join(errors)}" for name, errors in filtered.form.errors.items()],
        "may_open": request.actor.can(Permission.OPEN),
        "may_edit": request.actor.can(Permission.EDIT),
        "this_list": request.GET.urlencode(),
        "statuses": [(value, Status(value).label) for value in ("open", "pending", "on_hold", "solved")],
        "priorities": Priority.slugs(),
    }


def side(request: AgentRequest, numbers: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The standing views and the reader's teams; without `numbers` the views stand there by name only."""
    chosen = request.GET.get("view", "")
    if chosen not in VIEWS:
        chosen = "" if request.GET.get("q") or request.GET.get("team") else DEFAULT
    return {
        "views": [(view, (numbers or {}).get(slug), slug == chosen) for slug, view in VIEWS.items()],
        "teams": Team.objects.active().filter(pk__in=request.actor.team_ids),
        "chosen_team": request.GET.get("team", ""),
        "cap": COUNT_UP_TO,
    }


def narrowed(given: QueryDict) -> list[dict[str, str]]:
    """Each parameter that narrows the list, in words, with the address that lets go of it."""
    shown = []
    for name, values in given.lists():
        if name in (*PLACE, "view", "q") or "\x00" in name or not any(values):
            continue
        for value in filter(None, values):
            left = given.copy()
            left.setlist(name, [other for other in values if other != value])
            shown.append({"words": _words(name, value), "without": f"?{_without(left, PLACE).urlencode()}"})
    return shown


def _words(name: str, value: str) -> str:
    known: dict[str, Any] = {
        "status": dict(Status.choices),
        "priority": dict(Priority.slugs()),
        "type": dict(TicketType.choices),
        "channel": dict(Channel.choices),
        "team": {"mine": _("My teams"), "none": _("No team")},
        "assignee": {"me": _("Me"), "none": _("Nobody")},
        "follower": {"me": _("Me")},
    }
    said = known.get(name, {}).get(value)
    if said is None and (key := number_in(value)) and name in ("team", "assignee"):
        named = Team.objects if name == "team" else Agent.objects
        said = named.filter(pk=key).values_list("name", flat=True).first()
    if name.startswith("field_"):
        label = FieldDefinition.objects.filter(key=name[6:]).values_list("label", flat=True).first()
        return f"{label or name[6:]}: {value}"
    return f"{_LABELS.get(name, lambda: name)()}: {said or value}"


_LABELS = {
    "status": lambda: _("State"),
    "priority": lambda: _("Priority"),
    "type": lambda: _("Type"),
    "channel": lambda: _("Channel"),
    "team": lambda: _("Team"),
    "assignee": lambda: _("Assignee"),
    "follower": lambda: _("Followed by"),
    "tag": lambda: _("Tag"),
    "requester": lambda: _("Requester"),
    "organization": lambda: _("Organisation"),
    "created_after": lambda: _("Created after"),
    "created_before": lambda: _("Created before"),
}


def choices() -> dict[str, Any]:
    """What the narrowing form offers."""
    return {
        "teams": Team.objects.active(),
        "agents": Agent.objects.assignable(),
        "fields": FieldDefinition.objects.filter(active=True),
    }


def sections(given: QueryDict) -> list[dict[str, Any]]:
    """The fixed choices, each with what is chosen now."""
    return [
        {"name": name, "label": _LABELS[name](), "options": [(v, w, v in given.getlist(name)) for v, w in options]}
        for name, options in (
            ("status", Status.choices),
            ("priority", Priority.slugs()),
            ("type", TicketType.choices),
            ("channel", Channel.choices),
        )
    ]


def _without(given: QueryDict, names: tuple[str, ...]) -> QueryDict:
    left = given.copy()
    for name in names:
        left.pop(name, None)
    return left


def _at(base: QueryDict, name: str, cursor: str | None) -> str:
    if cursor is None:
        return ""
    place = base.copy()
    place[name] = cursor
    return f"?{place.urlencode()}"
