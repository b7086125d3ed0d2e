"""Named questions about merges, splits and time spent; apart from tickets/querysets.py because few doors ask them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Sum

if TYPE_CHECKING:
    from tickets.models import Merge, Split, TimeEntry  # noqa: F401  names inside QuerySet["…"]


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> MergeQuerySet:
        """Not undone; rides merged_once."""
        return self.filter(undone_at=None)

    def into(self, ticket_id: int) -> MergeQuerySet:
        """What was folded into this ticket and still is; rides merges_into_ticket."""
        return self.standing().filter(target_id=ticket_id).select_related("source", "target_change").order_by("pk")


class SplitQuerySet(models.QuerySet["Split"]):
    def standing(self) -> SplitQuerySet:
        return self.filter(undone_at=None)

    def off(self, ticket_id: int) -> SplitQuerySet:
        """What was parted from this ticket and still is."""
        return self.standing().filter(origin_id=ticket_id).select_related("made", "origin_change").order_by("pk")


class TimeEntryQuerySet(models.QuerySet["TimeEntry"]):
    def counted(self) -> TimeEntryQuerySet:
        """Without those that were taken back."""
        return self.filter(minutes__gt=0)

    def for_panel(self, ticket_id: int) -> TimeEntryQuerySet:
        return self.counted().filter(ticket_id=ticket_id).select_related("agent").order_by("-pk")

    def total(self, ticket_id: int) -> int:
        """Minutes spent on the ticket by everybody; reads its rows by the index on ticket."""
        return self.filter(ticket_id=ticket_id).aggregate(minutes=Sum("minutes"))["minutes"] or 0
