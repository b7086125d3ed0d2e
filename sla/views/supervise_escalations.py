"""The gestures of the queue: acknowledge, take over, hand back, resolve."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import Said, answer
from sla.actions import AcknowledgeEscalation, HandBackEscalation, ResolveEscalation, TakeOverEscalation
from sla.escalation_queue import queue, visible_escalation
from tickets.actions import Action
from tickets.perform import perform


@require_POST
@needs(Permission.SUPERVISE)
def acknowledge(request: AgentRequest, escalation_id: int) -> HttpResponse:
    words = _("You look after #%(number)s now.")
    return _do(request, escalation_id, AcknowledgeEscalation(escalation_id), words)


@require_POST
@needs(Permission.SUPERVISE)
def take_over(request: AgentRequest, escalation_id: int) -> HttpResponse:
    words = _("Ticket #%(number)s is yours now.")
    return _do(request, escalation_id, TakeOverEscalation(escalation_id), words)


@require_POST
@needs(Permission.SUPERVISE)
def hand_back(request: AgentRequest, escalation_id: int) -> HttpResponse:
    """A note is needed: whoever gets the ticket back must know what was decided."""
    action = HandBackEscalation(escalation_id, _note(request))
    return _do(request, escalation_id, action, _("Ticket #%(number)s was handed back."))


@require_POST
@needs(Permission.SUPERVISE)
def resolve(request: AgentRequest, escalation_id: int) -> HttpResponse:
    action = ResolveEscalation(escalation_id, _note(request))
    return _do(request, escalation_id, action, _("The escalation of #%(number)s is resolved."))


def _note(request: AgentRequest) -> str:
    return request.POST.get("note", "").strip()


def _do(request: AgentRequest, escalation_id: int, action: Action, words: str) -> HttpResponse:
    """On the ticket of an escalation that the reader sees; the answer is the queue as it stands then."""
    ticket_id = visible_escalation(escalation_id, request.actor).ticket_id
    perform(ticket_id, action, by=request.actor, via="web")
    said = Said(words % {"number": ticket_id})
    return answer(
        request, "supervise/_queue.html", {"queue": queue(request.actor)}, to=reverse("supervise:desk"), said=said
    )
