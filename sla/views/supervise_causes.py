"""Why promises were broken: a Pareto chart of the causes that agents named, each bar the door to its tickets."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import number_in
from helpdesk.lib.keyset import paginate
from sla.breach_pareto import DEFAULT, RANGES, UNKNOWN, Asked, broken_tickets, pareto
from sla.models import BreachCause
from sla.team_board import supervised

PER_PAGE = 50
RANGE_WORDS: dict[str, str | Promise] = {"7d": _("7 days"), "30d": _("30 days"), "90d": _("90 days")}
ROW = 10
"""The height of a row of the chart in units of its drawing; it is as wide as 100 of them."""


@require_safe
@needs(Permission.SUPERVISE)
def causes(request: AgentRequest) -> HttpResponse:
    asked = _asked(request)
    found = pareto(asked, request.actor)
    most = max((bar.count for bar in found.bars), default=1)
    bars = [
        {
            "bar": bar,
            "url": _tickets_url(asked, bar.code),
            "top": place * ROW + 2,
            "width": round(100 * bar.count / most, 2),
            "x": round(100 * bar.cumulative, 2),
            "y": place * ROW + ROW // 2,
        }
        for place, bar in enumerate(found.bars)
    ]
    context = {
        "pareto": found,
        "bars": bars,
        "line": " ".join(f"{bar['x']},{bar['y']}" for bar in bars),
        "height": len(bars) * ROW,
        "unexplained_url": _tickets_url(asked, UNKNOWN),
        "ranges": [
            {"label": RANGE_WORDS[name], "url": f"?{_query(name, asked.team_id)}", "current": name == asked.range}
            for name in RANGES
        ],
        "asked": asked,
        "teams": list(supervised(request.actor).values_list("pk", "name")),
    }
    return render(request, "supervise/causes.html", context)


@require_safe
@needs(Permission.SUPERVISE)
def cause_tickets(request: AgentRequest) -> HttpResponse:
    """The tickets behind a bar: `cause` is its code, or "none" for those that nobody has explained."""
    asked, code = _asked(request), request.GET.get("cause", "")
    if code != UNKNOWN and code not in BreachCause.Code.values:
        code = UNKNOWN
    tickets = (
        broken_tickets(asked, code, request.actor)
        .select_related("requester", "team", "assignee", "breach_cause")
        .prefetch_related("requester__addresses")
    )
    page = paginate(
        tickets, by="activity_at", limit=PER_PAGE, older=request.GET.get("older"), newer=request.GET.get("newer")
    )
    context = {
        "tickets": page.rows,
        "older": _place(asked, code, "older", page.older),
        "newer": _place(asked, code, "newer", page.newer),
        "cause": BreachCause.Code(code).label if code != UNKNOWN else "",
        "range": RANGE_WORDS[asked.range],
        "back": f"{reverse('supervise:causes')}?{_query(asked.range, asked.team_id)}",
    }
    return render(request, "supervise/cause_tickets.html", context)


def _asked(request: AgentRequest) -> Asked:
    """What the address asks for; a team that is none of the reader's business finds nothing, as everywhere."""
    name = request.GET.get("range", DEFAULT)
    given = request.GET.get("team")
    team = number_in(given)
    if given and team is None:
        raise HelpdeskError("bad_team", _("There is no such team."), field="team")
    return Asked(name if name in RANGES else DEFAULT, team)


def _query(name: str, team_id: int | None, **more: Any) -> str:
    return urlencode({"range": name, **({"team": team_id} if team_id else {}), **more})


def _tickets_url(asked: Asked, code: str) -> str:
    return f"{reverse('supervise:cause_tickets')}?{_query(asked.range, asked.team_id, cause=code)}"


def _place(asked: Asked, code: str, name: str, cursor: str | None) -> str:
    return f"?{_query(asked.range, asked.team_id, cause=code, **{name: cursor})}" if cursor else ""
