"""Webhooks for programs: whoever may have them sets up, tests and changes them, and reads what was delivered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.door import Door
from agents.models import ApiToken
from helpdesk.lib.errors import Denied
from helpdesk.lib.rest.documenting import PAGING, listed, operation, text
from helpdesk.lib.rest.paging import PARAMETERS, page
from helpdesk.lib.rest.shapes import chosen, expect_parameters, key_in, read_body
from helpdesk.lib.rest.single import versioned
from helpdesk.lib.rest.versions import asked_version, etag, version_of
from webhooks import administration, payloads, signing_secrets, switching, terms
from webhooks.api.shapes import (
    CountShape,
    DeliveryShape,
    NewWebhook,
    Span,
    WebhookEdit,
    WebhookShape,
    WholeDeliveryShape,
    WithSecretShape,
)
from webhooks.models import Webhook, WebhookDelivery

EXAMPLE = {
    "name": "Warehouse",
    "url": "https://example.com/hooks/desk",
    "kinds": ["opened", "message_added"],
    "query": "is:open",
}


class AdminDoor(Door):
    """Reading needs the scope admin too: the log shows what receivers answer."""

    scope = ApiToken.Scope.ADMIN

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if isinstance(request.auth, ApiToken) and not request.auth.allows(self.scope):
            raise Denied(
                "scope", _("This token may not do this; it needs the scope “%(scope)s”.") % {"scope": self.scope}
            )
        self.actor.require(administration.MAY)


class Webhooks(AdminDoor):
    in_one_commit = False  # the name server is asked first

    @operation(
        "List webhooks", answers={200: listed(WebhookShape, "WebhookPage")}, parameters=PAGING, name="webhooks_list"
    )
    def get(self, request: Request) -> Response:
        expect_parameters(request, PARAMETERS)
        return page(request, Webhook.objects.all(), lambda rows: list(WebhookShape(rows, many=True).data))

    @operation(
        "Make a webhook",
        answers={201: WithSecretShape},
        takes=NewWebhook,
        example=EXAMPLE,
        writes=True,
        sends=["ETag"],
        name="webhooks_create",
    )
    def post(self, request: Request) -> Response:
        """It belongs to whoever makes it. Keep the secret: it is shown once."""
        expect_parameters(request, ())
        values = administration.read_new(self.actor, read_body(NewWebhook, request))
        return self.together(lambda: _with_secret(*administration.make_read(self.actor, values), 201))


class OneWebhook(AdminDoor):
    @operation("Get a webhook", answers={200: WebhookShape}, sends=["ETag"], name="webhooks_get")
    def get(self, request: Request, webhook_id: int) -> Response:
        expect_parameters(request, ())
        return _shown(administration.found(webhook_id, self.actor))

    @operation(
        "Change a webhook, switch it on or off",
        answers={200: WebhookShape},
        takes=WebhookEdit,
        example={"kinds": ["opened", "status_changed"], "active": True},
        writes=True,
        versioned=True,
        keyed=False,
        name="webhooks_update",
    )
    def patch(self, request: Request, webhook_id: int) -> Response:
        expect_parameters(request, ())
        given = read_body(WebhookEdit, request)
        active = given.pop("active", None)
        # Its address is looked up here, which no lock may wait for.
        values = terms.read(given, administration.found(webhook_id, self.actor))
        with transaction.atomic():
            webhook = administration.held(webhook_id, self.actor)
            asked_version(request, _version(webhook))
            administration.write(webhook, self.actor, values)
            if active is True:
                switching.switch_on(webhook, self.actor)
            elif active is False:
                switching.switch_off(webhook, Webhook.Off.BY_HAND, self.actor)
        return _shown(administration.found(webhook_id, self.actor))

    @operation("Remove a webhook with its log", answers={204: None}, writes=True, keyed=False, name="webhooks_delete")
    def delete(self, request: Request, webhook_id: int) -> Response:
        expect_parameters(request, ())
        administration.remove(administration.found(webhook_id, self.actor), self.actor)
        return Response(status=204)


class Test(AdminDoor):
    in_one_commit = False  # it goes outward

    @operation(
        "Send a test to a webhook", answers={201: WholeDeliveryShape}, writes=True, sends=["ETag"], name="webhooks_test"
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        """Sent before this answers, once, also while the webhook is off."""
        expect_parameters(request, ())
        delivery = administration.test(administration.found(webhook_id, self.actor), self.actor)
        return versioned(_whole(delivery), 201)


class Secret(AdminDoor):
    @operation(
        "Make a new secret for a webhook",
        answers={201: WithSecretShape},
        writes=True,
        sends=["ETag"],
        name="webhooks_secret_create",
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        """For 24 hours everything is signed with the old one as well."""
        expect_parameters(request, ())
        secret = signing_secrets.new_secret(administration.found(webhook_id, self.actor), self.actor)
        return _with_secret(administration.found(webhook_id, self.actor), secret, 201)


class Deliveries(AdminDoor):
    @operation(
        "List the deliveries of a webhook",
        answers={200: listed(DeliveryShape, "DeliveryPage")},
        parameters=[
            text("state", "In this state.", enum=[str(value) for value in WebhookDelivery.State.values]),
            text("ticket_id", "Of this ticket."),
            *PAGING,
        ],
        name="webhook_deliveries_list",
    )
    def get(self, request: Request, webhook_id: int) -> Response:
        """Newest first, as far back as the log is kept."""
        expect_parameters(request, ("state", "ticket_id", *PARAMETERS))
        webhook = administration.found(webhook_id, self.actor)
        rows = WebhookDelivery.objects.visible_to(self.actor).filter(webhook=webhook)
        if (state := chosen(request, "state", WebhookDelivery.State.values)) is not None:
            rows = rows.filter(state=state)
        if (ticket_id := key_in(request, "ticket_id")) is not None:
            rows = rows.filter(ticket_id=ticket_id)
        return page(request, rows, _deliveries, ascending=False)


class OneDelivery(AdminDoor):
    @operation(
        "Get a delivery with its log", answers={200: WholeDeliveryShape}, sends=["ETag"], name="webhook_deliveries_get"
    )
    def get(self, request: Request, webhook_id: int, delivery_id: int) -> Response:
        expect_parameters(request, ())
        webhook = administration.found(webhook_id, self.actor)
        return versioned(_whole(administration.found_delivery(webhook, delivery_id, self.actor)))


class Again(AdminDoor):
    @operation(
        "Send a delivery again",
        answers={200: WholeDeliveryShape},
        writes=True,
        sends=["ETag"],
        name="webhook_deliveries_again",
    )
    def post(self, request: Request, webhook_id: int, delivery_id: int) -> Response:
        """One that ended, under the same webhook-id; it is tried for 24 hours again."""
        expect_parameters(request, ())
        webhook = administration.found(webhook_id, self.actor)
        delivery = administration.found_delivery(webhook, delivery_id, self.actor)
        return versioned(_whole(administration.send_again(delivery, self.actor)))


class RangeAgain(AdminDoor):
    @operation(
        "Send a range of deliveries again",
        answers={200: CountShape},
        takes=Span,
        example={"since": "2026-11-01T00:00:00Z", "until": "2026-11-02T00:00:00Z", "states": ["failed"]},
        writes=True,
        name="webhook_deliveries_range_again",
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        expect_parameters(request, ())
        webhook = administration.found(webhook_id, self.actor)
        count = administration.send_range_again(webhook, self.actor, **read_body(Span, request))
        return Response({"count": count})


SETTLED = ("id", "name", "url", "kinds", "query", "owner_id", "active")
"""What people and programs decide; how its deliveries go alters the rest by itself, and is no reason to refuse."""


def _version(webhook: Webhook) -> int:
    told = WebhookShape(webhook).data
    return version_of({name: told[name] for name in SETTLED})


def _shown(webhook: Webhook) -> Response:
    return Response(WebhookShape(webhook).data, headers={"ETag": etag(_version(webhook))})


def _with_secret(webhook: Webhook, secret: str, status: int) -> Response:
    """What an Idempotency-Key keeps of it does not hold the secret."""
    told = dict(WebhookShape(webhook).data)
    response = Response(told | {"secret": secret}, status=status, headers={"ETag": etag(_version(webhook))})
    response.kept = told | {"secret": None}  # type: ignore[attr-defined]
    return response


def _deliveries(rows: Sequence[WebhookDelivery]) -> list[Any]:
    return list(DeliveryShape(rows, many=True).data)


def _whole(delivery: WebhookDelivery) -> dict[str, Any]:
    known: dict[str, Any] = {name: getattr(delivery, name) for name in map(str, DeliveryShape().fields)}
    known |= {"body": payloads.told(delivery), "log": list(delivery.log.all())}
    return dict(WholeDeliveryShape(known).data)
