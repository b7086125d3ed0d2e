"""What customers answered, by when they were asked; the rows are the surveys themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from reports.cells import Cell
from reports.figures import Figure, share
from reports.measures import with_hit
from reports.models import Fact, Kind
from reports.slices import SLICES
from surveys.models import GOOD, LOW, State, Survey
from tickets.models import Ticket

if TYPE_CHECKING:
    from reports.selection import Selection

# Frozen on the survey when it was sent; the other slices are those of the solve that it asks about.
_OWN = {"team": "team_id", "agent": "agent_id", "channel": "channel", "language": "language"}
ANSWERED = Q(state=State.ANSWERED)
HAPPY, UNHAPPY = Q(score__in=GOOD), Q(score__in=LOW)


def surveys(asked: Selection) -> QuerySet[Survey]:
    """Those sent in the range, about tickets that figures count; rides survey_by_sent."""
    rows = Survey.objects.filter(sent_at__gte=asked.start, sent_at__lt=asked.end, ticket__merged_into=None)
    solve = Fact.objects.filter(ticket=OuterRef("ticket"), kind=Kind.SOLVED, at=OuterRef("solved_at"))
    if not asked.imported:
        rows = rows.exclude(Exists(solve.filter(imported=True)))
    for key, values in asked.slices.items():
        if not values:
            continue
        if key in _OWN:
            named = Q(**{f"{_OWN[key]}__in": [value for value in values if value is not None]})
            rows = rows.filter(named | Q(**{_OWN[key]: None}) if None in values else named)
        else:
            rows = rows.filter(Exists(solve.filter(SLICES[key].q(values))))
    if asked.actor is not None and not asked.actor.sees_all_tickets:
        rows = rows.filter(ticket__in=Ticket.objects.visible_to(asked.actor).values("pk"))
    return rows


@dataclass(frozen=True)
class Answers:
    """Of the surveys for which `among` holds those for which `hit` does, with Wilson's interval."""

    hit: Q
    among: Q = ANSWERED

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return with_hit(surveys(asked).filter(self.among), self.hit)

    def figure(self, asked: Selection, name: str = "") -> Figure:
        rows = surveys(asked).filter(self.among)
        found = rows.aggregate(n=Count("pk"), hits=Count("pk", filter=self.hit))
        return share(found["hits"], found["n"])

    def recount(self, rows: Iterable[Any]) -> Figure:
        hits = [row.hit for row in rows]
        return share(sum(hits), len(hits))

    def cells(self, name: str) -> dict[str, Cell]:
        return {}


@dataclass(frozen=True)
class Average:
    """Of the scores, one to five."""

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return surveys(asked).filter(ANSWERED)

    def figure(self, asked: Selection, name: str = "") -> Figure:
        # Divided here: databases round their averages each in their own way.
        found = self.rows(asked).aggregate(n=Count("pk"), total=Sum("score"))
        mean = found["total"] / found["n"] if found["n"] else None
        return Figure(mean, found["n"], mean=mean)

    def recount(self, rows: Iterable[Any]) -> Figure:
        scores = [row.score for row in rows]
        mean = sum(scores) / len(scores) if scores else None
        return Figure(mean, len(scores), mean=mean)

    def cells(self, name: str) -> dict[str, Cell]:
        return {}
