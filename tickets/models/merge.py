"""Tickets that were folded into others or parted from them, with what it takes to undo it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from tickets.moving_querysets import MergeQuerySet, SplitQuerySet


class Merge(models.Model):
    """`source` was folded into `target`. `inverse` holds what both were before (tickets/merging.py reads it)."""

    source = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="merges_away", db_index=False)
    target = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="merges_in", db_index=False)
    source_change = models.ForeignKey("tickets.Change", models.CASCADE, related_name="+")
    target_change = models.ForeignKey("tickets.Change", models.CASCADE, related_name="+")
    inverse = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["target"], name="merges_into_ticket"),)
        constraints = (models.UniqueConstraint(fields=["source"], name="merged_once", condition=Q(undone_at=None)),)

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"


class Split(models.Model):
    """Messages of `origin` became the ticket `made`."""

    origin = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="splits")
    made = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="split_from")
    origin_change = models.ForeignKey("tickets.Change", models.CASCADE, related_name="+")
    made_change = models.ForeignKey("tickets.Change", models.CASCADE, related_name="+")
    inverse = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = SplitQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.made_id} from {self.origin_id}"
