"""How clocks, their accounts, escalations, policies and calendars are shown to programs."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from sla.models import ClockState, Escalation, Metric


class ClockShape(serializers.Serializer[Any]):
    """One promise on one ticket. Durations are seconds of the clock's own time."""

    id = serializers.IntegerField()
    ticket_id = serializers.IntegerField()
    metric = serializers.ChoiceField(choices=Metric.choices)
    sequence = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ClockState.choices)
    target_seconds = serializers.IntegerField(allow_null=True)
    policy_version_id = serializers.IntegerField(allow_null=True)
    calendar_version_id = serializers.IntegerField(allow_null=True)
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    satisfied_at = serializers.DateTimeField(allow_null=True)
    breached_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_cause = serializers.CharField()

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "id": 21,
        "ticket_id": 7,
        "metric": "first_response",
        "sequence": 1,
        "state": "running",
        "target_seconds": 14400,
        "policy_version_id": 2,
        "calendar_version_id": 1,
        "started_at": "2026-11-23T09:14:03.512000Z",
        "due_at": "2026-11-23T13:14:03.512000Z",
        "satisfied_at": None,
        "breached_at": None,
        "ended_at": None,
        "ended_cause": "",
    }


class LineShape(serializers.Serializer[Any]):
    """A span of the account: counted, or not because the desk was closed, or because the clock stood."""

    begins = serializers.DateTimeField(source="line.begins")
    ends = serializers.DateTimeField(source="line.ends")
    kind = serializers.ChoiceField(choices=["counted", "closed", "stood"], source="line.kind")
    why = serializers.CharField(source="line.why")
    holiday = serializers.CharField(source="line.holiday")
    seconds = serializers.IntegerField(source="line.seconds")
    total_seconds = serializers.IntegerField(source="line.total")
    goes_on = serializers.BooleanField(source="line.open")
    reason = serializers.SerializerMethodField(help_text="Why a leg began here; null within one.")
    change_id = serializers.SerializerMethodField(help_text="The change that began it.")

    def get_reason(self, entry: Any) -> str | None:
        return str(entry.line.leg.reason) if entry.line.leg else None

    def get_change_id(self, entry: Any) -> int | None:
        return entry.line.leg.change_id if entry.line.leg else None


class AccountShape(ClockShape):
    """A clock with its whole account."""

    used_seconds = serializers.IntegerField()
    left_seconds = serializers.IntegerField(allow_null=True, help_text="Below zero when late; null once it ended.")
    sentence = serializers.CharField(help_text="How it stands, in words.")
    account = LineShape(many=True)

    EXAMPLE = ClockShape.EXAMPLE | {
        "used_seconds": 3600,
        "left_seconds": 10800,
        "sentence": "Due in 3 h",
        "account": [
            {
                "begins": "2026-11-23T09:14:03.512000Z",
                "ends": "2026-11-23T10:14:03.512000Z",
                "kind": "counted",
                "why": "",
                "holiday": "",
                "seconds": 3600,
                "total_seconds": 3600,
                "goes_on": True,
                "reason": "",
                "change_id": 4712,
            }
        ],
    }


class PromisesShape(serializers.Serializer[Any]):
    """Which policy is in force on a ticket, and its clocks: those that go on, then those that ended last."""

    ticket_id = serializers.IntegerField()
    policy_id = serializers.IntegerField(allow_null=True)
    policy_name = serializers.CharField(allow_null=True)
    policy_version = serializers.IntegerField(allow_null=True)
    by_hand = serializers.BooleanField()
    read_at = serializers.DateTimeField()
    clocks = AccountShape(many=True)
    more = serializers.BooleanField(help_text="There are older clocks than these.")

    EXAMPLE = {
        "ticket_id": 7,
        "policy_id": 1,
        "policy_name": "Business customers",
        "policy_version": 2,
        "by_hand": False,
        "read_at": "2026-11-23T10:14:03.512000Z",
        "clocks": [AccountShape.EXAMPLE],
        "more": False,
    }


