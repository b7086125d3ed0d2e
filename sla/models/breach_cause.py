"""Why a promise was broken, in the judgement of whoever solved the ticket: one answer, which may change."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from tickets.breach_reasons import BREACH_REASONS


class BreachCause(models.Model):
    """Altered by the Action SetBreachCause only. A breached ticket without a row has not been explained (yet).

    It stays with the ticket whose promise was broken: a merge takes it nowhere, as it takes no clock.
    """

    class Code(models.TextChoices):
        LATE_PICKUP = "late_pickup", BREACH_REASONS["late_pickup"]
        WORKLOAD = "workload", BREACH_REASONS["workload"]
        WRONG_TEAM = "wrong_team", BREACH_REASONS["wrong_team"]
        ABSENCE = "absence", BREACH_REASONS["absence"]
        KNOWLEDGE = "knowledge", BREACH_REASONS["knowledge"]
        COMPLEX = "complex", BREACH_REASONS["complex"]
        OUTAGE = "outage", BREACH_REASONS["outage"]
        THIRD_PARTY = "third_party", BREACH_REASONS["third_party"]
        CUSTOMER = "customer", BREACH_REASONS["customer"]
        WRONG_TARGET = "wrong_target", BREACH_REASONS["wrong_target"]
        OTHER = "other", BREACH_REASONS["other"]

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="breach_cause")
    code = models.CharField(_("cause"), max_length=20, choices=Code.choices)
    note = models.CharField(_("in your own words"), max_length=300, blank=True)
    # None: the house itself (an import, the demo data).
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"breach of {self.ticket_id}: {self.code}"
