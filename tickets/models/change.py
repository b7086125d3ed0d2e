"""The past of a ticket: Changes (who did it, by which door, when) made of Events (facts: what, from, to)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from tickets.history_querysets import ChangeQuerySet, EventQuerySet

if TYPE_CHECKING:
    from tickets.actions import Fact


class Change(models.Model):
    """One gesture by one actor: everything a single perform() altered."""

    # What was altered, on the Change that perform() or open_ticket() has just written; later it is read from `events`.
    facts: Sequence[Fact]

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="changes", db_index=False)
    # The first change of the chain that this one answers; None when it is itself the first.
    root = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="+")
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=160)
    via = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    # Sent by the door with a gesture; the same gesture sent twice (a double click, a retry) is done once.
    gesture = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    created_at = models.DateTimeField(default=now)
    # Where it stands in the feed; given soon after the commit (tickets/feed.py), in the order of commits.
    place = models.BigIntegerField(null=True, blank=True, editable=False)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["ticket", "id"], name="change_in_ticket"),
            models.Index(fields=["place"], name="change_by_place", condition=Q(place__isnull=False)),
            models.Index(fields=["id"], name="change_without_place", condition=Q(place=None)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["actor_kind", "actor_id", "gesture"],
                name="gesture_done_once",
                condition=Q(gesture__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor_name} changed {self.ticket_id} via {self.via}"

    @property
    def chain(self) -> Change:
        """The change with which it all began."""
        return self.root or self


class Event(models.Model):
    """One fact inside a Change. `data` holds values, never phrases; tickets/wording.py says them."""

    change = models.ForeignKey(Change, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=30)
    data = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.data}"
