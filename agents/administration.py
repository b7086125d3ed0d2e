"""What may be done to accounts and by whom; every function checks, writes and audits in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agents.actors import Actor
from agents.audit import record
from agents.mails import owe_mail
from agents.models import Agent, Team
from agents.permissions import Permission, Role
from agents.querysets import normalise_email
from agents.sessions import end_all_sessions
from agents.teams import place_in_teams
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible

EDITABLE = ("name", "email", "two_factor_required")


@transaction.atomic
def invite_agent(
    *, by: Actor, email: str, name: str, role: str, teams: Iterable[Team] = (), two_factor_required: bool = False
) -> Agent:
    """Make an account without a password and owe its invitation."""
    _admins(by)
    try:
        with transaction.atomic():
            agent = Agent.objects.create_user(
                email, name=name, role=Role(role), two_factor_required=two_factor_required
            )
    except IntegrityError:
        raise _email_taken() from None
    record("agent_invited", by=by, agent=agent, data={"role": role})
    place_in_teams(agent, teams, by=by)
    owe_mail("invitation", agent, by=by.name)
    return agent


@transaction.atomic
def repeat_invitation(agent_id: int, *, by: Actor) -> Agent:
    """Owe the invitation once more; the link of the earlier mail stops working when this one is sent."""
    _admins(by)
    agent = _locked(agent_id)
    if not agent.is_invited or not agent.is_active:
        raise HelpdeskError("not_invited", _("%(name)s has accepted the invitation already.") % {"name": agent.name})
    owe_mail("invitation", agent, by=by.name)
    record("invitation_repeated", by=by, agent=agent)
    return agent


@transaction.atomic
def edit_agent(agent_id: int, *, by: Actor, role: str, teams: Iterable[Team], **changes: Any) -> Agent:
    """Change what an admin may change. A new role ends the agent's sessions; nobody changes their own."""
    admins = _admins(by)
    agent = _locked(agent_id)
    changed = [name for name in EDITABLE if name in changes and changes[name] != getattr(agent, name)]
    for name in changed:
        setattr(agent, name, changes[name])
    agent.email = normalise_email(agent.email)
    if changed:
        try:
            with transaction.atomic():
                agent.save(update_fields=changed)
        except IntegrityError:
            raise _email_taken() from None
        record("agent_edited", by=by, agent=agent, data={"fields": changed})
    _set_role(agent, role, by=by, admins=admins)
    place_in_teams(agent, teams, by=by)
    return agent


def _set_role(agent: Agent, role: str, *, by: Actor, admins: list[int]) -> None:
    if role == agent.role:
        return
    if by.is_agent and by.id == agent.pk:
        raise HelpdeskError("own_role", _("Nobody changes their own role: ask another admin."), field="role")
    if admins == [agent.pk]:
        raise _last_admin("role")
    before, agent.role = agent.role, Role(role)
    agent.save(update_fields=["role"])
    end_all_sessions(agent)
    record("role_changed", by=by, agent=agent, data={"from": before, "to": role})


@transaction.atomic
def disable_agent(agent_id: int, *, by: Actor) -> Agent:
    """Close an account: its sessions end at once, its tickets keep naming it."""
    admins = _admins(by)
    agent = _locked(agent_id)
    if by.is_agent and by.id == agent.pk:
        raise HelpdeskError("own_account", _("Nobody disables their own account: ask another admin."))
    if admins == [agent.pk]:
        raise _last_admin(None)
    if agent.is_active:
        agent.is_active = False
        agent.save(update_fields=["is_active"])
        end_all_sessions(agent)
        record("agent_disabled", by=by, agent=agent)
    return agent


@transaction.atomic
def enable_agent(agent_id: int, *, by: Actor) -> Agent:
    """Open a closed account again, with the password it had."""
    _admins(by)
    agent = _locked(agent_id)
    if not agent.is_active:
        agent.is_active = True
        agent.save(update_fields=["is_active"])
        record("agent_enabled", by=by, agent=agent)
    return agent


@transaction.atomic
def reset_two_factor(agent_id: int, *, by: Actor) -> Agent:
    """Take authenticator and recovery codes away (a lost telephone); sessions end and the agent is told."""
    _admins(by)
    agent = _locked(agent_id)
    if by.is_agent and by.id == agent.pk:
        raise HelpdeskError("own_factor", _("Change your own second factor on your security page."))
    if Authenticator.objects.filter(user_id=agent.pk).delete()[0]:
        end_all_sessions(agent)
        owe_mail("two_factor_reset", agent)
        record("two_factor_reset", by=by, agent=agent)
    return agent


@transaction.atomic
def end_sessions_of(agent_id: int, *, by: Actor) -> Agent:
    """Sign an agent out everywhere."""
    _admins(by)
    agent = _locked(agent_id)
    end_all_sessions(agent)
    record("sessions_ended", by=by, agent=agent)
    return agent


def _admins(by: Actor) -> list[int]:
    """Check the actor, and lock the working admins in one order: two who demote each other must take turns.

    The lock also shows whether the actor still is one of them: the role may have gone since the request began.
    """
    by.require(Permission.MANAGE_AGENTS)
    admins = [agent.pk for agent in Agent.objects.active_admins().select_for_update()]
    if by.is_agent and by.id not in admins:
        raise Denied("denied", _("You are not an admin any more."))
    return admins


def _locked(agent_id: int) -> Agent:
    try:
        agent: Agent = Agent.objects.people().select_for_update().get(pk=agent_id)
    except Agent.DoesNotExist:
        raise NotVisible("not_found", _("There is no such agent.")) from None
    return agent


def _email_taken() -> HelpdeskError:
    return HelpdeskError("email_taken", _("Another agent signs in with this address."), field="email")


def _last_admin(field: str | None) -> HelpdeskError:
    return HelpdeskError("last_admin", _("This is the last admin: make another one first."), field=field)
