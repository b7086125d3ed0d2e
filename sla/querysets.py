"""Named questions about calendars, policies, clocks and escalations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from tickets.models import Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from sla.models import Calendar, Escalation, SlaClock, SlaPolicy  # noqa: F401  names inside QuerySet["…"]


class CalendarQuerySet(models.QuerySet["Calendar"]):
    def active(self) -> CalendarQuerySet:
        return self.filter(archived_at=None)

    def in_use_first(self) -> CalendarQuerySet:
        """By name, archived ones last."""
        return self.order_by(models.F("archived_at").asc(nulls_first=True), "name")


class SlaPolicyQuerySet(models.QuerySet["SlaPolicy"]):
    def in_order(self) -> SlaPolicyQuerySet:
        """Active policies as they are tried: the first that a ticket meets is its own."""
        return self.filter(active=True).all_in_order()

    def all_in_order(self) -> SlaPolicyQuerySet:
        """With those that are switched off, at the places which they would have."""
        return self.order_by("position", "pk")


class SlaClockQuerySet(models.QuerySet["SlaClock"]):
    def breached(self) -> SlaClockQuerySet:
        """A promise that was broken, also when it was kept later; what was cancelled counts nowhere."""
        return self.filter(breached_at__isnull=False).exclude(state="cancelled")

    def breached_between(self, begins: datetime, ends: datetime) -> SlaClockQuerySet:
        """Rides clock_breached."""
        return self.breached().filter(breached_at__gte=begins, breached_at__lt=ends)

    def visible_to(self, actor: Actor) -> SlaClockQuerySet:
        return self.filter(ticket__in=Ticket.objects.visible_to(actor))


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def going_on(self) -> EscalationQuerySet:
        """Open or acknowledged: still somebody's."""
        return self.filter(state__in=("open", "acknowledged"))

    def to_expire(self, at: datetime) -> EscalationQuerySet:
        """Nobody acknowledged by then; rides escalation_open."""
        return self.filter(state="open", ack_due__lte=at)

    def to_repeat(self, at: datetime) -> EscalationQuerySet:
        """A reminder is due by then; rides escalation_repeat."""
        return self.filter(state="open", next_repeat_at__lte=at)

    def visible_to(self, actor: Actor) -> EscalationQuerySet:
        return self.filter(ticket__in=Ticket.objects.visible_to(actor))
