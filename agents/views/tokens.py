"""Settings page for API tokens: one's own are made here, and shown once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from agents import tokens
from agents.decorators import signed_in
from agents.models import ApiToken
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from agents.token_forms import TokenForm
from helpdesk.lib.errors import HelpdeskError

SHOWN = 200


@signed_in
@require_http_methods(["GET", "POST"])
def token_list(request: AgentRequest) -> HttpResponse:
    """The answer to the form shows the secret; nothing keeps it, so neither a reload nor Back shows it again."""
    form, secret = TokenForm(posted(request)), ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = tokens.make_token(request.actor, **form.known_as())
        except HelpdeskError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            form = TokenForm()
    everybody = request.actor.can(Permission.MANAGE_AGENTS)
    rows = ApiToken.objects.visible_to(request.actor).filter(revoked_at=None).select_related("agent")
    at = now()
    context = {
        "form": form,
        "secret": secret,
        "docs": reverse("api:docs"),
        "everybody": everybody,
        "mine": ApiToken.objects.filter(agent=request.user, revoked_at=None).count(),
        "tokens": [(token, token.works(at)) for token in rows.order_by("-pk")[:SHOWN]],
    }
    status = 422 if form.errors else 201 if secret else 200
    return render(request, "agents/tokens.html", context, status=status)


@signed_in
@require_POST
def revoke(request: AgentRequest, token_id: int) -> HttpResponse:
    token = tokens.revoke_token(token_id, request.actor)
    messages.success(request, _("The token “%(name)s” does not work any more.") % {"name": token.name})
    return redirect("agents:tokens")


@signed_in
@require_POST
def end_all(request: AgentRequest) -> HttpResponse:
    """End all of one's own tokens, nobody else's."""
    number = tokens.revoke_all(request.user, request.actor)
    words = ngettext("%(number)d token does not work any more.", "%(number)d tokens do not work any more.", number)
    messages.success(request, words % {"number": number})
    return redirect("agents:tokens")