class EscalationShape(serializers.Serializer[Any]):
    """Somebody above was asked to look at a ticket. It is answered by actions on the ticket."""

    id = serializers.IntegerField()
    ticket_id = serializers.IntegerField()
    clock_id = serializers.IntegerField(allow_null=True)
    level = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Escalation.State.choices)
    source = serializers.ChoiceField(choices=Escalation.Source.choices)  # type: ignore[assignment]
    reason = serializers.ChoiceField(choices=Escalation.Reason.choices)
    text = serializers.CharField()
    raised_by_id = serializers.IntegerField(allow_null=True)
    raised_by_name = serializers.CharField()
    owner_id = serializers.IntegerField(allow_null=True)
    team_id = serializers.IntegerField(allow_null=True)
    opened_at = serializers.DateTimeField()
    ack_due = serializers.DateTimeField(allow_null=True)
    acknowledged_by_id = serializers.IntegerField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    closed_by_id = serializers.IntegerField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()
    next_id = serializers.IntegerField(allow_null=True)

    EXAMPLE = {
        "id": 6,
        "ticket_id": 7,
        "clock_id": None,
        "level": 1,
        "state": "open",
        "source": "agent",
        "reason": "other",
        "text": "The customer asks for somebody who decides.",
        "raised_by_id": 2,
        "raised_by_name": "Ana",
        "owner_id": 3,
        "team_id": 1,
        "opened_at": "2026-11-22T09:14:03.512000Z",
        "ack_due": "2026-11-22T10:14:03.512000Z",
        "acknowledged_by_id": None,
        "acknowledged_at": None,
        "closed_by_id": None,
        "closed_at": None,
        "note": "",
        "next_id": None,
    }


class PolicyVersionShape(serializers.Serializer[Any]):
    """What a policy says from a moment on: minutes by metric and priority."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    conditions = serializers.JSONField()
    calendar_id = serializers.IntegerField(allow_null=True)
    targets = serializers.JSONField()
    wall_clock = serializers.JSONField()
    pauses = serializers.JSONField()
    ladder = serializers.JSONField()
    in_force_from = serializers.DateTimeField()


class PolicyShape(serializers.Serializer[Any]):
    """The first active policy whose condition a ticket meets is its own."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    active = serializers.BooleanField()
    version = PolicyVersionShape(allow_null=True)

    EXAMPLE = {
        "id": 1,
        "name": "Business customers",
        "position": 1,
        "active": True,
        "version": {
            "id": 2,
            "number": 2,
            "conditions": {},
            "calendar_id": 1,
            "targets": {"first_response": {"normal": 240}},
            "wall_clock": [],
            "pauses": ["pending"],
            "ladder": [],
            "in_force_from": "2026-11-01T08:00:00Z",
        },
    }


class CalendarVersionShape(serializers.Serializer[Any]):
    """Opening hours: seven lists, Monday first, of [from, to] in minutes of the local day."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    time_zone = serializers.CharField(source="zone")
    weekly = serializers.JSONField()
    country = serializers.CharField()
    subdivision = serializers.CharField()
    closed_days = serializers.JSONField()
    openings = serializers.JSONField()
    in_force_from = serializers.DateTimeField()


class CalendarShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    archived_at = serializers.DateTimeField(allow_null=True)
    version = CalendarVersionShape(allow_null=True)

    EXAMPLE = {
        "id": 1,
        "name": "Support",
        "archived_at": None,
        "version": {
            "id": 1,
            "number": 1,
            "time_zone": "Europe/Copenhagen",
            "weekly": [[[480, 960]], [[480, 960]], [[480, 960]], [[480, 960]], [[480, 900]], [], []],
            "country": "DK",
            "subdivision": "",
            "closed_days": [],
            "openings": [],
            "in_force_from": "2026-11-01T08:00:00Z",
        },
    }
