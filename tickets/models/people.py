"""Who else takes part in a ticket: agents who follow it, customers who are copied in."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Follower(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="followers")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="followed", db_index=False)

    class Meta:
        # visible_to() looks up by agent, so the constraint leads with it.
        constraints = (models.UniqueConstraint(fields=["agent", "ticket"], name="follows_once"),)

    def __str__(self) -> str:
        return f"{self.agent_id} follows {self.ticket_id}"


class Participant(models.Model):
    """A customer in copy: receives replies, and may answer on the ticket."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="participants")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="participations", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["customer", "ticket"], name="takes_part_once"),)

    def __str__(self) -> str:
        return f"{self.customer_id} takes part in {self.ticket_id}"
