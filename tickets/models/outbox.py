"""Reactions owed to Changes: the promise, kept in the database, that what follows from a change will happen."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from tickets.history_querysets import OutboxQuerySet


class OutboxEntry(models.Model):
    """One reaction owed to one Change; done exactly once for anything that it writes here."""

    class State(models.TextChoices):
        OWED = "owed"
        DONE = "done"
        DEAD = "dead"

    change = models.ForeignKey("tickets.Change", models.CASCADE, related_name="outbox")
    reaction = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OWED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=now)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["due_at", "id"], name="outbox_owed", condition=Q(state="owed")),
            models.Index(fields=["done_at"], name="outbox_to_prune", condition=Q(state="done")),
        )
        constraints = (models.UniqueConstraint(fields=["change", "reaction"], name="owed_once_per_reaction"),)

    def __str__(self) -> str:
        return f"{self.reaction} for {self.change_id}: {self.state}"
