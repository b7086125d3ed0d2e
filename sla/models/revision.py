"""An edit of promises as a row: proposed, weighed against the open tickets, then put in force, for them too or not."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from sla.models.calendar import Calendar, CalendarVersion
from sla.models.policy import SlaPolicy, SlaPolicyVersion


class SlaRevisionQuerySet(models.QuerySet["SlaRevision"]):
    def to_weigh(self) -> SlaRevisionQuerySet:
        """Rides revision_at_work."""
        return self.filter(state="weighing").order_by("pk")

    def running(self) -> SlaRevisionQuerySet:
        """Rides revision_at_work."""
        return self.filter(state="running").order_by("pk")

    def over(self) -> SlaRevisionQuerySet:
        """Running by name, laid out, and nothing is left to do."""
        left = SlaRevisionBatch.objects.left().filter(revision_id=models.OuterRef("pk"))
        return self.filter(~models.Exists(left), state="running", laid_out=True)

    def proposed(self) -> SlaRevisionQuerySet:
        """Neither in force nor dropped."""
        return self.filter(state__in=("weighing", "weighed"))

    def newest_order_of(self, agent_id: int) -> SlaRevision | None:
        """The order that this agent is making and has not put in force."""
        orders = self.proposed().filter(kind=SlaRevision.Kind.ORDER, created_by_id=agent_id)
        return orders.order_by("-pk").first()

    def of_policy(self, policy: SlaPolicy | None) -> SlaRevisionQuerySet:
        """What was proposed for this policy; None: for a new one."""
        return self.filter(kind=SlaRevision.Kind.POLICY, policy=policy)

    def forgotten(self, before: datetime) -> SlaRevisionQuerySet:
        """Proposals that nobody put in force; rides revision_made."""
        return self.filter(created_at__lt=before, state__in=("weighing", "weighed", "dropped"))


class SlaRevision(models.Model):
    """`proposal` says what shall hold: of a policy all that a version holds with `name` and `active`; of an order the
    keys of all policies; of a calendar the fields of the next version. Never altered once it is in force."""

    class Kind(models.TextChoices):
        POLICY = "policy", _("Policy")
        ORDER = "order", _("Order of policies")
        CALENDAR = "calendar", _("Calendar")

    class State(models.TextChoices):
        WEIGHING = "weighing", _("Counting")
        WEIGHED = "weighed", _("Not in force yet")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Discarded")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WEIGHING)
    policy = models.ForeignKey(SlaPolicy, models.PROTECT, null=True, blank=True, related_name="revisions")
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, related_name="revisions")
    proposal = models.JSONField(default=dict)
    # What was in force when it was weighed: versions, order and which are active. Another now means: weigh again.
    ground = models.CharField(max_length=64, blank=True)
    # The version that it became.
    policy_version = models.ForeignKey(SlaPolicyVersion, models.PROTECT, null=True, blank=True, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, blank=True, related_name="+")
    # Whether open tickets follow (None until somebody said).
    open_too = models.BooleanField(null=True, blank=True)
    # The weighing: at which moment it is worked out, how far it is, and its numbers (sla/impact.py: Impact).
    weighed_at = models.DateTimeField(default=now)
    weighed_to = models.BigIntegerField(default=0)
    impact = models.JSONField(default=dict, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    # The work on open tickets: batches are laid out first.
    laid_out = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    applied_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = SlaRevisionQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["id"], name="revision_at_work", condition=Q(state__in=("weighing", "running"))),
            models.Index(fields=["created_at"], name="revision_made"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.state}"

    @property
    def is_draft(self) -> bool:
        """Still only proposed."""
        return self.state in (self.State.WEIGHING, self.State.WEIGHED)

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING


class SlaRevisionBatchQuerySet(models.QuerySet["SlaRevisionBatch"]):
    def left(self) -> SlaRevisionBatchQuerySet:
        """Rides batch_left."""
        return self.filter(done_to__lt=F("last"))

    def free(self, at: datetime) -> SlaRevisionBatchQuerySet:
        """Left, and held by no worker that is still alive."""
        return self.left().filter(Q(held_until=None) | Q(held_until__lt=at)).order_by("pk")


class SlaRevisionBatch(models.Model):
    """Open tickets of a running revision by their numbers, `first` to `last`; `done_to` moves on with each ticket, in
    the transaction of that ticket, so that a killed worker leaves nothing twice and nothing out."""

    revision = models.ForeignKey(SlaRevision, models.CASCADE, related_name="batches", db_index=False)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    tickets = models.PositiveIntegerField()
    done_to = models.BigIntegerField()
    # Who works on it, and until when the others leave it alone.
    holder = models.CharField(max_length=36, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    # How many tickets came under something else, and how many could not.
    moved = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    objects = SlaRevisionBatchQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["revision", "first"], name="batch_once"),)
        indexes = (models.Index(fields=["revision", "id"], name="batch_left", condition=Q(done_to__lt=F("last"))),)

    def __str__(self) -> str:
        return f"{self.first}-{self.last} of {self.revision_id}"
