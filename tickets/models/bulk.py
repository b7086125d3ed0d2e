"""One gesture on many tickets as rows: what was asked for, by whom, and how it went with each ticket."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from agents.actors import Actor


class BulkJobQuerySet(models.QuerySet["BulkJob"]):
    def visible_to(self, actor: Actor) -> BulkJobQuerySet:
        """One's own only: the reasons of a refusal were told to whoever asked."""
        return self.filter(agent_id=actor.account_id or 0) if actor.permissions else self.none()

    def running(self) -> BulkJobQuerySet:
        """Rides bulk_running."""
        return self.filter(state="running").order_by("pk")

    def over(self) -> BulkJobQuerySet:
        """Running by name, but nothing is left to do."""
        left = BulkItem.objects.waiting().filter(job_id=OuterRef("pk"))
        return self.filter(~Exists(left), state="running")

    def made_before(self, moment: datetime) -> BulkJobQuerySet:
        """Rides bulk_made."""
        return self.filter(created_at__lt=moment).exclude(state="running").order_by("created_at")


class BulkJob(models.Model):
    """`steps` are Actions as dump() writes them. A draft waits for words and for its author to be sure."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Not started")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Stopped")

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    steps = models.JSONField(default=list)
    # What it takes back, if it is an undoing; its items then carry steps of their own.
    undoes = models.OneToOneField("self", models.CASCADE, null=True, blank=True, related_name="undone_by")
    # Names one press of a button, or one request with its key: the same again is this job.
    gesture = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    # The parameters of the list it was asked from: the way back.
    came_from = models.TextField(blank=True)
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BulkJobQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["id"], name="bulk_running", condition=Q(state="running")),
            models.Index(fields=["created_at"], name="bulk_made"),
        )
        constraints = (models.UniqueConstraint(fields=["agent", "gesture"], name="bulk_asked_once"),)

    def __str__(self) -> str:
        return f"{self.pk}: {self.state}, {self.total} tickets"

    @property
    def is_running(self) -> bool:
        return self.state == BulkJob.State.RUNNING


class BulkItemQuerySet(models.QuerySet["BulkItem"]):
    def waiting(self) -> BulkItemQuerySet:
        """Rides bulk_item_waiting."""
        return self.filter(state="waiting").order_by("ticket")

    def refused(self) -> BulkItemQuerySet:
        return self.filter(state="refused").order_by("ticket")

    def changed(self) -> BulkItemQuerySet:
        return self.filter(state="done", change__isnull=False).order_by("ticket")

    def numbers(self) -> dict[str, int]:
        """How many are in which state; rides bulk_item_once."""
        counted = self.order_by().values("state").annotate(count=Count("pk"))
        found = dict(counted.values_list("state", "count"))
        return {state: found.get(state, 0) for state in BulkItem.State.values}


class BulkItem(models.Model):
    """One ticket of a job. It is performed and marked in one transaction, so a killed worker leaves it waiting.

    `ticket` and `change` are plain numbers: a reference would lock every ticket while a job is written down.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        CANCELLED = "cancelled", _("Stopped")

    job = models.ForeignKey(BulkJob, models.CASCADE, related_name="items", db_index=False)
    ticket = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Only where they differ from those of the job, and only if nobody has changed the ticket since that version.
    steps = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    # The Change that it became; None when the ticket was so already.
    change = models.BigIntegerField(null=True, blank=True)
    # Why it was refused: for machines, and in the words and the language of whoever asked.
    code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = BulkItemQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["job", "ticket"], name="bulk_item_once"),)
        indexes = (models.Index(fields=["job", "ticket"], name="bulk_item_waiting", condition=Q(state="waiting")),)

    def __str__(self) -> str:
        return f"#{self.ticket}: {self.state}"

    def actions(self) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = self.job.steps if self.steps is None else self.steps
        return steps
