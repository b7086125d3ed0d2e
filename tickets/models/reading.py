"""Who looked at what: how far each agent has read a ticket, and who has it open at this moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import OuterRef
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from agents.actors import Actor


class TicketReadQuerySet(models.QuerySet["TicketRead"]):
    def of(self, actor: Actor) -> TicketReadQuerySet:
        """One's own; rides read_once."""
        return self.filter(agent_id=actor.id or 0) if actor.is_agent else self.none()

    def on_row(self, agent_id: int | None) -> TicketReadQuerySet:
        """For a subquery beside tickets: how far this agent has read the ticket of the row; rides read_once."""
        return self.filter(agent_id=agent_id or 0, ticket_id=OuterRef("pk"))

    def of_closed(self, before: datetime) -> TicketReadQuerySet:
        """Of tickets that are closed, and that their reader has not opened since."""
        return self.filter(ticket__status="closed", at__lt=before)


class TicketRead(models.Model):
    """One per agent and ticket that this agent has opened; who never opened a ticket has no row."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="reads")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    # The newest message that the page showed; a key and not a relation, as a message may move with a merge or split.
    last_message = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=now)

    objects = TicketReadQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agent", "ticket"], name="read_once"),)

    def __str__(self) -> str:
        return f"{self.agent_id} read {self.ticket_id}"


class Doing(models.TextChoices):
    VIEWING = "viewing", _("Viewing")
    REPLYING = "replying", _("Replying")
    NOTING = "noting", _("Writing a note")
    GONE = "gone", _("Gone")


class PresenceQuerySet(models.QuerySet["Presence"]):
    def heard_since(self, moment: datetime) -> PresenceQuerySet:
        return self.filter(heard_at__gt=moment).exclude(doing=Doing.GONE)

    def changed_since(self, moment: datetime) -> PresenceQuerySet:
        """Rides presence_changed."""
        return self.filter(changed_at__gte=moment)

    def silent_since(self, moment: datetime) -> PresenceQuerySet:
        return self.filter(heard_at__lt=moment)


class Presence(models.Model):
    """An open page says every few seconds that it is there. A row that is not heard of any more counts for nothing."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="present")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    # Which of the agent's pages: closing one of two leaves the other where it is.
    page = models.CharField(max_length=32, default="")
    doing = models.CharField(max_length=10, choices=Doing.choices, default=Doing.VIEWING)
    heard_at = models.DateTimeField(default=now)
    # Moves when somebody comes, goes or begins something else, but not with each sign of life: the stream tells these.
    changed_at = models.DateTimeField(default=now)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agent", "ticket", "page"], name="present_once"),)
        indexes = (models.Index(fields=["changed_at"], name="presence_changed"),)

    def __str__(self) -> str:
        return f"{self.agent_id} {self.doing} {self.ticket_id}"
