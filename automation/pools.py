"""Reads what choosing needs to know of a team: who is there, who works now, what each carries and can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count
from django.utils.timezone import now

from agents.models import Agent, Skill
from automation.choosing import Candidate, Pool, main_language
from automation.hours import open_calendars
from automation.models import AgentHours, TeamRouting, Turn
from tickets.models import Ticket


def pool_of(routing: TeamRouting, at: datetime | None = None) -> Pool:
    """As it is now, in six statements at most, however many members there are."""
    return _pool(routing, list(Agent.objects.assignable().in_team(routing.team_id)), at or now())


def locked_pool(team_id: int) -> tuple[TeamRouting, Pool] | None:
    """The same, true until the transaction ends for everybody who gives tickets by routing; None: by hand meanwhile.

    First the team's row, then its members by key: an agent of two teams is given a ticket by one at a time, so their
    capacity holds, and all workers lock in one order. NO KEY: whoever merely refers to the agent does not wait.
    """
    routing = TeamRouting.objects.automatic().select_for_update(of=("self",), no_key=True).filter(pk=team_id).first()
    if routing is None:
        return None
    members = Agent.objects.assignable().in_team(team_id).order_by("pk")
    return routing, _pool(routing, list(members.select_for_update(of=("self",), no_key=True)), now())


def _pool(routing: TeamRouting, agents: list[Agent], at: datetime) -> Pool:
    keys = [agent.pk for agent in agents]
    loads = loads_of(keys)
    turns = dict(Turn.objects.filter(routing=routing, agent__in=keys).values_list("agent_id", "number"))
    own = dict(AgentHours.objects.filter(agent__in=keys).values_list("agent_id", "calendar_id"))
    open_now = open_calendars({*own.values(), routing.calendar_id}, at)
    skills = _skills(keys)
    return Pool(
        routing.mode,
        tuple(
            Candidate(
                agent.pk,
                agent.name,
                agent.availability,
                own.get(agent.pk, routing.calendar_id) in open_now,
                loads.get(agent.pk, 0),
                agent.capacity,
                turns.get(agent.pk, 0),
                frozenset(main_language(value) for value in skills[agent.pk, Skill.Kind.LANGUAGE]),
                frozenset(skills[agent.pk, Skill.Kind.TAG]),
            )
            for agent in agents
        ),
    )


def loads_of(agent_ids: Iterable[int]) -> dict[int, int]:
    """How many open tickets each has, in whatever team; rides ticket_open_assignee."""
    rows = Ticket.objects.open().filter(assignee__in=list(agent_ids)).order_by()
    return dict(rows.values_list("assignee").annotate(Count("pk")))


def _skills(agent_ids: list[int]) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for agent_id, kind, value in Skill.objects.filter(agent__in=agent_ids).values_list("agent_id", "kind", "value"):
        found[agent_id, kind].append(value)
    return found
