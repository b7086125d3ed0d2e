"""Every mail that we owe or sent, with its state, and the button that tries a failed one again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from channels import outbound
from channels.models import OutboundEmail
from channels.views.lists import known_state, links, page_of, tabs
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.http import Said, answer


@require_safe
@needs(Permission.MAIL_CONSOLE)
def outgoing(request: AgentRequest) -> HttpResponse:
    mails = OutboundEmail.objects.visible_to(request.actor)
    state = known_state(request, OutboundEmail.State)
    shown = mails.filter(state=state) if state else mails
    page = page_of(request, shown.for_console(), "created_at")
    context = {"mails": page.rows, "tabs": tabs(mails, OutboundEmail.State, state), **links(request, page)}
    return render(request, "channels/outgoing.html", context)


@require_POST
@needs(Permission.MAIL_CONSOLE)
def again(request: AgentRequest, pk: int) -> HttpResponse:
    if not OutboundEmail.objects.visible_to(request.actor).filter(pk=pk).exists():
        raise NotVisible("not_found", _("There is no such mail."))
    if not outbound.try_again(pk, by=request.user):
        raise HelpdeskError("not_failed", _("Only a failed mail can be sent again."))
    said = Said(_("The mail will be sent again now."))
    return answer(request, "", {}, to=reverse("channels:outgoing"), said=said)
