"""Escalations as records with an owner, and the mark that makes each step of a ladder happen once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from sla.models.clock import SlaClock
from sla.querysets import EscalationQuerySet


class Escalation(models.Model):
    """Somebody above is asked to look at a ticket. Altered by Actions only (sla/actions/)."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        RESOLVED = "resolved", _("Resolved")
        HANDED_BACK = "handed_back", _("Handed back")
        # Nobody acknowledged in time: the next level stands in `next`.
        EXPIRED = "expired", _("Expired")

    class Source(models.TextChoices):
        CLOCK = "clock", _("SLA clock")
        AGENT = "agent", _("Agent")
        CSAT = "csat", _("Low satisfaction")
        CUSTOMER = "customer", _("Customer")

    class Reason(models.TextChoices):
        DUE_SOON = "due_soon", _("Due soon")
        BREACHED = "breached", _("Breached")
        CUSTOMER_UPSET = "customer_upset", _("Unhappy customer")
        NEEDS_SENIOR = "needs_senior", _("Needs somebody more experienced")
        NEEDS_DECISION = "needs_decision", _("Needs a decision")
        LOW_SCORE = "low_score", _("Low score")
        NOT_ACKNOWLEDGED = "not_acknowledged", _("Nobody acknowledged in time")
        OTHER = "other", _("Something else")

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="escalations", db_index=False)
    clock = models.ForeignKey(SlaClock, models.SET_NULL, null=True, blank=True, related_name="escalations")
    # The place of the step in the ladder of the clock's policy version; None when no ladder asked for it.
    step = models.PositiveSmallIntegerField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    source = models.CharField(max_length=10, choices=Source.choices)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    # In the words of the person who escalated.
    text = models.TextField(blank=True)
    # From whom: an agent, or None with the name of the part of the house.
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    raised_by_name = models.CharField(max_length=160)
    # Who is asked: one person, or else everyone who supervises that team.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey("agents.Team", models.PROTECT, null=True, blank=True, related_name="+")
    # Why it stands with that owner: "owner" | "stand_in" | "team_lead" | "on_duty" | "admins".
    owner_cause = models.CharField(max_length=12, blank=True)
    # {"assignee": [before, after], "priority": [before, after]}: what the escalation itself altered; a hand-back puts
    # back what still stands as it left it.
    before = models.JSONField(default=dict, blank=True)
    opened_at = models.DateTimeField(default=now)
    ack_due = models.DateTimeField(null=True, blank=True)
    # Reminders of this escalation: when the next is due, and how many went out.
    next_repeat_at = models.DateTimeField(null=True, blank=True)
    repeats = models.PositiveSmallIntegerField(default=0)
    # Minutes between reminders, and how many there are at most; None: nobody is reminded.
    repeat_every = models.PositiveIntegerField(null=True, blank=True)
    max_repeats = models.PositiveSmallIntegerField(default=0)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    # Why it ended when nobody ended it by itself: "solved" | "closed" | "merged"; "" when somebody did.
    closed_cause = models.CharField(max_length=10, blank=True)
    # The ticket on which it was opened, when a merge carried it here; undoing the merge carries it back.
    moved_from = models.ForeignKey(
        "tickets.Ticket", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    # What was said on closing or handing back.
    note = models.TextField(blank=True)
    # The one that followed when this one expired.
    next = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="previous")

    objects = EscalationQuerySet.as_manager()

    class Meta:
        indexes = (
            # The supervisor's queue, by when somebody must have acknowledged; and the sweep of what expires.
            models.Index(fields=["ack_due", "id"], name="escalation_open", condition=Q(state="open")),
            models.Index(fields=["next_repeat_at"], name="escalation_repeat", condition=Q(state="open")),
            models.Index(fields=["ticket", "id"], name="escalation_of_ticket"),
            models.Index(fields=["opened_at", "id"], name="escalation_held", condition=Q(state="acknowledged")),
        )

    def __str__(self) -> str:
        return f"escalation {self.pk} of {self.ticket_id}: {self.state}"


class ClockStep(models.Model):
    """A step of a ladder that was taken on a clock. The constraint is what makes it happen exactly once."""

    clock = models.ForeignKey(SlaClock, models.CASCADE, related_name="steps", db_index=False)
    # "due", or the place of the step in the ladder of the policy version ("12:0": version 12, first step).
    step = models.CharField(max_length=24)
    # When it was to happen, and when it did.
    planned_at = models.DateTimeField()
    done_at = models.DateTimeField(default=now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clock", "step"], name="step_taken_once"),)

    def __str__(self) -> str:
        return f"step {self.step} of clock {self.clock_id}"
