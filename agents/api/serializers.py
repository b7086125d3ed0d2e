"""How agents and teams are shown, and what may be said of a team."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from agents.models import Availability
from agents.permissions import Permission, Role
from helpdesk.lib.rest.shapes import Flag, Key, ShortName, Strict, Text


class AgentShape(serializers.Serializer[Any]):
    """A colleague."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.SerializerMethodField(help_text="One's own, or for those who manage agents; else null.")
    role = serializers.ChoiceField(choices=Role.choices)
    active = serializers.BooleanField(source="is_active")
    availability = serializers.ChoiceField(choices=Availability.choices)
    language = serializers.CharField()
    time_zone = serializers.CharField()
    capacity = serializers.IntegerField(allow_null=True)
    team_ids = serializers.SerializerMethodField()

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "id": 2,
        "name": "Ana",
        "email": None,
        "role": "agent",
        "active": True,
        "availability": "online",
        "language": "en",
        "time_zone": "Europe/Copenhagen",
        "capacity": 20,
        "team_ids": [1],
    }

    def get_email(self, agent: Any) -> str | None:
        actor = self.context["actor"]
        if agent.is_service:  # it has none
            return None
        return str(agent.email) if actor.id == agent.pk or actor.can(Permission.MANAGE_AGENTS) else None

    def get_team_ids(self, agent: Any) -> list[int]:
        return sorted(place.team_id for place in agent.memberships.all())


class MeShape(AgentShape):
    """Whoever the token speaks for: one of the people who work here, or an integration of the house."""

    kind = serializers.SerializerMethodField(help_text="agent, or service: an integration.")
    permissions = serializers.SerializerMethodField()
    scope = serializers.SerializerMethodField()

    EXAMPLE = AgentShape.EXAMPLE | {
        "kind": "agent",
        "email": "ana@desk.example",
        "permissions": ["tickets.note", "tickets.read", "tickets.reply"],
        "scope": "write",
    }

    def get_kind(self, agent: Any) -> str:
        return str(self.context["actor"].kind)

    def get_team_ids(self, agent: Any) -> list[int]:
        return sorted(self.context["actor"].team_ids)

    def get_permissions(self, agent: Any) -> list[str]:
        return sorted(str(permission) for permission in self.context["actor"].permissions)

    def get_scope(self, agent: Any) -> str:
        return str(self.context["scope"])


class TeamShape(serializers.Serializer[Any]):
    """A queue and the people who work it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    slug = serializers.CharField()
    description = serializers.CharField()
    archived_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    agent_ids = serializers.SerializerMethodField()
    lead_ids = serializers.SerializerMethodField()

    EXAMPLE = {
        "id": 1,
        "name": "Billing",
        "slug": "billing",
        "description": "Invoices and refunds",
        "archived_at": None,
        "created_at": "2026-11-01T08:00:00Z",
        "agent_ids": [2, 3],
        "lead_ids": [3],
    }

    def get_agent_ids(self, team: Any) -> list[int]:
        return sorted(place.agent_id for place in team.memberships.all())

    def get_lead_ids(self, team: Any) -> list[int]:
        return sorted(place.agent_id for place in team.memberships.all() if place.is_lead)


class NewTeam(Strict):
    """A team to be made; its short name is made from the name when it is left out."""

    name = Text(max_length=80)
    slug = ShortName(max_length=80, required=False)
    description = Text(max_length=250, required=False, allow_blank=True, default="")


class TeamEdit(Strict):
    """What may be changed of a team. `agent_ids` replaces who belongs to it."""

    name = Text(max_length=80, required=False)
    slug = ShortName(max_length=80, required=False)
    description = Text(max_length=250, required=False, allow_blank=True)
    archived = Flag(required=False)
    agent_ids = serializers.ListField(child=Key(), required=False, max_length=500)
    lead_ids = serializers.ListField(child=Key(), required=False, max_length=500)
