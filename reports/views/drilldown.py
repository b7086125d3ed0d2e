"""The tickets behind a number, a bar or a cell."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.keyset import paginate
from reports.drilling import AGE_WORDS, Opened, opened
from reports.filter_bar import words_of
from reports.lease import is_rebuilding
from reports.left_out import left_out_linked_of
from reports.pages import page_telling
from reports.showing import shown
from reports.zone import zone

PER_PAGE = 50


@require_safe
@needs(Permission.REPORTS)
def tickets(request: AgentRequest, kpi: str) -> HttpResponse:
    """Newest activity first; `older` and `newer` page."""
    found = opened(kpi, request.GET, actor=request.actor, at=now())
    rows = found.tickets.select_related("requester", "team", "assignee").prefetch_related("requester__addresses")
    given = request.GET
    page = paginate(rows, by="activity_at", limit=PER_PAGE, older=given.get("older"), newer=given.get("newer"))
    figure = found.figure
    told = found.told(page.rows)
    home = page_telling(found.kpi.key)
    context = {
        "opened": found,
        "asked": found.asked,
        "value": shown(figure.value, found.kpi.unit) if figure else "",
        "tickets": [(ticket, [words for words in told[ticket.pk] if words]) for ticket in page.rows],
        "measured": any(any(words) for words in told.values()),
        "age": AGE_WORDS[found.age] if found.age is not None else "",
        "said": words_of(found.asked),
        "older": _beside(found, "older", page.older),
        "newer": _beside(found, "newer", page.newer),
        "zone": zone().key,
        "rebuilding": is_rebuilding(),
        "left_out": left_out_linked_of(found),
        "home": home.NAME,
        "back": found.asked.url(f"reports:{home.KEY}"),
        "query": urlsplit(found.asked.tickets(found.kpi.key, age=found.age, past=found.past)).query,
    }
    return render(request, "reports/drilldown.html", context)


def _beside(found: Opened, name: str, cursor: str | None) -> str:
    return f"{found.asked.tickets(found.kpi.key, age=found.age, past=found.past)}&{name}={cursor}" if cursor else ""
