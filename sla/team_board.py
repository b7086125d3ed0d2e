"""The team board: who is there, what lies with whom, how long the oldest has waited, and how full everybody is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Min
from django.urls import reverse

from agents.models import Agent, Availability, Membership, Team
from tickets.models import Status, Ticket
from tickets.querysets import OPEN_STATUSES

if TYPE_CHECKING:
    from agents.actors import Actor

MOST_TEAMS = 30
_THERE = [Availability.ONLINE, Availability.AWAY, Availability.OFFLINE]


@dataclass(frozen=True, slots=True)
class StateCount:
    """So many in one state, and where they are listed."""

    status: str
    label: str
    count: int
    url: str


@dataclass(slots=True)
class Line:
    """One agent of a team, or nobody (`agent` None). `here` is what lies with them in this team; `load` is all that is
    open with them, wherever it lies, because that is what fills a person's day."""

    agent: Agent | None
    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OPEN_STATUSES, 0))
    oldest: datetime | None = None
    load: int = 0
    cells: list[StateCount] = field(default_factory=list)
    url: str = ""

    @property
    def here(self) -> int:
        return sum(self.states.values())

    @property
    def capacity(self) -> int | None:
        return self.agent.capacity if self.agent else None

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.load >= self.capacity


@dataclass(frozen=True, slots=True)
class Board:
    team: Team
    lines: list[Line]
    nobodys: Line
    total: int
    url: str


def boards(actor: Actor, team_id: int | None = None) -> list[Board]:
    """The teams that the actor looks after, or one of them: their own, or all for whoever sees all.

    Four statements whatever the number of teams and tickets: teams, members, what lies with whom (index
    ticket_open_load, which holds open tickets only), and the loads.
    """
    teams = list(supervised(actor).filter(**({"pk": team_id} if team_id else {}))[:MOST_TEAMS])
    members: dict[int, list[Agent]] = defaultdict(list)
    places = Membership.objects.filter(team__in=teams, agent__in=Agent.objects.assignable())
    for place in places.select_related("agent"):
        members[place.team_id].append(place.agent)
    lying = _lying(teams)
    loads = loads_of({agent.pk for people in members.values() for agent in people})
    return [_board(team, members[team.pk], lying[team.pk], loads) for team in teams]


def supervised(actor: Actor) -> Any:
    """Working teams of the actor, by name."""
    teams = Team.objects.active().order_by("name")
    return teams if actor.sees_all_tickets else teams.filter(pk__in=actor.team_ids)


def loads_of(agent_ids: Iterable[int]) -> dict[int, int]:
    """How many open tickets each has, in whatever team (ticket_open_assignee)."""
    rows = Ticket.objects.open().filter(assignee__in=sorted(agent_ids)).order_by().values("assignee")
    return dict(rows.annotate(count=Count("pk")).values_list("assignee", "count"))


def _lying(teams: Sequence[Team]) -> dict[int, dict[int | None, Line]]:
    found: dict[int, dict[int | None, Line]] = defaultdict(dict)
    rows = Ticket.objects.open().filter(team__in=teams).order_by().values("team", "assignee", "status")
    counted = rows.annotate(count=Count("pk"), oldest=Min("waiting_since"))
    for team, assignee, status, count, oldest in counted.values_list("team", "assignee", "status", "count", "oldest"):
        line = found[team].setdefault(assignee, Line(None))
        line.states[status] += count
        line.oldest = min(filter(None, (line.oldest, oldest)), default=None)
    return found


def _board(team: Team, people: list[Agent], lying: dict[int | None, Line], loads: Mapping[int, int]) -> Board:
    lines = []
    for agent in sorted(people, key=lambda agent: (_THERE.index(Availability(agent.availability)), agent.name)):
        line = lying.get(agent.pk, Line(None))
        line.agent, line.load = agent, loads.get(agent.pk, 0)
        lines.append(line)
    nobodys = lying.get(None, Line(None))
    for line in (*lines, nobodys):
        asked = {"view": "all", "team": team.pk, "assignee": line.agent.pk if line.agent else "none"}
        line.cells = [_cell(status, line.states[status], asked) for status in OPEN_STATUSES]
        line.url = _list_of(asked | {"status": ",".join(OPEN_STATUSES)})
    total = sum(line.here for line in lying.values())
    url = _list_of({"view": "all", "team": team.pk, "status": ",".join(OPEN_STATUSES)})
    return Board(team, lines, nobodys, total, url)


def _cell(status: str, count: int, asked: Mapping[str, Any]) -> StateCount:
    return StateCount(status, str(Status(status).label), count, _list_of({**asked, "status": status}))


def _list_of(asked: Mapping[str, Any]) -> str:
    return f"{reverse('tickets:inbox')}?{urlencode(asked)}"
