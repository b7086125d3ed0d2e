"""Settings pages for integrations: programs of the house, with a role and teams of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agents import integrations
from agents.decorators import needs
from agents.models import ApiToken, Service
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from agents.token_forms import NewServiceForm, RightsForm, ServiceTokenForm
from helpdesk.lib.errors import HelpdeskError


@needs(Permission.MANAGE_AGENTS)
@require_http_methods(["GET", "POST"])
def service_list(request: AgentRequest) -> HttpResponse:
    """The answer to the form shows the secret; nothing keeps it."""
    form, secret = NewServiceForm(posted(request)), ""
    if request.method == "POST" and form.is_valid():
        try:
            _made, secret = integrations.make_with_token(
                request.actor, name=form.cleaned_data["name"], **form.rights(), **form.terms()
            )
        except HelpdeskError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            form = NewServiceForm()
    context = {"form": form, "secret": secret, "docs": reverse("api:docs"), "services": Service.objects.for_settings()}
    return render(request, "agents/services.html", context, status=422 if form.errors else 201 if secret else 200)


@needs(Permission.MANAGE_AGENTS)
@require_http_methods(["GET", "POST"])
def service(request: AgentRequest, service_id: int) -> HttpResponse:
    shown = integrations.found(service_id, request.actor)
    form = RightsForm(posted(request), initial=_rights_of(shown))
    if request.method == "POST" and form.is_valid():
        try:
            integrations.edit_service(service_id, request.actor, **form.rights())
        except HelpdeskError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("What the integration may do is saved. It counts from its next request on."))
            return redirect("agents:service", service_id)
    return _page(request, shown, rights=form, status=422 if form.errors else 200)


@needs(Permission.MANAGE_AGENTS)
@require_POST
def make_token(request: AgentRequest, service_id: int) -> HttpResponse:
    """One more token, shown once."""
    shown, form, secret = integrations.found(service_id, request.actor), ServiceTokenForm(request.POST), ""
    if form.is_valid():
        try:
            _token, secret = integrations.make_service_token(service_id, request.actor, **form.terms())
        except HelpdeskError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            form = ServiceTokenForm()
    return _page(request, shown, token=form, secret=secret, status=201 if secret else 422)


@needs(Permission.MANAGE_AGENTS)
@require_POST
def end(request: AgentRequest, service_id: int) -> HttpResponse:
    ended = integrations.end_service(service_id, request.actor)
    words = _("The integration “%(name)s” is ended: none of its tokens works any more.")
    messages.success(request, words % {"name": ended.account.name})
    return redirect("agents:services")


def _page(
    request: AgentRequest,
    shown: Service,
    *,
    rights: RightsForm | None = None,
    token: ServiceTokenForm | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    at, rows = now(), ApiToken.objects.filter(agent=shown.account, revoked_at=None).select_related("agent")
    context = {
        "service": shown,
        "rights": rights or RightsForm(initial=_rights_of(shown)),
        "token_form": token or ServiceTokenForm(),
        "secret": secret,
        "tokens": [(row, row.works(at)) for row in rows.order_by("-pk")],
    }
    return render(request, "agents/service.html", context, status=status)


def _rights_of(shown: Service) -> dict[str, Any]:
    teams = [team.pk for team in shown.teams.all()]
    return {"role": shown.account.role, "teams": teams, "files_for_customers": shown.files_for_customers}
