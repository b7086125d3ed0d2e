"""What an open ticket page says of its reader, and whom else it shows: one small fragment for both."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents.decorators import signed_in
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError
from tickets.models import Doing, Ticket
from tickets.presence import note_presence, others_on, valid_page


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def presence(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """POST `doing` says that the page (it named itself `page`) is there; both answer with the others there."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    if request.method == "POST":
        doing = request.POST.get("doing", Doing.VIEWING)
        if doing not in Doing.values:
            raise HelpdeskError("bad_presence", _("A page is viewing, replying, noting or gone."), field="doing")
        page = request.POST.get("page", "")
        if not valid_page(page):
            words = _("A page's name is up to 32 of the letters 0-9 and a-f.")
            raise HelpdeskError("bad_presence", words, field="page")
        note_presence(ticket_id, request.actor, Doing(doing), page)
        if doing == Doing.GONE:
            return HttpResponse(status=204)
    return render(request, "tickets/_presence.html", {"others": others_on(ticket_id, request.actor)})
