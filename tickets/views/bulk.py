"""One gesture on all chosen tickets of a list; each is its own transaction, and refusals are told by number."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from agents.decorators import signed_in
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import number_in
from tickets.actions import Action, AssignTo, SetPriority, SetStatus
from tickets.models import Priority, Status, Ticket
from tickets.perform import perform_each

AT_ONCE = 50


@require_POST
@signed_in
def bulk(request: AgentRequest) -> HttpResponse:
    """`ticket` names the chosen, `do` what happens to them: "status:solved", "priority:high" or "assign:me"."""
    request.actor.require(Permission.EDIT)
    action = _action(request, request.POST.get("do", ""))
    given = [key for key in map(number_in, request.POST.getlist("ticket")[:AT_ONCE]) if key is not None]
    seen = Ticket.objects.visible_to(request.actor).filter(pk__in=given).values_list("pk", flat=True)
    done, refused = perform_each(list(seen), action, by=request.actor, via="bulk")
    if done:
        said = ngettext("%(n)d ticket was changed.", "%(n)d tickets were changed.", len(done))
        messages.success(request, said % {"n": len(done)})
    for pk, error in refused.items():
        messages.warning(request, _("#%(number)d was not changed: %(why)s") % {"number": pk, "why": error})
    if not done and not refused:
        messages.warning(request, _("Choose tickets first."))
    return redirect(_back(request))


def _action(request: AgentRequest, wanted: str) -> Action:
    what, _colon, value = wanted.partition(":")
    if what == "status" and value in Status.values:
        return SetStatus(value)
    if what == "priority" and value in dict(Priority.slugs()):
        return SetPriority(value)
    if wanted == "assign:me":
        return AssignTo(request.actor.id)
    raise HelpdeskError("bad_choice", _("Choose what to do from the menu."), field="do")


def _back(request: AgentRequest) -> str:
    """To the list one came from: only the query of its address is taken over, so this leads nowhere else."""
    target = f"{reverse('tickets:inbox')}?{request.POST.get('list', '')[:2000]}"
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else reverse("tickets:inbox")
