"""What may be set about routing and by whom; every function checks, writes and audits in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agents.actors import Actor
from agents.audit import record
from agents.models import Agent, Skill, Team
from agents.permissions import Permission
from automation import known_teams
from automation.models import AgentHours, TeamRouting
from automation.waking import wake
from helpdesk.lib.errors import NotVisible
from sla.models import Calendar


@transaction.atomic
def set_routing(team_id: int, *, by: Actor, mode: str, calendar: Calendar | None) -> TeamRouting:
    """How a team hands its tickets out from now on; what waits is looked at again at once."""
    by.require(Permission.MANAGE_TEAMS)
    team = Team.objects.select_for_update(no_key=True).filter(pk=team_id).first()
    if team is None:
        raise NotVisible("not_found", _("There is no such team."))
    routing, _made = TeamRouting.objects.select_for_update(no_key=True).get_or_create(team=team)
    wanted = {"mode": mode, "calendar": calendar}
    changed = [name for name, value in wanted.items() if getattr(routing, name) != value]
    if changed:
        for name in changed:
            setattr(routing, name, wanted[name])
        routing.save(update_fields=changed)
        record("routing_edited", by=by, team=team, data={"fields": changed})
        _look_again()
    return routing


@transaction.atomic
def set_work(
    agent_id: int,
    *,
    by: Actor,
    capacity: int | None,
    languages: Collection[str],
    tags: Collection[str],
    calendar: Calendar | None,
) -> Agent:
    """What an agent takes on: up to how many open tickets, which skills, and hours of their own or none."""
    if not by.can(Permission.MANAGE_AGENTS):
        by.require(Permission.MANAGE_TEAMS)
    agent: Agent | None = Agent.objects.select_for_update(no_key=True).filter(pk=agent_id).first()
    if agent is None:
        raise NotVisible("not_found", _("There is no such agent."))
    changed = [
        *(["capacity"] if _set_capacity(agent, capacity) else []),
        *(["languages"] if _set_skills(agent, Skill.Kind.LANGUAGE, set(languages)) else []),
        *(["tags"] if _set_skills(agent, Skill.Kind.TAG, set(tags)) else []),
        *(["calendar"] if _set_hours(agent, calendar) else []),
    ]
    if changed:
        record("work_edited", by=by, agent=agent, data={"fields": changed})
        _look_again()
    return agent


def _set_capacity(agent: Agent, capacity: int | None) -> bool:
    if agent.capacity == capacity:
        return False
    agent.capacity = capacity
    agent.save(update_fields=["capacity"])
    return True


def _set_skills(agent: Agent, kind: str, wanted: set[str]) -> bool:
    held = set(agent.skills.filter(kind=kind).values_list("value", flat=True))
    agent.skills.filter(kind=kind, value__in=held - wanted).delete()
    Skill.objects.bulk_create(Skill(agent=agent, kind=kind, value=value) for value in sorted(wanted - held))
    return held != wanted


def _set_hours(agent: Agent, calendar: Calendar | None) -> bool:
    own = AgentHours.objects.filter(agent=agent)
    if calendar is None:
        return bool(own.delete()[0])
    if own.filter(calendar=calendar).exists():
        return False
    AgentHours.objects.update_or_create(agent=agent, defaults={"calendar": calendar})
    return True


def _look_again() -> None:
    transaction.on_commit(known_teams.forget)
    transaction.on_commit(wake, robust=True)


def work_of(agent: Agent) -> dict[str, Any]:
    """What set_work() would be told to leave all as it is."""
    skills = list(agent.skills.all())
    hours = AgentHours.objects.filter(agent=agent).select_related("calendar").first()
    return {
        "capacity": agent.capacity,
        "languages": [skill.value for skill in skills if skill.kind == Skill.Kind.LANGUAGE],
        "tags": [skill.value for skill in skills if skill.kind == Skill.Kind.TAG],
        "calendar": hours.calendar if hours else None,
    }
