"""What tests of routing need: a team that hands out by itself, members who are there, and hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from agents.actors import Actor
from agents.models import Agent, Skill, Team
from automation import known_teams
from automation.models import Mode, TeamRouting
from sla.models import Calendar, CalendarVersion
from tests.factories import make_agent, make_customer
from tickets.actions import Action, AddCustomerMessage
from tickets.models import Ticket
from tickets.opening import open_ticket

ALWAYS = [[0, 1440]]
NEVER: list[list[int]] = []


def route(team: Team, mode: str = Mode.ROUND_ROBIN, calendar: Calendar | None = None) -> TeamRouting:
    routing, _made = TeamRouting.objects.update_or_create(team=team, defaults={"mode": mode, "calendar": calendar})
    known_teams.forget()
    return routing


def make_member(
    name: str, *teams: Team, skills: Iterable[str] = (), languages: Iterable[str] = (), **fields: Any
) -> Agent:
    """An agent who is online."""
    agent = make_agent(name, teams=teams)
    Agent.objects.filter(pk=agent.pk).update(**{"availability": "online"} | fields)
    Skill.objects.bulk_create(Skill(agent=agent, kind="tag", value=value) for value in skills)
    Skill.objects.bulk_create(Skill(agent=agent, kind="language", value=value) for value in languages)
    agent.refresh_from_db()
    return agent


def make_calendar(name: str, weekly: list[list[list[int]]], zone: str = "UTC") -> Calendar:
    calendar = Calendar.objects.create(name=name)
    CalendarVersion.objects.create(
        calendar=calendar, number=1, zone=zone, weekly=weekly, in_force_from=datetime(2020, 1, 1, tzinfo=UTC)
    )
    return calendar


def queue(team: Team, count: int = 1, *actions: Action, language: str = "") -> list[Ticket]:
    """Tickets that customers opened in the team, oldest first; further `actions` belong to the opening."""
    kim = make_customer()
    by = Actor.system("test")
    said = AddCustomerMessage(kim.pk, kim.display_name, "Please help.", from_address=kim.email)
    return [
        open_ticket(
            f"Question {number}",
            kim,
            said,
            *actions,
            by=by,
            via="test",
            channel="email",
            team_id=team.pk,
            language=language,
        )[0]
        for number in range(count)
    ]


def holders(*tickets: Ticket) -> list[str]:
    """Who has each now; "" for nobody."""
    names = dict(Ticket.objects.filter(pk__in=[t.pk for t in tickets]).values_list("pk", "assignee__name"))
    return [names[ticket.pk] or "" for ticket in tickets]
