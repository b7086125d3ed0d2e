"""Tying a ticket to another, calling it a duplicate, and solving children together with their parent."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from agents.decorators import signed_in
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import Said, number_in
from tickets.linking import link_tickets, mark_duplicate, solve_with_children, unlink_tickets
from tickets.models import Ticket
from tickets.views.answers import changed


@require_POST
@signed_in
def links(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Tie this ticket to another by its number, or untie them. `kind` is read from this ticket's side; "child" and
    "original" are the far sides of parent and duplicate."""
    Ticket.objects.get_visible(ticket_id, request.actor)
    given = request.POST.getlist("number")  # the field, and the button of a ticket that was found
    number = number_in(given[-1].strip().lstrip("#")) if given else None
    if number is None:
        raise HelpdeskError("no_such_ticket", _("Choose a ticket, or enter its number."), field="link")
    kind = request.POST.get("kind", "related")
    far = bool(request.POST.get("far")) or kind == "child"
    kind = "parent" if kind == "child" else kind
    ends = (number, ticket_id) if far else (ticket_id, number)
    said = None
    if request.POST.get("remove"):
        unlink_tickets(*ends, kind, by=request.actor, via="web")
    elif kind == "duplicate" and request.POST.get("solve"):
        mark_duplicate(ticket_id, number, by=request.actor, via="web")
        said = Said(_("Marked as a duplicate of #%(number)s and solved.") % {"number": number})
    else:
        link_tickets(*ends, kind, by=request.actor, via="web")
    return changed(request, ticket_id, said=said)


@require_POST
@signed_in
def children(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Solve this ticket, unless it is, and each of its children that is still open."""
    solved, refused = solve_with_children(ticket_id, by=request.actor, via="web")
    words = [ngettext("%(n)d child was solved.", "%(n)d children were solved.", len(solved)) % {"n": len(solved)}]
    words += [f"#{number}: {error}" for number, error in list(refused.items())[:5]]
    return changed(request, ticket_id, said=Said(" ".join(words), error=bool(refused)))
