"""What the engine must know of a ticket besides its clocks, in one row, so that a reply costs few statements."""

from __future__ import annotations

from django.db import models

from sla.models.calendar import CalendarVersion
from sla.models.policy import SlaPolicyVersion


class SlaTrack(models.Model):
    """One row for each ticket on which a policy ever was in force; made and altered by sla/clocks.py only.

    Says nothing that a replay of the ticket's Events and assignments would not say again.
    """

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, primary_key=True, related_name="sla_track")
    # In force now: which tickets run under this version.
    policy_version = models.ForeignKey(SlaPolicyVersion, models.PROTECT, null=True, blank=True, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, blank=True, related_name="+")
    # Chosen by a person: no condition takes it away.
    by_hand = models.BooleanField(default=False)
    # State, priority and team as the engine last saw them, who waits for whom, and how many clocks there have been.
    memory = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"track of {self.ticket_id}"
