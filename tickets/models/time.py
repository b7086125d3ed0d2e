"""How long people worked on a ticket, as they said themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from tickets.moving_querysets import TimeEntryQuerySet


class TimeEntry(models.Model):
    """Minutes that an agent spent. A correction alters the row and leaves an Event with both numbers; 0 takes back."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="time_entries")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=now)

    objects = TimeEntryQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.minutes} min on {self.ticket_id}"
