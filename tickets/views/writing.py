"""What helps while one writes: keeping the draft, a preview, and what is offered for "/", "@" and in address fields."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.decorators import needs
from agents.models import Agent
from agents.permissions import Permission
from agents.requests import AgentRequest
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import is_fragment
from helpdesk.lib.text import excerpt, markdown
from tickets.canned import fill, values_on
from tickets.drafts import LONGEST, keep_draft
from tickets.forms import ReplyForm
from tickets.mentions import seeing
from tickets.models import CannedText, Ticket
from tickets.views.detail import page_again
from tickets.views.written import sent_in

OFFERED = 8
IN_THE_MENU = 40


@require_POST
@needs(Permission.REPLY, Permission.NOTE)
def draft(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Keep what stands in the composer; says when that was."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    given = request.POST
    kept = keep_draft(
        ticket_id,
        request.actor,
        body=given.get("body", ""),
        kind=given.get("kind", ""),
        to=given.get("to", ""),
        cc=given.get("cc", ""),
        uploads=given.getlist("attachments"),
        gesture=given.get("gesture", ""),
        macro=given.get("macro", ""),
    )
    return render(request, "tickets/composer/_kept.html", {"kept_at": kept.updated_at if kept else None})


@require_POST
@needs(Permission.REPLY, Permission.NOTE)
def preview(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The words as they will be read, by the renderer that draws them when they are sent."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    body = request.POST.get("body", "")
    if len(body) > LONGEST:
        raise HelpdeskError("too_long", _("A message has at most 100,000 characters."), field="body")
    html = markdown(body)
    if is_fragment(request):
        return render(request, "tickets/composer/_preview.html", {"preview": html})
    written = sent_in(ReplyForm(request.POST), request.actor, (), preview=html or " ")
    return page_again(request, ticket_id, written, 200)


def _options(request: AgentRequest, options: list[dict[str, Any]], what: str) -> HttpResponse:
    return render(request, "tickets/composer/_options.html", {"options": options, "what": what})


@require_safe
@needs(Permission.REPLY, Permission.NOTE)
def canned(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Texts of one's own and shared ones that hold these words, filled in for this ticket."""
    ticket = Ticket.objects.select_related("requester", "organization", "team").get_visible(ticket_id, request.actor)
    words = request.GET.get("q", "").replace("\x00", "")[:100]
    most = OFFERED if request.GET.get("short") else IN_THE_MENU
    values = values_on(ticket, request.user)
    options = []
    for text in CannedText.objects.visible_to(request.actor).matching(words)[:most]:
        filled = fill(text.body, values)
        options.append(
            {
                "insert": filled.text,
                "label": text.title,
                "key": f"/{text.shortcut}" if text.shortcut else "",
                "hint": excerpt(filled.text, 90),
                "unknown": ", ".join(filled.unknown),
            }
        )
    return _options(request, options, "canned")


@require_safe
@needs(Permission.NOTE)
def mentions(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Colleagues whom a note may reach and whose name, or a part of it, so begins."""
    ticket = Ticket.objects.get_visible(ticket_id, request.actor)
    word = request.GET.get("q", "").strip()[:80].casefold()
    others = Agent.objects.active().exclude(pk=request.user.pk).order_by("name", "pk")
    named = [agent for agent in others if f" {word}" in f" {agent.name.casefold()}"]
    if not request.actor.can(Permission.ASSIGN):
        named = seeing(named, ticket)
    found = [
        {"insert": f"@{agent.name} ", "label": agent.name, "hint": agent.email, "person": True}
        for agent in named[:OFFERED]
    ]
    return _options(request, found, "mentions")


@require_safe
@needs(Permission.REPLY)
def addresses(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Customers' addresses for To and CC, by the beginning of name or address."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    text = request.GET.get("q", "").strip()
    found = Customer.objects.for_list().beginning_with(text, OFFERED) if len(text) > 1 else []
    options = [
        {"insert": person.email, "label": person.display_name, "hint": person.email, "person": True}
        for person in found
        if person.email
    ]
    return _options(request, options, "addresses")
