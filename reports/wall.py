"""The wall board: how the desk stands at this moment, in a dozen numbers that can be read from across the room.

Six statements (one more for a team), whatever the number of tickets; each rides an index that holds open tickets or
open escalations only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.models import Agent, Availability, Team
from helpdesk.lib.errors import NotVisible
from sla.models import Escalation
from sla.team_board import loads_of, supervised
from tickets.models import Status, Ticket
from tickets.querysets import OPEN_STATUSES
from tickets.spam import on_spam, spam_tags

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.querysets import TicketQuerySet

SHOWN = 6
MOST_AGENTS = 24
MOST = 10_000
"""Beyond so many escalations no ticket is counted that has one."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket on the wall, and since when it waits or how long it has until it is late."""

    ticket: Ticket
    time: timedelta


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is there; `load` is all that is open with them."""

    agent: Agent
    load: int

    @property
    def is_away(self) -> bool:
        return self.agent.availability == Availability.AWAY

    @property
    def is_full(self) -> bool:
        return self.agent.capacity is not None and self.load >= self.agent.capacity


@dataclass(frozen=True, slots=True)
class Opens:
    """The addresses of the lists behind the numbers: what each of them asked, as of the same moment."""

    at: datetime
    team: int | None = None

    @property
    def total(self) -> str:
        return self._list(status=OPEN_STATUSES)

    @property
    def nobodys(self) -> str:
        return self._list(status=OPEN_STATUSES, assignee="none")

    @property
    def states(self) -> dict[str, str]:
        return {one: self._list(status=one) for one in OPEN_STATUSES}

    @property
    def late(self) -> str:
        return self._list(due=f"<={self.at.isoformat()}", sort="due")

    @property
    def soon(self) -> str:
        return self._list(due=[f">{self.at.isoformat()}", f"<={(self.at + HOUR).isoformat()}"], sort="due")

    @property
    def escalated(self) -> str:
        return self._list(**{"is": "escalated"})

    @property
    def spam(self) -> str:
        """ "" where spam has several tags: no list holds what has any one of them."""
        tags = spam_tags()
        return _list_of(self._team | {"status": OPEN_STATUSES, "tag": tags}) if len(tags) == 1 else ""

    @property
    def _team(self) -> dict[str, Any]:
        return {} if self.team is None else {"team": self.team}

    def _list(self, **asked: Any) -> str:
        return _list_of(asked | self._team | {"not_tag": spam_tags()})


def _list_of(asked: dict[str, Any]) -> str:
    return f"{reverse('tickets:inbox')}?{urlencode({'view': 'all', **asked}, doseq=True)}"


@dataclass(frozen=True, slots=True)
class Wall:
    """`soon` are those that fall due within the hour; `late` those that are late already and still open. Every number
    counts tickets, and says by `opens` which list holds them."""

    at: datetime
    total: int
    states: list[tuple[str, str, int, str]]
    nobodys: int
    # Open, tagged as spam, and counted nowhere on the board.
    spam: int
    late: int
    soon: int
    waiting: list[Line]
    due: list[Line]
    people: list[Person]
    online: int
    # Of which an escalation goes on; and those of them where one waits for somebody to look at it.
    escalated: int
    unseen: int
    opens: Opens

    @property
    def longest(self) -> timedelta | None:
        return self.waiting[0].time if self.waiting else None


def teams_of(actor: Actor) -> list[Team]:
    return list(supervised(actor))


def wall(actor: Actor, team_id: int | None = None) -> Wall:
    """Of all that the actor may see, or of one team. Raises NotVisible for a team that is none of theirs."""
    if team_id is not None and not supervised(actor).filter(pk=team_id).exists():
        raise NotVisible("not_found", _("There is no such team."))
    at = now()
    opens = Opens(at, team_id)
    tickets = Ticket.objects.visible_to(actor)
    tickets = tickets.in_team(team_id) if team_id is not None else tickets
    # By state and nobody's: ticket_open_load.
    rows = tickets.open().order_by().values("status")
    spam = on_spam("pk")
    counted = rows.annotate(
        count=Count("pk", filter=~spam),
        nobodys=Count("pk", filter=~spam & Q(assignee=None)),
        spam=Count("pk", filter=spam),
    ).values_list("status", "count", "nobodys", "spam")
    counts = {status: (count, nobodys, spam) for status, count, nobodys, spam in counted}
    tickets = tickets.exclude(spam)
    # Late, and due within the hour: ticket_open_due.
    near = tickets.due_by(at + HOUR).order_by()
    promised = near.aggregate(late=Count("pk", filter=Q(next_due_at__lte=at)), together=Count("pk"))
    waiting = tickets.waiting_on_us().awake().order_by("waiting_since", "pk")  # ticket_open_waiting
    due = tickets.open().filter(next_due_at__gt=at).order_by("next_due_at", "pk")  # ticket_open_due
    people = _people(actor, team_id)
    # escalation_open and escalation_held hold those that go on, and no others.
    going_on = Escalation.objects.going_on().filter(ticket__in=tickets).order_by().values_list("ticket", "state")[:MOST]
    escalated = list(going_on)
    return Wall(
        at=at,
        total=sum(count for count, _nobodys, _spam in counts.values()),
        states=[(one, str(Status(one).label), counts.get(one, (0, 0, 0))[0], url) for one, url in opens.states.items()],
        nobodys=sum(nobodys for _count, nobodys, _spam in counts.values()),
        spam=sum(spam for _count, _nobodys, spam in counts.values()),
        late=promised["late"],
        soon=promised["together"] - promised["late"],
        waiting=[Line(one, at - (one.waiting_since or at)) for one in _shown(waiting)],
        due=[Line(one, (one.next_due_at or at) - at) for one in _shown(due)],
        people=people[:MOST_AGENTS],
        online=sum(not one.is_away for one in people),
        escalated=len({ticket for ticket, _state in escalated}),
        unseen=len({ticket for ticket, state in escalated if state == Escalation.State.OPEN}),
        opens=opens,
    )


def _shown(tickets: TicketQuerySet) -> list[Ticket]:
    return list(tickets.select_related("team", "assignee")[:SHOWN])


def _people(actor: Actor, team_id: int | None) -> list[Person]:
    """Online first, then away; by name."""
    there = Agent.objects.assignable().filter(availability__in=[Availability.ONLINE, Availability.AWAY])
    if team_id is not None:
        there = there.in_team(team_id)
    elif not actor.sees_all_tickets:
        there = there.filter(memberships__team__in=actor.team_ids).distinct()
    agents = list(there)
    loads = loads_of(agent.pk for agent in agents)
    people = [Person(agent, loads.get(agent.pk, 0)) for agent in agents]
    return sorted(people, key=lambda one: (one.is_away, one.agent.name))
