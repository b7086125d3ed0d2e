"""The mails that carry a survey, a queue of their own, and the hashes of the tokens in their links."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.owing import Owed
from surveys.models.survey import Survey
from surveys.querysets import SurveyMailQuerySet


class SurveyMail(Owed):
    """The question or its one reminder; the Message-ID is fixed here, so that a second copy is known as one."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        REMINDER = "reminder", _("Reminder")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="mails", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # The Message-ID header, without its angle brackets.
    header_id = models.CharField(max_length=250, unique=True)

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
