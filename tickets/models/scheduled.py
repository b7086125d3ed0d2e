"""Replies that wait for their moment: rows with a due time, performed by a sweep, held when the world has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.permissions import Permission

if TYPE_CHECKING:
    from agents.actors import Actor


class ScheduledReplyQuerySet(models.QuerySet["ScheduledReply"]):
    def visible_to(self, actor: Actor) -> ScheduledReplyQuerySet:
        """One's own; and what a disabled colleague left behind, for supervisors, so that no answer is lost.

        The ticket itself is gated before.
        """
        if not (actor.is_agent and actor.permissions):
            return self.none()
        own = Q(agent_id=actor.id)
        if actor.can(Permission.SUPERVISE):
            own |= Q(state=ScheduledReply.State.HELD, reason="deactivated")
        return self.filter(own)

    def unsent(self) -> ScheduledReplyQuerySet:
        """Waiting or held: everything that a person may still send, change or drop."""
        return self.filter(state__in=(ScheduledReply.State.WAITING, ScheduledReply.State.HELD))

    def due(self) -> ScheduledReplyQuerySet:
        """Rides scheduled_due."""
        return self.filter(state="waiting", send_at__lte=now()).order_by("send_at", "pk")

    def on_row(self, actor: Actor) -> ScheduledReplyQuerySet:
        """For Exists() beside tickets: what the actor may see there and is not sent; rides scheduled_on_ticket."""
        return self.visible_to(actor).unsent().filter(ticket_id=models.OuterRef("pk"))


class ScheduledReply(models.Model):
    """`after_message` is the newest message that its author knew; a later one of a customer holds the reply."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        HELD = "held", _("Held")
        SENT = "sent", _("Sent")

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="scheduled_replies", db_index=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    body = models.TextField(blank=True)
    to = models.JSONField(default=list, blank=True)
    cc = models.JSONField(default=list, blank=True)
    # The state that goes with it, "" for none.
    status = models.CharField(max_length=20, blank=True)
    attachments: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "tickets.Attachment", related_name="scheduled", blank=True
    )
    send_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Why it is held: a code; tickets/scheduling.py says it in words.
    reason = models.CharField(max_length=40, blank=True)
    after_message = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    gesture = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - NULL is "no name", free of the constraint
    created_at = models.DateTimeField(default=now)

    objects = ScheduledReplyQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agent", "gesture"], name="scheduled_once"),)
        indexes = (
            models.Index(fields=["send_at"], name="scheduled_due", condition=Q(state="waiting")),
            models.Index(
                fields=["ticket", "agent"], name="scheduled_on_ticket", condition=Q(state__in=("waiting", "held"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.agent_id} on {self.ticket_id} at {self.send_at:%Y-%m-%d %H:%M}"

    @property
    def is_held(self) -> bool:
        return self.state == ScheduledReply.State.HELD
