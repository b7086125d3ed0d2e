"""The body of a delivery: the Event as the event feed tells it, written anew from the row each time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rest_framework.utils.encoders import JSONEncoder

from tickets.told_events import moment, tell_event

if TYPE_CHECKING:
    from webhooks.models import WebhookDelivery

TEST = "webhook_test"
"""The kind of what the test button sends; there is no such Event, so `id`, `ticket_id` and `change_id` are null."""


def told(delivery: WebhookDelivery) -> dict[str, Any]:
    """What the receiver is told; the same fields as one of the items of /api/v1/events/."""
    if delivery.event is not None:
        return tell_event(delivery.event, delivery.event.change)
    who = delivery.asked_by
    return {
        "id": None,
        "kind": TEST,
        "data": {"webhook": delivery.webhook.name},
        "ticket_id": None,
        "change_id": None,
        "root_change_id": None,
        "actor_kind": ("service" if who.is_service else "agent") if who else "system",
        "actor_id": who.pk if who else None,
        "actor_name": who.name if who else "",
        "via": "test",
        "version": None,
        "at": moment(delivery.created_at),
    }


def body(delivery: WebhookDelivery) -> bytes:
    return json.dumps(told(delivery), cls=JSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()
