"""The mails that carry a survey, a queue of their own, and the hashes of the tokens in their links."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from surveys.models.survey import Survey
from surveys.querysets import SurveyMailQuerySet


class SurveyMail(models.Model):
    """The question or its one reminder; the Message-ID is fixed here, so that a second copy is known as one."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        REMINDER = "reminder", _("Reminder")

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Dropped")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="mails", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # The Message-ID header, without its angle brackets.
    header_id = models.CharField(max_length=250, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField(default=now)
    # Counted when a worker takes the mail, so it also fences off a worker that wakes up late.
    attempts = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    objects = SurveyMailQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["due_at", "id"], name="survey_mail_due", condition=Q(state__in=["queued", "sending"])),
        )
        constraints = (models.UniqueConstraint(fields=["survey", "kind"], name="survey_mailed_once_per_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} of survey {self.survey_id}: {self.state}"


class SurveyToken(models.Model):
    """What a link may open. Only the hash is kept: whoever reads the database cannot answer for a customer.

    Each attempt to send makes its own, so that every copy that a customer may hold works.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"a link to survey {self.survey_id}"
