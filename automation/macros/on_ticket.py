"""Macros on the page of a ticket: which there are, what one would do here, and doing it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from automation.macros.foretelling import foretell
from automation.macros.model import Macro
from automation.macros.verbs import ApplyMacro, usable_macro
from helpdesk.lib.errors import HelpdeskError, Stale
from helpdesk.lib.http import Said, is_fragment, number_in
from tickets.drafts import forget_macro
from tickets.forms import GestureForm
from tickets.models import Ticket
from tickets.views.answers import changed
from tickets.views.gestures import is_out_of_sight, moved_away, perform_fresh
from tickets.views.written import in_copy

MOST = 300


@require_safe
@needs(Permission.REPLY, Permission.NOTE)
def offered(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Those that the reader may apply: as a menu of the composer, or as a page of its own."""
    ticket = Ticket.objects.get_visible(ticket_id, request.actor)
    rows = Macro.objects.visible_to(request.actor).usable().in_order()[:MOST]
    template = "macros/_menu.html" if is_fragment(request) else "macros/offered.html"
    return render(request, template, {"ticket": ticket, "macros": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REPLY, Permission.NOTE)
def one(request: AgentRequest, ticket_id: int, macro_id: int) -> HttpResponse:
    """What it would do; a POST does it, without its words. `?chosen=1`: its words stand in the composer already."""
    rows = Ticket.objects.select_related("requester", "organization", "team")
    ticket = rows.get_visible(ticket_id, request.actor)
    macro = usable_macro(macro_id, request.actor)
    if request.method == "POST":
        return _applied(request, ticket, macro)
    foretold = foretell(macro, ticket, request.user, request.actor)
    context: dict[str, Any] = {"ticket": ticket, "macro": macro, "foretold": foretold, "words": foretold.words.text}
    if is_fragment(request):
        context["inserts"] = bool(macro.body) and not request.GET.get("chosen")
        return render(request, "macros/_chosen.html", context)
    context |= {"gesture": uuid4().hex, "to": ticket.requester.email, "cc": ", ".join(in_copy(ticket))}
    return render(request, "macros/one.html", context)


def _applied(request: AgentRequest, ticket: Ticket, macro: Macro) -> HttpResponse:
    """One press, one Change; a macro that says something is sent by the composer."""
    if macro.body:
        raise HelpdeskError("has_words", _("Its text is sent with the composer."), field="macro")
    data = {**GestureForm(request.POST).checked(), "macro": True}
    action = ApplyMacro(macro.pk, version=number_in(request.POST.get("macro", "").partition(":")[2]))
    try:
        done = perform_fresh(request, ticket.pk, [action], data)
    except Stale as error:
        if not is_fragment(request):
            raise
        return changed(request, ticket.pk, said=Said(str(error), error=True), status=409)
    forget_macro(ticket.pk, request.actor)
    if is_out_of_sight(request, ticket.pk):
        return moved_away(request)
    words = _("“%(name)s” was applied.") if done else _("“%(name)s” found everything so already.")
    answered = changed(request, ticket.pk, said=Said(words % {"name": macro.name}))
    if is_fragment(request):
        answered.content += b'<div id="composer-macro" hx-swap-oob="true"></div>'
    return answered
