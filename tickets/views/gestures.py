"""What an agent does to a ticket: every gesture is a POST that makes Actions, performs them, and shows what changed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents.decorators import signed_in
from agents.requests import AgentRequest
from helpdesk.lib.errors import Stale
from helpdesk.lib.http import Said, answer, is_fragment
from tickets.actions import Action, RedactMessage
from tickets.forms import GestureForm
from tickets.models import Change, Ticket
from tickets.perform import perform
from tickets.views.answers import changed


@require_POST
@signed_in
def change(request: AgentRequest, ticket_id: int, form_class: type[GestureForm]) -> HttpResponse:
    """One property in place. Somebody was quicker: the page gets their state, and the reader looks again."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    form = form_class(request.POST)
    data = form.checked()
    try:
        perform_fresh(request, ticket_id, form.actions(), data)
    except Stale as error:
        if not is_fragment(request):
            raise
        return changed(request, ticket_id, said=Said(str(error), error=True), status=409)
    if is_out_of_sight(request, ticket_id):
        return moved_away(request)
    return changed(request, ticket_id)


def perform_fresh(request: AgentRequest, ticket_id: int, actions: list[Action], data: dict[str, Any]) -> Change | None:
    """Perform what a form asked for. Somebody else's change makes it Stale; one's own a moment ago does not."""
    version, gesture, via = data["version"], data["gesture"] or None, "macro" if data.get("macro") else "web"
    try:
        return perform(ticket_id, *actions, by=request.actor, via=via, version=version, gesture=gesture)
    except Stale:
        newest = expect_fresh(request, ticket_id, version)
        return perform(ticket_id, *actions, by=request.actor, via=via, version=newest, gesture=gesture)


def expect_fresh(request: AgentRequest, ticket_id: int, version: int | None) -> int:
    """The version of now, when nobody else changed the ticket since `version`; else Stale."""
    newest = Ticket.objects.values_list("version", flat=True).get(pk=ticket_id)
    if version is not None and version != newest:
        since = Change.objects.filter(ticket_id=ticket_id, version__gt=version, version__lte=newest)
        if since.exclude(actor_kind="agent", actor_id=request.actor.id).exists():
            raise Stale("stale", _("Somebody changed this ticket while you were looking at it."))
    return newest


def is_out_of_sight(request: AgentRequest, ticket_id: int) -> bool:
    return not Ticket.objects.is_visible(ticket_id, request.actor)


def moved_away(request: AgentRequest) -> HttpResponse:
    """The ticket went to a team whose tickets the reader does not see: back to the list."""
    inbox = reverse("tickets:inbox")
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": inbox})
    return answer(request, "", {}, to=inbox, said=Said(_("The ticket went to another team.")))


@require_POST
@signed_in
def redaction(request: AgentRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Remove a message's words for good."""
    perform(ticket_id, RedactMessage(message_id), by=request.actor, via="web")
    return changed(request, ticket_id, said=Said(_("The words of the message were removed.")))
