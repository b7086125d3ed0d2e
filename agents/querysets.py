"""Named questions about the people who work here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

from agents.permissions import ROLE_PERMISSIONS, Permission

if TYPE_CHECKING:
    from agents.models import Agent, Team  # noqa: F401  names inside QuerySet["…"]


class AgentQuerySet(models.QuerySet["Agent"]):
    def active(self) -> AgentQuerySet:
        return self.filter(is_active=True)

    def assignable(self) -> AgentQuerySet:
        """Agents who may be given a ticket: active, with a role that may answer."""
        roles = [role for role, granted in ROLE_PERMISSIONS.items() if Permission.REPLY in granted]
        return self.active().filter(role__in=roles).order_by("name", "pk")

    def in_team(self, team_id: int) -> AgentQuerySet:
        return self.filter(memberships__team_id=team_id)

    def for_settings(self) -> AgentQuerySet:
        return self.prefetch_related("memberships__team").order_by("-is_active", "name", "pk")


class AgentManager(BaseUserManager["Agent"].from_queryset(AgentQuerySet)):  # type: ignore[misc]
    """Creates agents with a normalised address; the address is the sign-in name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        agent: Agent = self.model(email=normalise_email(email), **fields)
        agent.set_password(password)
        agent.save()
        return agent

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        from agents.permissions import Role

        return self.create_user(email, password, role=Role.ADMIN, **fields)

    def get_by_natural_key(self, email: str | None) -> Agent:
        return self.get(email=normalise_email(email or ""))  # type: ignore[no-any-return]


class TeamQuerySet(models.QuerySet["Team"]):
    def active(self) -> TeamQuerySet:
        return self.filter(archived_at=None)

    def for_settings(self) -> TeamQuerySet:
        return self.prefetch_related("memberships__agent").order_by("archived_at", "name")


def normalise_email(value: str) -> str:
    """The form in which an address is stored and compared: trimmed and in lower case."""
    return value.strip().lower()
