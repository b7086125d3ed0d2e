"""Mails that wait at a ticket: a valid reference from somebody who takes no part in it, until an agent has looked."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from channels import reviewing
from channels.inbound import read_stored
from channels.mime import UnparsableMail
from channels.models import InboundMessage
from channels.views.reasons import said_reason
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.http import Said, answer
from tickets.models import Ticket

SHOWN = 5
WORDS = 1500


@require_safe
@needs(Permission.READ)
def held_panel(request: AgentRequest, pk: int) -> HttpResponse:
    """A panel of the ticket page; empty, and without a frame, when nothing waits."""
    ticket = Ticket.objects.get_visible(pk, request.actor)
    return render(request, "channels/_held.html", _context(request, ticket))


@require_POST
@needs(Permission.EDIT)
def confirm(request: AgentRequest, pk: int, mail_id: int) -> HttpResponse:
    """The agent vouches for the sender: the mail becomes a message of this ticket."""
    return _decide(
        request, pk, mail_id, lambda: reviewing.append_to(mail_id, pk, by=request.actor), _("The message was added.")
    )


@require_POST
@needs(Permission.EDIT)
def open_ticket(request: AgentRequest, pk: int, mail_id: int) -> HttpResponse:
    return _decide(
        request, pk, mail_id, lambda: reviewing.open_from(mail_id, by=request.actor), _("A new ticket was opened.")
    )


@require_POST
@needs(Permission.MAIL_CONSOLE)
def spam(request: AgentRequest, pk: int, mail_id: int) -> HttpResponse:
    return _decide(
        request, pk, mail_id, lambda: reviewing.mark_spam(mail_id, by=request.actor), _("The mail was marked as spam.")
    )


def _decide(request: AgentRequest, pk: int, mail_id: int, gesture: Callable[[], object], words: str) -> HttpResponse:
    ticket = Ticket.objects.get_visible(pk, request.actor)
    if not InboundMessage.objects.held_for(pk).filter(pk=mail_id).exists():
        raise NotVisible("not_found", _("Nothing of this kind waits here."))
    to = reverse("tickets:detail", args=[pk])
    try:
        gesture()
    except HelpdeskError as refused:
        if refused.status in (403, 404):
            raise
        return answer(
            request, "channels/_held.html", _context(request, ticket), to=to, said=Said(str(refused), error=True)
        )
    return answer(request, "channels/_held.html", _context(request, ticket), to=to, said=Said(words))


def _context(request: AgentRequest, ticket: Ticket) -> dict[str, object]:
    waiting = InboundMessage.objects.held_for(ticket.pk).select_related("mailbox", "raw")[:SHOWN]
    return {
        "ticket": ticket,
        "mails": [{"mail": mail, "why": said_reason(mail.reason), "words": _words(mail)} for mail in waiting],
        "may": request.actor.can(Permission.EDIT),
        "may_spam": request.actor.can(Permission.MAIL_CONSOLE),
    }


def _words(mail: InboundMessage) -> str:
    """The new words of the mail, so that the agent can judge; nothing of it is stored on the ticket yet."""
    try:
        return read_stored(mail).folded.visible[:WORDS]
    except UnparsableMail:
        return ""
