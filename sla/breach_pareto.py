"""Why promises were broken, the most frequent cause first: how few causes make most of the harm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.timezone import localtime, now

from sla.models import BreachCause, SlaClock
from tickets.models import Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.querysets import TicketQuerySet

RANGES = {"7d": timedelta(days=7), "30d": timedelta(days=30), "90d": timedelta(days=90)}
DEFAULT = "30d"
UNKNOWN = "none"
"""Stands for the cause of a ticket that nobody has explained yet."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A span of time, and a team by its present tickets (None: all that the actor sees)."""

    range: str = DEFAULT
    team_id: int | None = None

    @property
    def begins(self) -> datetime:
        """Midnight in the reader's zone, so that a bar and the list behind it begin at the same moment."""
        first = localtime() - RANGES[self.range] + timedelta(days=1)
        return first.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Bar:
    code: str
    label: str
    count: int
    share: float
    cumulative: float

    @property
    def percent(self) -> int:
        return round(100 * self.share)

    @property
    def cumulative_percent(self) -> int:
        return round(100 * self.cumulative)


@dataclass(frozen=True, slots=True)
class Pareto:
    """`bars` hold the explained tickets; `unexplained` is how many wait for a word, `total` all that were late."""

    bars: list[Bar]
    unexplained: int
    total: int


def pareto(asked: Asked, actor: Actor) -> Pareto:
    """Tickets with a broken promise in the span, by cause. One statement, riding clock_breached; a ticket with three
    broken promises counts once."""
    rows = _broken(asked, actor).order_by().values("breach_cause__code").annotate(count=Count("pk"))
    return ranked(dict(rows.values_list("breach_cause__code", "count")))


def ranked(counts: Mapping[str | None, int]) -> Pareto:
    """Of how many late tickets there are by cause, None for those that nobody has explained; "other" comes last."""
    unexplained = counts.get(None, 0)
    explained = sum(counts.values()) - unexplained
    bars, so_far = [], 0
    known = [(code, count) for code, count in counts.items() if code]
    for code, count in sorted(known, key=lambda item: (item[0] == "other", -item[1], item[0])):
        so_far += count
        label = str(BreachCause.Code(code).label)
        bars.append(Bar(code, label, count, count / explained, so_far / explained))
    return Pareto(bars, unexplained, explained + unexplained)


def broken_tickets(asked: Asked, code: str, actor: Actor) -> TicketQuerySet:
    """The tickets behind one bar."""
    tickets = _broken(asked, actor)
    return tickets.filter(breach_cause=None) if code == UNKNOWN else tickets.filter(breach_cause__code=code)


def _broken(asked: Asked, actor: Actor) -> TicketQuerySet:
    clocks = SlaClock.objects.breached_between(asked.begins, now())
    tickets: TicketQuerySet = Ticket.objects.visible_to(actor).filter(pk__in=clocks.values("ticket"))
    return tickets if asked.team_id is None else tickets.filter(team_id=asked.team_id)
