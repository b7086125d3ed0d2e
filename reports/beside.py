"""What pages show beside the figures of the house: it opens to its tickets alike, but nobody sets a target for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reports.counting import Rows
from reports.kpi import COUNT, DOWN, EITHER, Kpi
from reports.models import Fact, Kind
from reports.slices import SLICES
from reports.summing import Cell
from sla.models import SlaClock
from surveys.models import State, Survey
from tickets.models import Ticket

if TYPE_CHECKING:
    from reports.selection import Selection


@dataclass(frozen=True)
class Gathered(Rows):
    """Facts of several kinds together."""

    kinds: tuple[str, ...]

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return asked.facts(*self.kinds)

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell(self.kinds)}


class UnderWay(Rows):
    """Promises that are neither kept nor broken yet, as of now, on tickets as they stand now."""

    def rows(self, asked: Selection) -> QuerySet[Any]:
        standing = asked.spans().filter(ended=None)
        clocks = SlaClock.objects.filter(state__in=("running", "paused"), target_seconds__isnull=False)
        return clocks.filter(ticket__in=standing.values("ticket"))


class NotAsked(Rows):
    """Surveys that were never sent, by when they were to be planned; rides survey_by_created. Whose the ticket was, the
    solve says that they would have asked about; of spam nothing is told but that it is spam."""

    def rows(self, asked: Selection) -> QuerySet[Any]:
        rows = Survey.objects.filter(
            created_at__gte=asked.start, created_at__lt=asked.end, state__in=(State.SUPPRESSED, State.CANCELLED)
        )
        solve = Fact.objects.filter(
            Q(kind=Kind.SOLVED, at=OuterRef("solved_at")) | Q(kind=Kind.SPAM), ticket=OuterRef("ticket")
        )
        found = Q() if asked.imported else Q(imported=False)
        for key, values in asked.slices.items():
            if values:
                found &= SLICES[key].q(values)
        if found:
            rows = rows.filter(Exists(solve.filter(found)))
        if asked.actor is not None and not asked.actor.sees_all_tickets:
            rows = rows.filter(ticket__in=Ticket.objects.visible_to(asked.actor).values("pk"))
        return rows


BESIDE: dict[str, Kpi] = {
    kpi.key: kpi
    for kpi in (
        Kpi(
            "answers",
            _("Answers"),
            COUNT,
            EITHER,
            _(
                "Public replies that a customer was waiting for: the first on each ticket, then one for each time "
                "that the customer wrote again. A second reply in a row is not counted."
            ),
            lambda: Gathered((Kind.FIRST_REPLY, Kind.NEXT_REPLY)),
        ),
        Kpi(
            "sla_running",
            _("Promises in progress"),
            COUNT,
            EITHER,
            _(
                "SLA promises that are running or paused right now, whatever range is chosen. They count in no figure "
                "until they are kept or broken."
            ),
            UnderWay,
        ),
        Kpi(
            "csat_not_asked",
            _("Not asked"),
            COUNT,
            DOWN,
            _("Surveys that were to be planned in the range but were never sent, and why."),
            NotAsked,
        ),
    )
}
