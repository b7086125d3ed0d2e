"""What may be done to teams and who belongs to them; every function checks, writes and audits in one transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.actors import Actor
from agents.audit import record
from agents.models import Agent, Departure, Membership, Team
from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError, NotVisible


@transaction.atomic
def make_team(*, by: Actor, name: str, slug: str, description: str = "") -> Team:
    by.require(Permission.MANAGE_TEAMS)
    team = Team(name=name, slug=slug, description=description)
    _save(team)
    record("team_made", by=by, team=team)
    return team


@transaction.atomic
def edit_team(team_id: int, *, by: Actor, name: str, slug: str, description: str) -> Team:
    by.require(Permission.MANAGE_TEAMS)
    team = _locked(team_id)
    wanted = {"name": name, "slug": slug, "description": description}
    changed = [field for field, value in wanted.items() if getattr(team, field) != value]
    if changed:
        for field in changed:
            setattr(team, field, wanted[field])
        _save(team)
        record("team_edited", by=by, team=team, data={"fields": changed})
    return team


@transaction.atomic
def archive_team(team_id: int, *, by: Actor) -> Team:
    """Nobody can choose the team any more; its tickets stay in it and its people keep seeing them."""
    by.require(Permission.MANAGE_TEAMS)
    team = _locked(team_id)
    if team.archived_at is None:
        team.archived_at = now()
        team.save(update_fields=["archived_at"])
        record("team_archived", by=by, team=team)
    return team


@transaction.atomic
def unarchive_team(team_id: int, *, by: Actor) -> Team:
    by.require(Permission.MANAGE_TEAMS)
    team = _locked(team_id)
    if team.archived_at is not None:
        team.archived_at = None
        team.save(update_fields=["archived_at"])
        record("team_unarchived", by=by, team=team)
    return team


@transaction.atomic
def set_members(team_id: int, members: Iterable[Agent], leads: Iterable[Agent], *, by: Actor) -> Team:
    """Make exactly these the members; a lead is a member too."""
    by.require(Permission.MANAGE_TEAMS)
    team = _locked(team_id)
    lead_ids = {agent.pk for agent in leads}
    wanted = {agent.pk: agent for agent in [*members, *leads]}
    present = {place.agent_id: place for place in team.memberships.select_related("agent")}
    for agent_id in wanted.keys() - present.keys():
        _join(wanted[agent_id], team, is_lead=agent_id in lead_ids, by=by)
    for agent_id in present.keys() - wanted.keys():
        _leave(present[agent_id], team, by=by)
    for agent_id in present.keys() & wanted.keys():
        _lead(present[agent_id], team, is_lead=agent_id in lead_ids, by=by)
    return team


def place_in_teams(agent: Agent, teams: Iterable[Team], *, by: Actor) -> None:
    """Make exactly these the agent's teams, keeping who leads what; called inside a transaction that has checked."""
    wanted = {team.pk: team for team in teams}
    present = {place.team_id: place for place in agent.memberships.select_related("team", "agent")}
    for team_id in wanted.keys() - present.keys():
        _join(agent, wanted[team_id], is_lead=False, by=by)
    for team_id in present.keys() - wanted.keys():
        _leave(present[team_id], present[team_id].team, by=by)


def _join(agent: Agent, team: Team, *, is_lead: bool, by: Actor) -> None:
    _place, joined = Membership.objects.get_or_create(agent=agent, team=team, defaults={"is_lead": is_lead})
    if joined:
        record("member_added", by=by, agent=agent, team=team, data={"agent": agent.name})
        if is_lead:
            record("lead_set", by=by, agent=agent, team=team, data={"agent": agent.name})


def _leave(place: Membership, team: Team, *, by: Actor) -> None:
    place.delete()
    Departure.objects.create(agent=place.agent, team=team)
    record("member_removed", by=by, agent=place.agent, team=team, data={"agent": place.agent.name})


def _lead(place: Membership, team: Team, *, is_lead: bool, by: Actor) -> None:
    if place.is_lead != is_lead:
        place.is_lead = is_lead
        place.save(update_fields=["is_lead"])
        kind = "lead_set" if is_lead else "lead_unset"
        record(kind, by=by, agent=place.agent, team=team, data={"agent": place.agent.name})


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        raise HelpdeskError("name_taken", _("Another team has this name or short name."), field="name") from None


def _locked(team_id: int) -> Team:
    try:
        return Team.objects.select_for_update().get(pk=team_id)
    except Team.DoesNotExist:
        raise NotVisible("not_found", _("There is no such team.")) from None
