"""Settings page for API tokens: one's own are made here, and shown once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from agents import tokens
from agents.decorators import signed_in
from agents.models import ApiToken
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from helpdesk.lib.errors import HelpdeskError

SHOWN = 200


# What only integrations are given (agents/views/integrations.py).
PERSONAL_SCOPES = [(value, label) for value, label in ApiToken.Scope.choices if value != ApiToken.Scope.FILE]


class TokenTerms(forms.Form):
    """What every token says: what it may do (`scope`, of the form that inherits), and for how long."""

    days = forms.ChoiceField(
        label=gettext_lazy("Works for"),
        choices=[
            ("30", gettext_lazy("30 days")),
            ("90", gettext_lazy("90 days")),
            ("365", gettext_lazy("A year")),
            ("", gettext_lazy("Until it is revoked")),
        ],
        initial="90",
        required=False,
    )

    def terms(self) -> dict[str, Any]:
        data = self.cleaned_data
        expires_at = now() + timedelta(days=int(data["days"])) if data["days"] else None
        return {"scope": data["scope"], "expires_at": expires_at}


class TokenForm(TokenTerms):
    """What a token is for, what it may do, and for how long."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("What it is for, such as “Nightly export”.")
    )
    scope = forms.ChoiceField(label=gettext_lazy("May"), choices=PERSONAL_SCOPES, initial="read")
    field_order = ("name", "scope", "days")

    def known_as(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"], **self.terms()}


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
