"""How surveys are shown to programs."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from surveys.models import Reason, State


class SurveyShape(serializers.Serializer[Any]):
    """One question to one customer about one solving of a ticket. `score` is of five, as it stands now."""

    id = serializers.IntegerField()
    ticket_id = serializers.IntegerField()
    sequence = serializers.IntegerField(help_text="Counts the surveys of the ticket.")
    customer_id = serializers.IntegerField()
    agent_id = serializers.IntegerField(allow_null=True, help_text="Who solved it.")
    team_id = serializers.IntegerField(allow_null=True)
    channel = serializers.CharField()
    language = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    reason = serializers.ChoiceField(
        choices=Reason.choices, allow_blank=True, help_text="Why nobody was asked, or not on."
    )
    score = serializers.IntegerField(allow_null=True)
    comment = serializers.CharField()
    solved_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    reminded_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    escalated_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "id": 11,
        "ticket_id": 7,
        "sequence": 1,
        "customer_id": 12,
        "agent_id": 2,
        "team_id": 1,
        "channel": "email",
        "language": "da",
        "state": "answered",
        "reason": "",
        "score": 5,
        "comment": "Quick and kind.",
        "solved_at": "2026-11-20T15:02:10Z",
        "sent_at": "2026-11-21T15:05:00Z",
        "reminded_at": None,
        "answered_at": "2026-11-21T18:44:31Z",
        "expires_at": "2026-12-05T15:05:00Z",
        "escalated_at": None,
        "created_at": "2026-11-20T15:02:10Z",
    }


class AnswerShape(serializers.Serializer[Any]):
    """What the customer said at one time; the newest stands."""

    score = serializers.IntegerField()
    comment = serializers.CharField()
    given_at = serializers.DateTimeField()


class StepShape(serializers.Serializer[Any]):
    """One step in the life of a survey."""

    what = serializers.CharField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class WholeSurveyShape(SurveyShape):
    """A survey with every step and every answer, oldest first."""

    steps = StepShape(many=True)
    answers = AnswerShape(many=True)

    EXAMPLE: ClassVar[dict[str, Any]] = {
        **SurveyShape.EXAMPLE,
        "steps": [
            {"what": "scheduled", "reason": "", "at": "2026-11-20T15:02:10Z"},
            {"what": "sent", "reason": "", "at": "2026-11-21T15:05:00Z"},
            {"what": "answered", "reason": "", "at": "2026-11-21T18:44:31Z"},
        ],
        "answers": [{"score": 5, "comment": "Quick and kind.", "given_at": "2026-11-21T18:44:31Z"}],
    }
