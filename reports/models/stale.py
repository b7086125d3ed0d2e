"""Which tickets have moved on since their figures were written, and who writes them."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now


class Stale(models.Model):
    """Left by the subscriber in the transaction of each Change, taken away by the keeper that has told it anew.

    Only ever appended: a gesture never waits for a keeper.
    """

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.ticket_id} since {self.since}"


KEEPER = 1
"""The key of the one keeper."""


class Keeper(models.Model):
    """The one row that a keeper locks while it works, so that there is one at a time."""

    # The zone in which hours and days were counted; another one in the settings asks for a rebuild.
    zone = models.CharField(max_length=64, blank=True)
    # Until then a rebuild has everything in its hands, and keepers stand back; it says so again and again.
    rebuilding_until = models.DateTimeField(null=True)
    # Which rebuild that is (reports.lease); empty: none.
    rebuilt_by = models.CharField(max_length=32, blank=True)
    # By which definitions days are summed (reports.metrics.summed_as).
    summed_as = models.CharField(max_length=64, blank=True)
    # The key of an assignment of promises up to which all edits have been noted (reports.keeping.note_edited), the key
    # that is to follow it, and since when that is known.
    edits_noted = models.BigIntegerField(default=0)
    edits_known = models.BigIntegerField(default=0)
    edits_known_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"keeper in {self.zone}"
