"""How webhooks and their deliveries are shown to programs, and what may be said about them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from helpdesk.lib.outward_targets import LONGEST_URL
from helpdesk.lib.rest.shapes import Flag, Slug, Strict, Text
from webhooks.models import WebhookDelivery

STATE = WebhookDelivery.State


class WebhookShape(serializers.Serializer[Any]):
    """A receiver. It is told of what its owner sees."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField(), help_text="Kinds of events; empty means all.")
    query = serializers.CharField(help_text="Of which tickets, in the language of the pages; empty means all.")
    owner_id = serializers.IntegerField()
    active = serializers.BooleanField()
    off_because = serializers.CharField(help_text="by_hand, failing, gone, owner or query; empty while it is active.")
    off_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True, help_text="Whatever was sent since then was in vain.")
    old_secret_until = serializers.DateTimeField(allow_null=True, help_text="Until then secrets before sign too.")
    created_at = serializers.DateTimeField()

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "id": 3,
        "name": "Warehouse",
        "url": "https://example.com/hooks/desk",
        "kinds": ["opened", "message_added"],
        "query": "is:open",
        "owner_id": 1,
        "active": True,
        "off_because": "",
        "off_at": None,
        "failing_since": None,
        "old_secret_until": None,
        "created_at": "2026-11-02T09:14:00Z",
    }


class WithSecretShape(WebhookShape):
    """A webhook whose secret was just made."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        **WebhookShape.EXAMPLE,
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
    }

    secret = serializers.CharField(
        allow_null=True, help_text="whsec_ and base64. Shown in this answer only; null when the answer is repeated."
    )


class NewWebhook(Strict):
    """`url` leads to a public host by https. Without `kinds` it is told of all events, without `query` of all
    tickets."""

    name = Text(max_length=80)
    url = Text(max_length=LONGEST_URL)
    kinds = serializers.ListField(child=Text(max_length=30), required=False, max_length=200)
    query = Text(max_length=2000, allow_blank=True, required=False)


class WebhookEdit(NewWebhook):
    """What may be changed; what is left out stays. `active` switches it on, from now on, or off."""

    active = Flag()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partial = True


class DeliveryShape(serializers.Serializer[Any]):
    """One event for one webhook."""

    id = serializers.IntegerField()
    webhook_id = serializers.IntegerField()
    message_id = serializers.CharField(help_text="The header webhook-id; the same for every attempt.")
    event_id = serializers.IntegerField(allow_null=True, help_text="null for a test.")
    ticket_id = serializers.IntegerField(allow_null=True)
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=STATE.choices)
    attempts = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text="Of the last attempt; null if no answer came.")
    reason = serializers.CharField(
        help_text="Why the last attempt was in vain: timeout, connection, tls, answer, refused, status, secret_lost,"
        " interrupted; or why there was none: unseen, off."
    )
    due_at = serializers.DateTimeField(help_text="While it is queued: when the next attempt is made.")
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "id": 512,
        "webhook_id": 3,
        "message_id": "evt_3_9001",
        "event_id": 9001,
        "ticket_id": 7,
        "kind": "opened",
        "state": "sent",
        "attempts": 1,
        "status": 204,
        "reason": "",
        "due_at": "2026-11-02T09:20:01Z",
        "created_at": "2026-11-02T09:20:01Z",
        "ended_at": "2026-11-02T09:20:02Z",
    }


class AttemptShape(serializers.Serializer[Any]):
    """One request and what came back; of the body the first 4096 bytes."""

    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    url = serializers.CharField()
    duration_ms = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    answer_headers = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    answer_text = serializers.CharField()


class WholeDeliveryShape(DeliveryShape):
    """A delivery with what is sent and every attempt."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        **DeliveryShape.EXAMPLE,
        "body": {
            "id": 9001,
            "kind": "opened",
            "data": {},
            "ticket_id": 7,
            "change_id": 4100,
            "root_change_id": None,
            "actor_kind": "customer",
            "actor_id": 12,
            "actor_name": "Kim Larsen",
            "via": "email",
            "version": 1,
            "at": "2026-11-02T09:20:00Z",
        },
        "log": [
            {
                "number": 1,
                "at": "2026-11-02T09:20:01Z",
                "url": "https://example.com/hooks/desk",
                "duration_ms": 84,
                "status": 204,
                "reason": "",
                "answer_headers": [["Server", "example"]],
                "answer_text": "",
            }
        ],
    }

    body = serializers.DictField(help_text="An item of the event feed.")
    log = AttemptShape(many=True)


class Span(Strict):
    """What was first owed from `since` until before `until`, and ended in one of `states`."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    states = serializers.ListField(
        child=Slug(choices=[STATE.SENT, STATE.FAILED, STATE.DROPPED]),
        required=False,
        allow_empty=False,
        max_length=3,
        help_text="Without it: failed and dropped.",
    )


class CountShape(serializers.Serializer[Any]):
    """How many."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"count": 12}

    count = serializers.IntegerField()
