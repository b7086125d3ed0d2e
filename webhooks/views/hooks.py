"""The list of webhooks with their health, and one of them: its form, secret, switch and test."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.decorators import needs
from agents.requests import AgentRequest, posted
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import Said, answer
from webhooks import administration, signing_secrets, switching
from webhooks.forms import WebhookForm
from webhooks.models import Webhook, WebhookDelivery


@require_safe
@needs(administration.MAY)
def listing(request: AgentRequest) -> HttpResponse:
    return render(request, "webhooks/list.html", {"webhooks": Webhook.objects.for_settings()})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(administration.MAY)
def new(request: AgentRequest) -> HttpResponse:
    """The answer to the form shows the secret; nothing keeps it readable, so no reload shows it again."""
    form = WebhookForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = administration.make(request.actor, form.cleaned_data)
        except HelpdeskError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            made = administration.found(made.pk, request.actor)
            return _page(request, WebhookForm(None, made), made, secret, status=201)
    return _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(administration.MAY)
def webhook(request: AgentRequest, webhook_id: int) -> HttpResponse:
    found = administration.found(webhook_id, request.actor)
    form = WebhookForm(posted(request), found)
    if request.method == "POST" and form.is_valid():
        try:
            administration.change(found, request.actor, form.cleaned_data)
        except HelpdeskError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return _back(request, found, Said(_("The webhook was saved.")))
    return _page(request, form, found)


@require_POST
@needs(administration.MAY)
def secret(request: AgentRequest, webhook_id: int) -> HttpResponse:
    found = administration.found(webhook_id, request.actor)
    made = signing_secrets.new_secret(found, request.actor)
    found = administration.found(webhook_id, request.actor)
    return _page(request, WebhookForm(None, found), found, made, status=201)


@require_POST
@needs(administration.MAY)
def switch(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """On if it is off, off if it is on; the field `to` says which, so that a second press does nothing."""
    found = administration.found(webhook_id, request.actor)
    if request.POST.get("to") == "on":
        try:
            switching.switch_on(found, request.actor)
        except HelpdeskError as error:
            return _back(request, found, Said(str(error), error=True))
        return _back(request, found, Said(_("The webhook is on; it is told what happens from now on.")))
    switching.switch_off(found, Webhook.Off.BY_HAND, request.actor)
    return _back(request, found, Said(_("The webhook is off.")))


@require_POST
@needs(administration.MAY)
def test(request: AgentRequest, webhook_id: int) -> HttpResponse:
    delivery = administration.test(administration.found(webhook_id, request.actor), request.actor)
    if delivery.state == WebhookDelivery.State.SENT:
        said = Said(_("The receiver accepted the test."))
    else:
        said = Said(_("The receiver did not accept the test: see below."), error=True)
    return answer(request, "", {}, to=reverse("webhooks:delivery", args=[webhook_id, delivery.pk]), said=said)


@require_POST
@needs(administration.MAY)
def remove(request: AgentRequest, webhook_id: int) -> HttpResponse:
    found = administration.found(webhook_id, request.actor)
    administration.remove(found, request.actor)
    said = Said(_("%(name)s was removed.") % {"name": found.name})
    return answer(request, "", {}, to=reverse("webhooks:list"), said=said)


def _back(request: AgentRequest, found: Webhook, said: Said) -> HttpResponse:
    return answer(request, "", {}, to=reverse("webhooks:webhook", args=[found.pk]), said=said)


def _page(
    request: AgentRequest, form: WebhookForm, found: Webhook | None, secret: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "webhook": found, "secret": secret}
    if found is not None:
        context["deliveries"] = WebhookDelivery.objects.filter(webhook=found).order_by("-pk")[:10]
    return render(request, "webhooks/webhook.html", context, status=422 if form.errors else status)
