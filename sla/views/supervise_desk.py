"""The supervisor's desk: what needs somebody now. Each piece is also asked for alone, when something has changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import is_fragment
from sla.escalation_queue import queue
from sla.radar import radar, untaken
from tickets.models import Change


@require_safe
@needs(Permission.SUPERVISE)
def desk(request: AgentRequest) -> HttpResponse:
    context = {
        # Read first: what happens while the rest is read is told by the stream.
        "newest_change": Change.objects.newest_id(),
        "queue": queue(request.actor),
        **_radar(request),
        "untaken": untaken(request.actor),
        "panels": [reverse(name) for name in settings.SUPERVISE_PANELS],
    }
    return render(request, "supervise/desk.html", context)


@require_safe
@needs(Permission.SUPERVISE)
def queue_piece(request: AgentRequest) -> HttpResponse:
    return _piece(request, "supervise/_queue.html", lambda: {"queue": queue(request.actor)})


@require_safe
@needs(Permission.SUPERVISE)
def radar_piece(request: AgentRequest) -> HttpResponse:
    return _piece(request, "supervise/_radar.html", lambda: _radar(request))


@require_safe
@needs(Permission.SUPERVISE)
def untaken_piece(request: AgentRequest) -> HttpResponse:
    return _piece(request, "supervise/_untaken.html", lambda: {"untaken": untaken(request.actor)})


def _radar(request: AgentRequest) -> dict[str, Any]:
    return {"radar": radar(request.actor)}


def _piece(request: AgentRequest, template: str, context: Any) -> HttpResponse:
    """Only htmx wants a piece; whoever opens its address wants the page."""
    if not is_fragment(request):
        return redirect("supervise:desk")
    return render(request, template, context())
