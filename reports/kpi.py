"""What a figure of the house is: its name, unit, better direction, definition in a sentence, and measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from reports.figures import Figure
from reports.measures import Measure
from tickets.models import Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from reports.selection import Selection
    from tickets.querysets import TicketQuerySet

COUNT, SECONDS, SHARE, RATE, SCORE = "count", "seconds", "share", "rate", "score"
UP, DOWN, EITHER = "up", "down", ""

LAST = Q(last=True)


@dataclass(frozen=True)
class Kpi:
    """`better` says which direction is an improvement; "" means that neither is."""

    key: str
    name: Promise
    unit: str
    better: str
    definition: Promise
    make: Callable[[], Measure]
    # Of figures that may still alter by what happens so many days later.
    settles_after: str = ""

    @property
    def measure(self) -> Measure:
        return self.make()

    def figure(self, asked: Selection) -> Figure:
        return self.measure.figure(asked, self.key)

    def rows(self, asked: Selection) -> QuerySet[Any]:
        """What it was counted from: one fact, or one span of the backlog, for each thing that counts."""
        return self.measure.rows(asked)

    def tickets(self, asked: Selection, actor: Actor) -> TicketQuerySet:
        """The tickets behind it, as far as the actor may see them."""
        return Ticket.objects.visible_to(actor).filter(pk__in=self.rows(asked).order_by().values("ticket_id"))

    def provisional_since(self, at: datetime) -> datetime | None:
        """What happened since may still alter the figure; None when nothing can."""
        return at - timedelta(days=getattr(settings, self.settles_after)) if self.settles_after else None
