"""What a channel of a chat program can be told of."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChatKind(models.TextChoices):
    ESCALATED = "escalated", _("A ticket is escalated")
    ANSWERED = "answered", _("An escalation is acknowledged, handed back or resolved")
    BREACHED = "breached", _("A ticket is late")
    DUE_SOON = "due_soon", _("A ticket is due soon")


OF_EVENT = {
    "escalated": ChatKind.ESCALATED,
    "escalation_reminded": ChatKind.ESCALATED,
    "escalation_acknowledged": ChatKind.ANSWERED,
    "escalation_taken_over": ChatKind.ANSWERED,
    "escalation_handed_back": ChatKind.ANSWERED,
    "escalation_resolved": ChatKind.ANSWERED,
    "sla_breached": ChatKind.BREACHED,
    "sla_step_taken": ChatKind.DUE_SOON,
}
"""A step of a ladder counts when it comes before the due time; what comes later is told as late."""
