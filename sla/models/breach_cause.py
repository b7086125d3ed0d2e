"""Why a promise was broken, in the judgement of whoever solved the ticket: one answer for a ticket, which may change."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


class BreachCause(models.Model):
    """Altered by the Action SetBreachCause only. A breached ticket without a row has not been explained (yet)."""

    class Code(models.TextChoices):
        LATE_PICKUP = "late_pickup", _("Nobody picked it up in time")
        WORKLOAD = "workload", _("Too much work at once")
        WRONG_TEAM = "wrong_team", _("Was with the wrong team first")
        ABSENCE = "absence", _("Absence or change of shift")
        KNOWLEDGE = "knowledge", _("We lacked the knowledge")
        COMPLEX = "complex", _("The matter itself took longer")
        OUTAGE = "outage", _("Fault or outage on our side")
        THIRD_PARTY = "third_party", _("Somebody else kept us waiting")
        CUSTOMER = "customer", _("The customer kept us waiting")
        WRONG_TARGET = "wrong_target", _("The target or the hours did not fit")
        OTHER = "other", _("Something else")

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="breach_cause")
    code = models.CharField(_("cause"), max_length=20, choices=Code.choices)
    note = models.CharField(_("in your own words"), max_length=300, blank=True)
    # None: the house itself (an import, the demo data).
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"breach of {self.ticket_id}: {self.code}"
