"""How integrations are made, changed and ended: by those who manage agents, and never with more than they have."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agents.actors import Actor
from agents.audit import record
from agents.models import Agent, ApiToken, Service, Team
from agents.permissions import ROLE_PERMISSIONS, WITHHELD_FROM_SERVICES, Permission, Role
from agents.tokens import revoke_all, token_of
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from helpdesk.lib.text import one_line

MOST = 100


@transaction.atomic
def make_service(by: Actor, *, name: str, role: str, teams: Collection[Team], files_for_customers: bool) -> Service:
    """An integration without a token. Raises Denied, or HelpdeskError with the field concerned."""
    _expect_held(by, role, teams, files_for_customers)
    name = one_line(name)[:80]
    if not name:
        raise HelpdeskError("no_name", _("An integration needs a name."), field="name")
    list(Agent.objects.active_admins().select_for_update().values_list("pk"))  # of two of one name one comes second
    standing = Service.objects.working()
    if standing.filter(account__name__iexact=name).exists():
        raise HelpdeskError("name_taken", _("Another integration has this name."), field="name")
    if standing.count() >= MOST:
        raise HelpdeskError("too_many", _("There are a hundred integrations already; end one first."))
    # An address under which nobody can be reached (RFC 6761), and no password: nobody signs in with it.
    address = f"service-{secrets.token_hex(12)}@service.invalid"
    account = Agent.objects.create_user(address, None, name=name, role=Role(role), is_service=True, capacity=None)
    service = Service.objects.create(account=account, files_for_customers=files_for_customers)
    service.teams.set(teams)
    record("service_made", by=by, agent=account, data={"role": role})
    return service


@transaction.atomic
def make_with_token(
    by: Actor,
    *,
    name: str,
    role: str,
    teams: Collection[Team],
    files_for_customers: bool,
    scope: str,
    expires_at: datetime | None,
) -> tuple[Service, str]:
    """An integration and its first token's secret, or neither."""
    service = make_service(by, name=name, role=role, teams=teams, files_for_customers=files_for_customers)
    return service, make_service_token(service.pk, by, scope=scope, expires_at=expires_at)[1]


@transaction.atomic
def edit_service(pk: int, by: Actor, *, role: str, teams: Collection[Team], files_for_customers: bool) -> Service:
    """What it may do from its next request on. Raises as make_service() does, and NotVisible."""
    service = _locked(pk, by)
    _expect_held(by, role, teams, files_for_customers)
    account = service.account
    changed = []
    if account.role != role:
        account.role = Role(role)
        account.save(update_fields=["role"])
        changed.append("role")
    if {team.pk for team in teams} != set(service.teams.values_list("pk", flat=True)):
        service.teams.set(teams)
        changed.append("teams")
    if service.files_for_customers != files_for_customers:
        service.files_for_customers = files_for_customers
        service.save(update_fields=["files_for_customers"])
        changed.append("files_for_customers")
    if changed:
        record("service_edited", by=by, agent=account, data={"fields": changed})
    return service


@transaction.atomic
def make_service_token(pk: int, by: Actor, *, scope: str, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """One more token, so that one can be changed for another while the integration goes on."""
    service = _locked(pk, by)
    if not service.account.is_active:
        raise HelpdeskError("ended", _("This integration was ended."))
    account = service.account
    return token_of(account.pk, by, name=account.name, scope=scope, expires_at=expires_at, kind="service_token_made")


@transaction.atomic
def end_service(pk: int, by: Actor) -> Service:
    """For good: none of its tokens works again. What it did goes on naming it."""
    service = _locked(pk, by)
    account = service.account
    if account.is_active:
        account.is_active = False
        account.save(update_fields=["is_active"])
        record("service_ended", by=by, agent=account)
        revoke_all(account, by)
    return service


def found(pk: int, by: Actor) -> Service:
    """Raises Denied or NotVisible."""
    by.require(Permission.MANAGE_AGENTS)
    service = Service.objects.for_settings().filter(pk=pk).first()
    if service is None:
        raise _unknown()
    return service


def _locked(pk: int, by: Actor) -> Service:
    by.require(Permission.MANAGE_AGENTS)
    service = Service.objects.select_for_update(of=("self",)).select_related("account").filter(pk=pk).first()
    if service is None:
        raise _unknown()
    return service


def _unknown() -> NotVisible:
    return NotVisible("not_found", _("There is no such integration."))


def _expect_held(by: Actor, role: str, teams: Collection[Team], files_for_customers: bool) -> None:
    """An integration is given no more than whoever makes it has."""
    by.require(Permission.MANAGE_AGENTS)
    if role not in Role.values:
        raise HelpdeskError("bad_role", _("Choose a role."), field="role")
    given = ROLE_PERMISSIONS[role] - WITHHELD_FROM_SERVICES
    if files_for_customers:
        given |= {Permission.FILE_FOR_CUSTOMERS}
    if not given <= by.permissions:
        raise Denied("denied", _("Nobody gives an integration more than they may do themselves."), field="role")
    if not by.sees_all_tickets and any(team.pk not in by.team_ids for team in teams):
        raise Denied("denied", _("Nobody gives an integration a team whose tickets they do not see."), field="teams")
