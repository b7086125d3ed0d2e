"""What we promise to whom: an ordered list of policies, and the immutable versions of each."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from sla import known
from sla.models.calendar import Calendar
from sla.models.immutable import Immutable, ImmutableQuerySet
from sla.querysets import SlaPolicyQuerySet


class SlaPolicy(models.Model):
    """A name and a place in the order: the first active policy whose condition a ticket meets is its own."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    position = models.PositiveIntegerField(_("place"), default=0)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = SlaPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        known.forget_policies()


class SlaPolicyVersion(Immutable):
    """What a policy said from a moment on. Never altered: an edit makes the next version."""

    policy = models.ForeignKey(SlaPolicy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    # A list of TicketFilter parameter sets: a ticket meets it when it meets any one; an empty list is met by all.
    conditions = models.JSONField(default=list, blank=True)
    # Whose hours count for targets in business time; None: every target is wall clock.
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, related_name="+")
    # {"first_response": {"normal": 240, "urgent": 60}, ...}: minutes by metric and priority; what is absent has none.
    targets = models.JSONField(default=dict)
    # Metrics that run on the wall clock (24x7); the others run in the calendar's hours.
    wall_clock = models.JSONField(default=list, blank=True)
    # {"resolution": ["pending", "on_hold"], ...}: the status categories in which each metric's clocks stand still.
    pauses = models.JSONField(default=dict, blank=True)
    # Steps of the escalation ladder, in order; sla/ladders.py has their form and checks it.
    ladder = models.JSONField(default=list, blank=True)
    in_force_from = models.DateTimeField(default=now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ImmutableQuerySet["SlaPolicyVersion"].as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once"),)
        ordering = ("policy", "number")

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        known.forget_wording(self.pk)
