"""What will be late soon, and what nobody has taken: counted by team, each number the door to its tickets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import now

from agents.models import Team
from tickets.models import Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.querysets import TicketQuerySet

WINDOWS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
MOST = 10_000
"""So many tickets are counted; beyond them the numbers are marked as "at least"."""
SOONEST = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """How many, the same list in the inbox, and how far ahead it looks (None: what is late already)."""

    count: int
    url: str
    window: timedelta | None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """`team` is None for tickets without one."""

    team: Team | None
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Radar:
    """`total` sums the rows; `at_least` says that there are more than MOST."""

    rows: list[TeamRow]
    total: list[Cell]
    soonest: list[Ticket]
    at_least: bool


@dataclass(frozen=True, slots=True)
class Untaken:
    """Tickets that nobody has taken although the customer has waited for longer than `limit`."""

    count: int
    at_least: bool
    url: str
    limit: timedelta
    oldest: list[Ticket]


def radar(actor: Actor) -> Radar:
    """Late ones, and those that fall due within each of WINDOWS (the wider holds the narrower), by team.

    Two statements on ticket_open_due, the teams' names, and the soonest with their people. The moment is fixed once and
    stands in the links, so that a number and the list behind it agree for as long as the page is open.
    """
    moment = now().replace(microsecond=0)
    due = _promised(actor)
    late = _spread(due.filter(next_due_at__lte=moment))
    ahead = _spread(due.filter(next_due_at__gt=moment, next_due_at__lte=moment + WINDOWS[-1]))
    counts: dict[int | None, list[int]] = {}
    for team_id, _when in late[:MOST]:
        counts.setdefault(team_id, [0] * (1 + len(WINDOWS)))[0] += 1
    for team_id, when in ahead[:MOST]:
        row = counts.setdefault(team_id, [0] * (1 + len(WINDOWS)))
        for place, window in enumerate(WINDOWS, start=1):
            row[place] += when <= moment + window
    teams = Team.objects.in_bulk([pk for pk in counts if pk is not None])
    rows = [
        TeamRow(teams.get(pk) if pk else None, _cells(counts[pk], moment, str(pk or "none")))
        for pk in sorted(counts, key=lambda pk: (pk is None, teams[pk].name if pk else ""))
    ]
    sums = [sum(row[place] for row in counts.values()) for place in range(1 + len(WINDOWS))]
    soonest = due.filter(next_due_at__gt=moment).select_related("team", "assignee")[:SOONEST]
    return Radar(rows, _cells(sums, moment), list(soonest), max(len(late), len(ahead)) > MOST)


def untaken(actor: Actor) -> Untaken:
    """Open, awake, nobody's, and the customer's turn to be answered came longer ago than UNASSIGNED_MINUTES
    (ticket_open_waiting)."""
    limit = timedelta(minutes=settings.UNASSIGNED_MINUTES)
    since = now().replace(microsecond=0) - limit
    nobodys = Ticket.objects.visible_to(actor).waiting_on_us().awake().assigned_to(None)
    waiting = nobodys.filter(waiting_since__lte=since).order_by("waiting_since", "pk")
    count = waiting.count_up_to(MOST)
    url = _list_of(view="all", **{"is": "open"}, assignee="none", waiting=f"<={since.isoformat()}", sort="waiting")
    shown = waiting.select_related("team", "requester").prefetch_related("requester__addresses")
    oldest = list(shown[:SOONEST]) if count else []
    return Untaken(min(count, MOST), count > MOST, url, limit, oldest)


def _promised(actor: Actor) -> TicketQuerySet:
    found: TicketQuerySet = Ticket.objects.visible_to(actor).open().order_by("next_due_at", "pk")
    return found


def _spread(tickets: TicketQuerySet) -> list[tuple[int | None, datetime]]:
    rows: Any = tickets.values_list("team_id", "next_due_at")
    return list(rows[: MOST + 1])


def _cells(counts: Iterable[int], moment: datetime, team: str = "") -> list[Cell]:
    cells = []
    for window, count in zip((None, *WINDOWS), counts, strict=True):
        bounds = [f"<={moment.isoformat()}"] if window is None else _ahead(moment, window)
        asked: dict[str, Any] = {"view": "all", "due": bounds, "sort": "due"}
        cells.append(Cell(count, _list_of(**asked, **({"team": team} if team else {})), window))
    return cells


def _ahead(moment: datetime, window: timedelta) -> list[str]:
    return [f">{moment.isoformat()}", f"<={(moment + window).isoformat()}"]


def _list_of(**asked: Any) -> str:
    return f"{reverse('tickets:inbox')}?{urlencode(asked, doseq=True)}"
