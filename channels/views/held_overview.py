"""Mails that wait for somebody's word, as a piece of the supervisor's desk."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from channels.models import InboundMessage
from channels.views.reasons import said_reason
from helpdesk.lib.http import is_fragment

SHOWN = 5
MOST = 99


@require_safe
@needs(Permission.MAIL_CONSOLE)
def held_overview(request: AgentRequest) -> HttpResponse:
    """How many wait, and the oldest of them; whoever opens the address gets the list in the console."""
    console = f"{reverse('channels:console')}?state=held"
    if not is_fragment(request):
        return redirect(console)
    held = InboundMessage.objects.visible_to(request.actor).held()
    mails = held.select_related("ticket").order_by("pk")[:SHOWN]
    context = {
        "count": held.count_up_to(MOST),
        "most": MOST,
        "mails": [(mail, said_reason(mail.reason) if mail.reason else "") for mail in mails],
        "console": console,
        "here": request.path,
    }
    return render(request, "channels/_held_overview.html", context)
