"""One question to one customer about one solving of a ticket, every step of its life, and every answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from surveys.querysets import SurveyQuerySet

CHANGEABLE_FOR = timedelta(hours=24)
"""How long after the first answer the customer may change it."""
GOOD, LOW = (4, 5), (1, 2)


class State(models.TextChoices):
    """suppressed | scheduled -> sent -> answered | expired. A scheduled one may yet be suppressed or cancelled.

    Every row was eligible: it begins with a ticket that was solved, and the first step says what came of that.
    """

    SUPPRESSED = "suppressed", _("Not asked")
    SCHEDULED = "scheduled", _("Planned")
    SENT = "sent", _("Sent")
    ANSWERED = "answered", _("Answered")
    EXPIRED = "expired", _("No answer")
    CANCELLED = "cancelled", _("Called off")


class Reason(models.TextChoices):
    """Why a customer is not asked, or not any more."""

    MERGED = "merged", _("The ticket was merged")
    SPAM = "spam", _("The ticket is spam")
    NO_REPLY = "no_public_reply", _("Nobody answered the customer")
    OPTED_OUT = "opted_out", _("The customer does not want to be asked")
    THROTTLED = "throttled", _("The customer was asked not long ago")
    NOT_SAMPLED = "not_sampled", _("Not in the sample")
    NO_ADDRESS = "no_address", _("No mail address that works")
    SWITCHED_OFF = "switched_off", _("Surveys were switched off")
    UNDELIVERED = "undelivered", _("The mail could not be delivered")
    REOPENED = "reopened", _("The ticket was reopened")


class Survey(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="surveys", db_index=False)
    # The Change that solved the ticket: one survey for each, however often the reaction runs.
    solve = models.OneToOneField("tickets.Change", models.CASCADE, related_name="+")
    sequence = models.PositiveIntegerField()
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="surveys", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    solved_at = models.DateTimeField()
    created_at = models.DateTimeField(default=now)

    # What the sweep looks for: when to hand the mail over, to remind, to close, to escalate. None: not (any more).
    due_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    follow_up_at = models.DateTimeField(null=True, blank=True)

    # Frozen when the mail is handed over; they never follow the ticket afterwards.
    handed_at = models.DateTimeField(null=True, blank=True)
    recipient = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=10, blank=True)
    style = models.CharField(max_length=5, blank=True)
    # Who solved it; None when the house did and nobody was assigned.
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    team = models.ForeignKey("agents.Team", models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=10, blank=True)

    sent_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    # As it stands; every earlier value is a SurveyAnswer.
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.TextField(blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        indexes = (
            models.Index(
                fields=["due_at", "id"], name="survey_due", condition=Q(state="scheduled", due_at__isnull=False)
            ),
            models.Index(fields=["remind_at", "id"], name="survey_remind", condition=Q(state="sent")),
            models.Index(fields=["expires_at", "id"], name="survey_expire", condition=Q(state="sent")),
            models.Index(fields=["follow_up_at"], name="survey_follow_up", condition=Q(follow_up_at__isnull=False)),
            models.Index(
                fields=["customer", "handed_at"], name="survey_throttle", condition=Q(handed_at__isnull=False)
            ),
            models.Index(fields=["agent", "sent_at"], name="survey_of_agent", condition=Q(sent_at__isnull=False)),
            models.Index(fields=["sent_at", "id"], name="survey_by_sent", condition=Q(sent_at__isnull=False)),
            models.Index(fields=["created_at", "id"], name="survey_by_created"),
            models.Index(fields=["state", "created_at", "id"], name="survey_by_state"),
            models.Index(fields=["answered_at", "id"], name="survey_low", condition=Q(score__in=[1, 2])),
        )
        constraints = (
            models.UniqueConstraint(fields=["ticket", "sequence"], name="survey_in_ticket"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__range=(1, 5)), name="survey_score_of_five"),
        )

    def __str__(self) -> str:
        return f"survey {self.sequence} about #{self.ticket_id}: {self.state}"

    @property
    def is_low(self) -> bool:
        return self.score in LOW

    @property
    def changeable_until(self) -> datetime | None:
        return self.answered_at + CHANGEABLE_FOR if self.answered_at else None


class SurveyStep(models.Model):
    """One step in the life of a survey; rows are added and never altered."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="steps")
    # A State, or "handed_over" | "reminded" | "postponed" | "changed" | "escalated".
    what = models.CharField(max_length=12)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.what}"


class SurveyReplier(models.Model):
    """An agent who had answered the customer in public before the survey went out."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="repliers", db_index=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["survey", "agent"], name="survey_replier_once"),)

    def __str__(self) -> str:
        return f"{self.agent_id} answered before survey {self.survey_id}"


class SurveyAnswer(models.Model):
    """What the customer said at one time; the newest stands on the survey, earlier ones are kept."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answers")
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    given_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.score} to survey {self.survey_id}"
