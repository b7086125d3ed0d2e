"""The log of a webhook: its deliveries, one of them with each attempt, and sending again."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from rest_framework.utils.encoders import JSONEncoder

from agents.decorators import needs
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import Said, answer, number_in
from helpdesk.lib.keyset import paginate
from webhooks import administration, payloads
from webhooks.forms import RangeForm
from webhooks.models import WebhookDelivery
from webhooks.querysets import DeliveryQuerySet

ROWS = 50


@require_safe
@needs(administration.MAY)
def listing(request: AgentRequest, webhook_id: int) -> HttpResponse:
    """Newest first; `state` and `ticket` choose."""
    found = administration.found(webhook_id, request.actor)
    rows: DeliveryQuerySet = WebhookDelivery.objects.visible_to(request.actor).filter(webhook=found)
    kept: dict[str, str] = {}
    state, ticket = request.GET.get("state", ""), number_in(request.GET.get("ticket"))
    if state in WebhookDelivery.State.values:
        rows, kept = rows.filter(state=state), {"state": state}
    if ticket is not None:
        rows, kept = rows.filter(ticket_id=ticket), {**kept, "ticket": str(ticket)}
    page = paginate(rows, by="id", limit=ROWS, older=request.GET.get("older"), newer=request.GET.get("newer"))
    context = {
        "webhook": found,
        "deliveries": page.rows,
        "older": page.older and "?" + urlencode({**kept, "older": page.older}),
        "newer": page.newer and "?" + urlencode({**kept, "newer": page.newer}),
        "kept": kept,
        "states": WebhookDelivery.State.choices,
        "form": RangeForm(initial={"which": "failed"}),
    }
    return render(request, "webhooks/deliveries.html", context)


@require_safe
@needs(administration.MAY)
def one(request: AgentRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    found = administration.found(webhook_id, request.actor)
    delivery = administration.found_delivery(found, delivery_id, request.actor)
    body = json.dumps(payloads.told(delivery), cls=JSONEncoder, ensure_ascii=False, indent=2)
    context = {"webhook": found, "delivery": delivery, "body": body, "attempts": list(delivery.log.all())[::-1]}
    return render(request, "webhooks/delivery.html", context)


@require_POST
@needs(administration.MAY)
def again(request: AgentRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    found = administration.found(webhook_id, request.actor)
    to = reverse("webhooks:delivery", args=[webhook_id, delivery_id])
    delivery = administration.found_delivery(found, delivery_id, request.actor)
    try:
        administration.send_again(delivery, request.actor)
    except HelpdeskError as error:
        return answer(request, "", {}, to=to, said=Said(str(error), error=True))
    return answer(request, "", {}, to=to, said=Said(_("The delivery is sent again.")))


@require_POST
@needs(administration.MAY)
def range_again(request: AgentRequest, webhook_id: int) -> HttpResponse:
    found = administration.found(webhook_id, request.actor)
    form, to = RangeForm(request.POST), reverse("webhooks:deliveries", args=[webhook_id])
    if not form.is_valid():
        return answer(request, "", {}, to=to, said=Said(_("Say from when until when."), error=True))
    try:
        count = administration.send_range_again(found, request.actor, *form.span(), form.states())
    except HelpdeskError as error:
        return answer(request, "", {}, to=to, said=Said(str(error), error=True))
    said = ngettext("%(n)d delivery is sent again.", "%(n)d deliveries are sent again.", count) % {"n": count}
    return answer(request, "", {}, to=to, said=Said(said))
