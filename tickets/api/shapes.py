"""How tickets, messages, events and files are shown to programs: explicit and shallow."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from tickets.models import Channel, Message, Priority, Status, TicketType

EXPANDABLE = ("requester", "organization", "team", "assignee")
PRIORITIES = [(item.slug, item.slug) for item in Priority]


class PersonRef(serializers.Serializer[Any]):
    """A customer, as far as a ticket names one."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="display_name")
    email = serializers.CharField()


class NamedRef(serializers.Serializer[Any]):
    """A team, an agent or an organisation, as far as a ticket names one."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class TicketShape(serializers.Serializer[Any]):
    """A ticket. `requester`, `organization`, `team` and `assignee` are there when `expand` asks for them; with
    `fields` only what it names."""

    id = serializers.IntegerField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    priority = serializers.ChoiceField(choices=PRIORITIES, source="priority_slug")
    type = serializers.ChoiceField(choices=TicketType.choices)
    channel = serializers.ChoiceField(choices=Channel.choices)
    language = serializers.CharField()
    requester_id = serializers.IntegerField()
    organization_id = serializers.IntegerField(allow_null=True)
    team_id = serializers.IntegerField(allow_null=True)
    assignee_id = serializers.IntegerField(allow_null=True)
    requester = PersonRef(required=False)
    organization = NamedRef(required=False, allow_null=True)
    team = NamedRef(required=False, allow_null=True)
    assignee = NamedRef(required=False, allow_null=True)
    tags = serializers.SerializerMethodField()
    custom = serializers.DictField(help_text="Custom fields by key; empty ones are absent.")
    excerpt = serializers.CharField(help_text="The beginning of the newest public words.")
    created_at = serializers.DateTimeField()
    activity_at = serializers.DateTimeField()
    waiting_since = serializers.DateTimeField(allow_null=True, help_text="Since when the customer waits for us.")
    solved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    snoozed_until = serializers.DateTimeField(allow_null=True)
    next_due_at = serializers.DateTimeField(allow_null=True, help_text="The earliest due time of its SLA clocks.")
    sla_state = serializers.ChoiceField(choices=["", "running", "paused", "late"])
    escalated_at = serializers.DateTimeField(allow_null=True)
    merged_into_id = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(help_text="Rises with each change; the ETag has it.")
    url = serializers.SerializerMethodField(help_text="The page for people.")

    EXAMPLE = {
        "id": 7,
        "subject": "Invoice 4711 was paid twice",
        "status": "open",
        "priority": "high",
        "type": "question",
        "channel": "api",
        "language": "en",
        "requester_id": 12,
        "organization_id": 3,
        "team_id": 1,
        "assignee_id": None,
        "tags": ["refund"],
        "custom": {"plan": "gold"},
        "excerpt": "We have received your call and look into it.",
        "created_at": "2026-11-22T09:14:03.512000Z",
        "activity_at": "2026-11-22T09:14:03.512000Z",
        "waiting_since": None,
        "solved_at": None,
        "closed_at": None,
        "snoozed_until": None,
        "next_due_at": "2026-11-23T16:00:00Z",
        "sla_state": "running",
        "escalated_at": None,
        "merged_into_id": None,
        "version": 1,
        "url": "https://desk.example/tickets/7/",
    }

    def get_fields(self) -> dict[str, Any]:
        """Of the schema all of them; of an answer what was asked for."""
        fields: dict[str, Any] = super().get_fields()
        if not self.context.get("asked"):
            return fields
        only, expand = self.context["only"], self.context["expand"]
        return {
            name: field
            for name, field in fields.items()
            if (name in expand if name in EXPANDABLE else not only or name in only)
        }

    def get_tags(self, ticket: Any) -> list[str]:
        return [tag.name for tag in ticket.tags.all()]

    def get_url(self, ticket: Any) -> str:
        return f"{self.context.get('base', '')}{reverse('tickets:detail', args=(ticket.pk,))}"


class FileShape(serializers.Serializer[Any]):
    """A file. `key` names it when it is sent with a message, and leads to its content."""

    key = serializers.CharField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(source="blob.size")
    inline = serializers.BooleanField()
    created_at = serializers.DateTimeField()

    EXAMPLE = {
        "key": "q8ucuNepYwmtjZJ9NR-jLWatseo",
        "name": "invoice.pdf",
        "content_type": "application/pdf",
        "size": 18304,
        "inline": False,
        "created_at": "2026-11-22T09:14:03.512000Z",
    }


class MessageShape(serializers.Serializer[Any]):
    """A message. `html` is sanitised; `text` is Markdown when an agent wrote it."""

    id = serializers.IntegerField()
    ticket_id = serializers.IntegerField()
    public = serializers.BooleanField()
    author_kind = serializers.ChoiceField(choices=Message.Author.choices)
    author_name = serializers.CharField()
    agent_id = serializers.IntegerField(allow_null=True)
    customer_id = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    html = serializers.CharField()
    quoted_text = serializers.CharField()
    signature = serializers.CharField()
    from_address = serializers.CharField()
    sender_verified = serializers.BooleanField(allow_null=True)
    to = serializers.ListField(
        child=serializers.CharField(), help_text="To whom an answer is mailed; empty: to nobody, who has no address."
    )
    cc = serializers.ListField(child=serializers.CharField())
    filed_by_name = serializers.CharField(help_text="Which integration filed what the customer wrote; mostly empty.")
    external_id = serializers.CharField(help_text="The external_message_id under which it was filed.")
    warnings = serializers.ListField(child=serializers.CharField())
    attachments = FileShape(many=True)
    created_at = serializers.DateTimeField()
    deliver_after = serializers.DateTimeField(allow_null=True, help_text="Until then it can be taken back.")
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    redacted_at = serializers.DateTimeField(allow_null=True)

    EXAMPLE = {
        "id": 31,
        "ticket_id": 7,
        "public": True,
        "author_kind": "agent",
        "author_name": "Ana",
        "agent_id": 2,
        "customer_id": None,
        "text": "The money is on its way.",
        "html": "<p>The money is on its way.</p>",
        "quoted_text": "",
        "signature": "",
        "from_address": "",
        "sender_verified": None,
        "to": ["kim@alpha.example"],
        "cc": [],
        "filed_by_name": "",
        "external_id": "",
        "warnings": [],
        "attachments": [FileShape.EXAMPLE],
        "created_at": "2026-11-22T09:20:41.000000Z",
        "deliver_after": "2026-11-22T09:20:51.000000Z",
        "withdrawn_at": None,
        "redacted_at": None,
    }


class EventShape(serializers.Serializer[Any]):
    """A fact: what happened, from what, to what; with the gesture of which it was a part."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]
    ticket_id = serializers.IntegerField(source="change.ticket_id")
    change_id = serializers.IntegerField()
    root_change_id = serializers.IntegerField(source="change.root_id", allow_null=True)
    actor_kind = serializers.ChoiceField(choices=["agent", "service", "customer", "system"], source="change.actor_kind")
    actor_id = serializers.IntegerField(source="change.actor_id", allow_null=True)
    actor_name = serializers.CharField(source="change.actor_name")
    via = serializers.CharField(source="change.via")
    version = serializers.IntegerField(source="change.version")
    at = serializers.DateTimeField(source="change.created_at")

    EXAMPLE = {
        "id": 90210,
        "kind": "status_changed",
        "data": {"from": "open", "to": "solved"},
        "ticket_id": 7,
        "change_id": 4712,
        "root_change_id": None,
        "actor_kind": "agent",
        "actor_id": 2,
        "actor_name": "Ana",
        "via": "api",
        "version": 2,
        "at": "2026-11-22T09:20:41.000000Z",
    }


class TagShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()

    EXAMPLE = {"id": 4, "name": "refund"}
