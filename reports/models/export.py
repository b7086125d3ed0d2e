"""A file that takes too long for one answer: asked for as a row, written by a worker, kept for some days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime

    from agents.actors import Actor


class ExportJobQuerySet(models.QuerySet["ExportJob"]):
    def visible_to(self, actor: Actor) -> ExportJobQuerySet:
        """One's own only: what is in it was seen with the eyes of whoever asked."""
        return self.filter(agent_id=actor.id or 0) if actor.is_agent and actor.permissions else self.none()

    def to_write(self) -> ExportJobQuerySet:
        """Waiting, or begun by a worker that has died since; rides export_to_write."""
        free = Q(claimed_until=None) | Q(claimed_until__lte=now())
        return self.filter(free, state__in=["waiting", "running"]).order_by("pk")

    def under_way(self) -> ExportJobQuerySet:
        """Not over, whoever has it in their hands; rides export_to_write."""
        return self.filter(state__in=["waiting", "running"]).order_by("pk")

    def expired(self, at: datetime) -> ExportJobQuerySet:
        """Rides export_expiring."""
        return self.filter(expires_at__lte=at).order_by("expires_at")


class ExportJob(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # The figure whose tickets are listed (reports.metrics.find), and what the address of the list asks for.
    kpi = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    format = models.CharField(max_length=4)
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # Counted when a worker takes it, so it also fences off a worker that wakes up late.
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    # When a worker took it first: however long it had waited for one, its own slowness counts from then.
    begun_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    # Below the folder of exports; empty until it is whole.
    file_name = models.CharField(max_length=80, blank=True)
    # Whose tickets it was made with: who has lost one of these teams since does not get it any more.
    saw_all = models.BooleanField(default=False)
    saw_teams = models.JSONField(default=list)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()

    objects = ExportJobQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["id"], name="export_to_write", condition=Q(state__in=["waiting", "running"])),
            models.Index(fields=["expires_at"], name="export_expiring"),
        )

    def __str__(self) -> str:
        return f"export {self.pk}: {self.state}"

    @property
    def name(self) -> str:
        """What is listed, in the reader's words."""
        from reports.metrics import find

        figure = find(self.kpi)
        return str(figure.name) if figure else self.kpi

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED}
