"""What an agent began to write on a ticket and has not sent: kept on the server, for nobody else's eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.timezone import now

if TYPE_CHECKING:
    from agents.actors import Actor


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, actor: Actor) -> DraftQuerySet:
        """One's own, and nobody else's whatever one's role; rides draft_once."""
        return self.filter(agent_id=actor.id or 0) if actor.is_agent else self.none()

    def on_row(self, agent_id: int | None) -> DraftQuerySet:
        """For Exists() beside a list of tickets: this agent's draft on the ticket of the row; rides draft_once."""
        return self.filter(agent_id=agent_id or 0, ticket_id=models.OuterRef("pk"))


class Draft(models.Model):
    """One per agent and ticket. `to` and `cc` are kept as they were typed; nothing here is checked before sending."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="drafts")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, default="reply")
    body = models.TextField(blank=True)
    to = models.CharField(max_length=4000, blank=True)
    cc = models.CharField(max_length=8000, blank=True)
    attachments: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "tickets.Attachment", related_name="drafts", blank=True
    )
    # The macro that goes with the words, as the composer carries it ("3:5"); looked up only when it is applied.
    macro = models.CharField(max_length=40, blank=True)
    updated_at = models.DateTimeField(default=now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agent", "ticket"], name="draft_once"),)

    def __str__(self) -> str:
        return f"draft of {self.agent_id} on {self.ticket_id}"
