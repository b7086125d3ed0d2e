"""Named questions about the people who work here."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from django.apps import apps
from django.contrib.auth.base_user import BaseUserManager
from django.db import models

from agents.permissions import ROLE_PERMISSIONS, Permission, Role

if TYPE_CHECKING:
    from agents.models import Agent, Team  # noqa: F401  names inside QuerySet["…"]
    from agents.records import AccountMail, AgentAudit, Departure  # noqa: F401


class AgentQuerySet(models.QuerySet["Agent"]):
    def people(self) -> AgentQuerySet:
        """Without the accounts of integrations, which stand in the same table."""
        return self.filter(is_service=False)

    def active(self) -> AgentQuerySet:
        """People who work here now."""
        return self.people().filter(is_active=True)

    def assignable(self) -> AgentQuerySet:
        """Agents who may be given a ticket: active, with a role that may answer."""
        roles = [role for role, granted in ROLE_PERMISSIONS.items() if Permission.REPLY in granted]
        return self.active().filter(role__in=roles).order_by("name", "pk")

    def in_team(self, team_id: int) -> AgentQuerySet:
        return self.filter(memberships__team_id=team_id)

    def for_settings(self) -> AgentQuerySet:
        """What the list of agents shows of each: teams, second factor, and who is still invited."""
        return (
            self.people()
            .with_two_factor()
            .prefetch_related(models.Prefetch("memberships", to_attr="places", queryset=_places()))
            .order_by("-is_active", "name", "pk")
        )

    def with_two_factor(self) -> AgentQuerySet:
        """Adds `has_two_factor`, so that nobody needs a second query to know it."""
        authenticators = apps.get_model("mfa", "Authenticator").objects
        totp = authenticators.filter(user_id=models.OuterRef("pk"), type="totp")
        return self.annotate(has_two_factor=models.Exists(totp))

    def active_admins(self) -> AgentQuerySet:
        """Locked in one order by whoever wants to take one away, so that two cannot both leave the last."""
        return self.active().filter(role=Role.ADMIN).order_by("pk")


class AgentManager(BaseUserManager["Agent"].from_queryset(AgentQuerySet)):  # type: ignore[misc]
    """Creates agents with a normalised address; the address is the sign-in name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        agent: Agent = self.model(email=normalise_email(email), **fields)
        agent.set_password(password)
        agent.save()
        return agent

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        return self.create_user(email, password, role=Role.ADMIN, **fields)

    def get_by_natural_key(self, email: str | None) -> Agent:
        return self.get(email=normalise_email(email or ""))  # type: ignore[no-any-return]


class TeamQuerySet(models.QuerySet["Team"]):
    def active(self) -> TeamQuerySet:
        return self.filter(archived_at=None)

    def for_settings(self) -> TeamQuerySet:
        """Working teams first, then the archived ones, each with its people."""
        people = models.Prefetch("memberships", to_attr="places", queryset=_places())
        return self.prefetch_related(people).order_by(models.F("archived_at").asc(nulls_first=True), "name")


class AgentAuditQuerySet(models.QuerySet["AgentAudit"]):
    """Added to, read, and nothing else."""

    def for_list(self) -> AgentAuditQuerySet:
        return self.only("at", "kind", "actor_kind", "actor_name", "subject", "data", "ip")

    def about(self, agent_id: int) -> AgentAuditQuerySet:
        return self.filter(models.Q(agent_id=agent_id) | models.Q(actor_id=agent_id))

    def update(self, **changes: Any) -> NoReturn:
        raise TypeError("An audit entry is never changed.")

    def delete(self) -> NoReturn:
        raise TypeError("An audit entry is never deleted.")


class AccountMailQuerySet(models.QuerySet["AccountMail"]):
    def owed(self, at: datetime) -> AccountMailQuerySet:
        """What should be sent by now, oldest first."""
        return self.filter(ended_at=None, due_at__lte=at).order_by("due_at", "pk")

    def ended_before(self, at: datetime) -> AccountMailQuerySet:
        return self.filter(ended_at__lt=at)


class DepartureQuerySet(models.QuerySet["Departure"]):
    def to_follow(self) -> DepartureQuerySet:
        """Rides departure_to_follow."""
        return self.filter(followed_at=None).order_by("pk")


def _places() -> models.QuerySet[Any]:
    """Memberships with both ends, leads first."""
    from agents.models import Membership

    return Membership.objects.select_related("agent", "team").order_by("-is_lead", "agent__name", "team__name")


def normalise_email(value: str) -> str:
    """The form in which an address is stored and compared: trimmed and in lower case."""
    return value.strip().lower()
