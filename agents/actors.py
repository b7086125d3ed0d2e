"""Who is acting: a value that carries everything a rule may ask, so that a task or a mail needs no request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from django.conf import settings
from django.utils.translation import gettext as _

from agents.permissions import CUSTOMER_PERMISSIONS, ROLE_PERMISSIONS, WITHHELD_FROM_SERVICES, Permission
from helpdesk.lib.errors import Denied

if TYPE_CHECKING:
    from agents.models import Agent

ActorKind = Literal["agent", "service", "customer", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """An agent, an integration of the house, a customer, or the house itself; resolved once, then asked without a
    query."""

    kind: ActorKind
    id: int | None = None
    name: str = ""
    permissions: frozenset[Permission] = frozenset()
    team_ids: frozenset[int] = frozenset()
    may_backdate: bool = False

    @classmethod
    def system(cls, name: str) -> Actor:
        """The house acting by itself; `name` says which part of it ("sla", "auto-close")."""
        return cls("system", name=name, permissions=frozenset(Permission), may_backdate=True)

    @classmethod
    def agent(cls, agent: Agent) -> Actor:
        """Resolve an agent's role and teams (one query); an account of an integration is a service (two queries).
        Who is disabled may do nothing and sees nothing."""
        kind: ActorKind = "service" if agent.is_service else "agent"
        if not agent.is_active:
            return cls(kind, agent.pk, agent.name)
        if agent.is_service:
            service = agent.service
            held = ROLE_PERMISSIONS[agent.role] - WITHHELD_FROM_SERVICES
            if service.files_for_customers:
                held |= {Permission.FILE_FOR_CUSTOMERS}
            return cls(kind, agent.pk, agent.name, held, frozenset(service.teams.values_list("pk", flat=True)))
        teams = frozenset(agent.memberships.values_list("team_id", flat=True))
        return cls("agent", agent.pk, agent.name, ROLE_PERMISSIONS[agent.role], teams)

    @classmethod
    def customer(cls, customer_id: int, name: str) -> Actor:
        return cls("customer", customer_id, name, CUSTOMER_PERMISSIONS)

    def importing(self) -> Actor:
        """The same actor in an import or demo load, which may state when things truly happened."""
        return replace(self, may_backdate=True)

    @property
    def is_agent(self) -> bool:
        return self.kind == "agent"

    @property
    def account_id(self) -> int | None:
        """The key of the agent's or service's row, to which what it makes may point; None for whoever has none."""
        return self.id if self.kind in ("agent", "service") else None

    @property
    def sees_all_tickets(self) -> bool:
        if self.kind == "system" or Permission.SEE_ALL_TICKETS in self.permissions:
            return True
        return bool(settings.AGENTS_SEE_ALL) and Permission.READ in self.permissions

    def can(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise Denied unless the actor holds `permission`."""
        if not self.can(permission):
            raise Denied("denied", _("Your role does not allow this (%(permission)s).") % {"permission": permission})
