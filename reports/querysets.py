"""Named questions to facts and spans."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from reports.models import Fact, Span  # noqa: F401  names inside QuerySet["…"]


class FactQuerySet(models.QuerySet["Fact"]):
    def of(self, kind: str, start: datetime, end: datetime) -> FactQuerySet:
        """Of one kind in [start, end); rides fact_by_kind."""
        return self.filter(kind=kind, at__gte=start, at__lt=end)

    def countable(self) -> FactQuerySet:
        """Without tickets that were merged away: what every figure but the balance counts."""
        return self.filter(merged=False)


class SpanQuerySet(models.QuerySet["Span"]):
    def standing_at(self, moment: datetime) -> SpanQuerySet:
        """Unsolved at that instant, as things stood then."""
        return self.filter(Q(ended=None) | Q(ended__gt=moment), began__lte=moment)

    def standing_before(self, moment: datetime) -> SpanQuerySet:
        """Unsolved just before it, which is where a half-open range ends."""
        return self.filter(Q(ended=None) | Q(ended__gte=moment), began__lt=moment)
