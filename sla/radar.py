"""What will be late soon, and what nobody has taken: counted by team, each number the door to its tickets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import now

from agents.models import Team
from tickets.models import Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.querysets import TicketQuerySet

WINDOWS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
MOST = 10_000
"""So many that nobody took are counted; beyond them the number is marked as "at least"."""
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
    """`total` sums the rows."""

    rows: list[TeamRow]
    total: list[Cell]
    soonest: list[Ticket]


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

    One statement on ticket_open_due, which holds open tickets only, one for the teams' names and one for the soonest
    with their people. The moment is fixed once and stands in the links, so that a number and the list behind it agree
    for as long as the page is open.
    """
    moment = now().replace(microsecond=0)
    due = _promised(actor)
    within = {f"within_{place}": _until(moment + window) for place, window in enumerate(WINDOWS)}
    rows = due.filter(next_due_at__lte=moment + WINDOWS[-1]).order_by().values("team")
    counted = rows.annotate(late=_until(moment), **within)
    counts = {team: numbers for team, *numbers in counted.values_list("team", "late", *within)}
    for numbers in counts.values():
        numbers[1:] = [number - numbers[0] for number in numbers[1:]]
    teams = Team.objects.in_bulk([pk for pk in counts if pk is not None])
    lines = [
        TeamRow(teams.get(pk) if pk else None, _cells(counts[pk], moment, str(pk or "none")))
        for pk in sorted(counts, key=lambda pk: (pk is None, teams[pk].name if pk else ""))
    ]
    sums = [sum(row[place] for row in counts.values()) for place in range(1 + len(WINDOWS))]
    soonest = due.filter(next_due_at__gt=moment).select_related("team", "assignee")[:SOONEST]
    return Radar(lines, _cells(sums, moment), list(soonest))


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


def _until(moment: datetime) -> Count:
    """What is due by then, with what is late already."""
    return Count("pk", filter=Q(next_due_at__lte=moment))


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
