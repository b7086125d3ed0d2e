"""What customers answered, by when they were asked; the rows are the surveys themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate

from reports.figures import Figure, share
from reports.grouping import DAY, By, Part, Tally, by_steps, parts_of, tallied
from reports.measures import Tallied, with_hit
from reports.models import Fact, Kind
from reports.slices import SLICES
from reports.summing import Cell
from reports.zone import start_of, zone
from surveys.models import GOOD, LOW, State, Survey
from tickets.models import Ticket
from tickets.spam import on_spam

if TYPE_CHECKING:
    from reports.querysets import FactQuerySet
    from reports.selection import Period, Selection

# Frozen on the survey when it was sent; the other slices are those of the solve that it asks about.
_OWN = {"team": "team_id", "agent": "agent_id", "channel": "channel", "language": "language"}
ANSWERED = Q(state=State.ANSWERED)
HAPPY, UNHAPPY = Q(score__in=GOOD), Q(score__in=LOW)


def by_of_surveys(key: str) -> By:
    if key == DAY:
        return By(TruncDate("sent_at", tzinfo=zone()))
    if key in _OWN:
        return By(F(_OWN[key]))
    return By(Subquery(_solve().values(SLICES[key].column)[:1]), tags=key == "tag")


def _solve() -> FactQuerySet:
    return Fact.objects.filter(ticket=OuterRef("ticket"), kind=Kind.SOLVED, at=OuterRef("solved_at"))


def parted_surveys(rows: QuerySet[Survey], key: str) -> QuerySet[Survey]:
    """Those that have the slice at all: one whose solve was taken back since has only its own."""
    return rows if key in _OWN or key == DAY else rows.filter(Exists(_solve()))


def surveys(asked: Selection) -> QuerySet[Survey]:
    """Those sent in the range, about tickets that figures count; rides survey_by_sent."""
    rows = Survey.objects.filter(sent_at__gte=asked.start, sent_at__lt=asked.end, ticket__merged_into=None)
    rows = rows.exclude(on_spam())
    solve = _solve()
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
class Answers(Tallied):
    """Of the surveys for which `among` holds those for which `hit` does, with Wilson's interval."""

    hit: Q
    among: Q = ANSWERED
    moment = "sent_at"

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return with_hit(surveys(asked).filter(self.among), self.hit)

    def told(self, tally: Tally) -> Figure:
        return share(tally.hits, tally.n)

    def parts(self, asked: Selection, key: str, name: str = "") -> dict[Part, Figure]:
        found = tallied(parted_surveys(self.rows(asked), key), by_of_surveys(key), hits=True)
        return {part: self.told(tally) for part, tally in found.items()}

    def daily(self, asked: Selection, name: str = "") -> dict[Any, Figure]:
        return self.parts(asked, DAY)

    def recount(self, rows: Iterable[Any]) -> Figure:
        hits = [row.hit for row in rows]
        return self.told(Tally(len(hits), sum(hits)))


@dataclass(frozen=True)
class Average:
    """Of the scores, one to five."""

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return surveys(asked).filter(ANSWERED)

    def figure(self, asked: Selection, name: str = "") -> Figure:
        found = self.rows(asked).aggregate(n=Count("pk"), total=Sum("score"))
        return self._told(found["n"], found["total"])

    def parts(self, asked: Selection, key: str, name: str = "") -> dict[Part, Figure]:
        return self._parts(parted_surveys(self.rows(asked), key), by_of_surveys(key))

    def stepped(self, asked: Selection, steps: Sequence[Period], at: datetime, name: str = "") -> dict[Any, Figure]:
        return self._parts(self.rows(asked), by_steps([start_of(step.last) for step in steps], "sent_at"))

    def _parts(self, rows: QuerySet[Any], by: By) -> dict[Part, Figure]:
        rows = rows.order_by().annotate(part=by.part)
        sums: dict[Part, tuple[int, int]] = {}
        for row in rows.values("part").annotate(n=Count("pk"), total=Sum("score")):
            for part in parts_of(row["part"], by):
                n, total = sums.get(part, (0, 0))
                sums[part] = (n + row["n"], total + row["total"])
        return {part: self._told(n, total) for part, (n, total) in sums.items()}

    def daily(self, asked: Selection, name: str = "") -> dict[Any, Figure]:
        return self.parts(asked, DAY)

    @staticmethod
    def _told(n: int, total: int | None) -> Figure:
        """Divided here: databases round their averages each in their own way."""
        mean = total / n if n and total else None
        return Figure(mean, n, mean=mean)

    def recount(self, rows: Iterable[Any]) -> Figure:
        scores = [row.score for row in rows]
        return self._told(len(scores), sum(scores))

    def cells(self, name: str) -> dict[str, Cell]:
        return {}

    def cells_for(self, asked: Selection, name: str) -> dict[str, Cell]:
        return {}
