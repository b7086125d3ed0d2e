"""Named questions to facts and spans."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Q

if TYPE_CHECKING:
    from reports.models import Fact, Span  # noqa: F401  names inside QuerySet["…"]


class FactQuerySet(models.QuerySet["Fact"]):
    def of(self, kind: str, start: datetime, end: datetime) -> FactQuerySet:
        """Of one kind in [start, end); rides fact_by_kind."""
        return self.filter(kind=kind, at__gte=start, at__lt=end)

    def countable(self) -> FactQuerySet:
        """Without tickets that were merged away: what every figure but the balance counts."""
        return self.filter(merged=False)

    def of_no_figure(self) -> FactQuerySet:
        """Of tickets that an import brought or that were merged away. All kinds are named, for fact_by_kind."""
        from reports.models.fact import Kind  # which is made with this

        return self.filter(Q(imported=True) | Q(merged=True), kind__in=Kind.values)


class SpanQuerySet(models.QuerySet["Span"]):
    def standing_at(self, moment: datetime) -> SpanQuerySet:
        """Unsolved at that instant, as things stood then."""
        return self.filter(Q(ended=None) | Q(ended__gt=moment), began__lte=moment)

    def standing_before(self, moment: datetime) -> SpanQuerySet:
        """Unsolved just before it, which is where a half-open range ends."""
        return self.filter(Q(ended=None) | Q(ended__gte=moment), began__lt=moment)

    def states_before(self, moment: datetime) -> dict[str, int]:
        """How many of these in each state: those that stand still ride span_standing, those that have ended since ride
        span_by_end. One condition for both would read every row."""
        found: Counter[str] = Counter()
        some, more = (
            part.order_by().values_list("status").annotate(n=Count("*"))
            for part in (self.filter(ended=None, began__lt=moment), self.filter(ended__gte=moment, began__lt=moment))
        )
        # In one statement, so that what ends meanwhile is in one of them.
        for status, n in some.union(more, all=True):
            found[status] += n
        return found
