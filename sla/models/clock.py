"""Clocks and their ledger: what was promised on a ticket, and how each second of it was counted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sla.models.calendar import CalendarVersion
from sla.models.policy import SlaPolicyVersion
from sla.querysets import SlaClockQuerySet


class Metric(models.TextChoices):
    FIRST_RESPONSE = "first_response", _("First response")
    NEXT_RESPONSE = "next_response", _("Next response")
    PERIODIC_UPDATE = "periodic_update", _("Periodic update")
    RESOLUTION = "resolution", _("Resolution")
    TEAM_HANDLING = "team_handling", _("Team handling")


class ClockState(models.TextChoices):
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    MET = "met", _("Met")
    # Late and still unsatisfied; whether it stands still at the moment is told by its last leg.
    BREACHED_OPEN = "breached_open", _("Late")
    BREACHED_CLOSED = "breached_closed", _("Missed")
    UNANSWERED = "unanswered", _("Solved without an answer")
    CANCELLED = "cancelled", _("Cancelled")


GOING_ON = (ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED_OPEN)


class LegReason(models.TextChoices):
    """Why a leg began, and with `running` why it counts or does not."""

    STARTED = "started", _("The clock started")
    PAUSED = "paused", _("Paused by the state")
    RESUMED = "resumed", _("Runs again")
    REOPENED = "reopened", _("Reopened")
    SOLVED = "solved", _("Solved")
    PRIORITY = "priority", _("Another priority")
    POLICY = "policy", _("Another policy")
    CALENDAR = "calendar", _("Other opening hours")
    NO_POLICY = "no_policy", _("No policy in force")
    WITHDRAWN = "withdrawn", _("The answer was taken back")
    RESTORED = "restored", _("The merge was undone")


class SlaAssignment(models.Model):
    """Which policy and opening hours were in force on a ticket from a moment on. Append-only; a replay reads it.

    The newest row holds. It pins versions: an edited policy or calendar reaches a ticket by the next row only.
    """

    class Cause(models.TextChoices):
        MATCHED = "matched", _("It meets the policy's condition")
        HAND = "hand", _("Set by hand")
        EDITED = "edited", _("The policy or calendar was edited")

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="sla_assignments", db_index=False)
    # The Change in whose transaction it was decided; None when an edit of policy or calendar was applied to it.
    change = models.ForeignKey("tickets.Change", models.CASCADE, null=True, blank=True, related_name="+")
    policy_version = models.ForeignKey(SlaPolicyVersion, models.PROTECT, null=True, blank=True, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, blank=True, related_name="+")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    at = models.DateTimeField()
    # Of a row without a Change: the newest Change of the ticket at that time, so that a replay knows its place.
    follows = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["ticket", "id"], name="sla_assignment_of_ticket"),)

    def __str__(self) -> str:
        return f"{self.policy_version} on {self.ticket_id} from {self.at}"


class SlaClock(models.Model):
    """One promise on one ticket. All durations are whole seconds of the clock's own time (business or wall clock)."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="sla_clocks", db_index=False)
    metric = models.CharField(max_length=20, choices=Metric.choices)
    # 1, 2, …: runs of messages, periods, visits to a team.
    sequence = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, choices=ClockState.choices, default=ClockState.RUNNING)
    # In force now; a clock without a target counts, but promises nothing.
    target_seconds = models.PositiveIntegerField(null=True, blank=True)
    policy_version = models.ForeignKey(SlaPolicyVersion, models.PROTECT, null=True, blank=True, related_name="+")
    # None: wall clock.
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, blank=True, related_name="+")
    # Of all closed legs that count.
    used_seconds = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField()
    # While it runs: when the target is used up. While it stands still or has ended: None.
    due_at = models.DateTimeField(null=True, blank=True)
    satisfied_at = models.DateTimeField(null=True, blank=True)
    # The due time that passed (or the moment of the rebase that put it into the past), and when we came to know.
    breached_at = models.DateTimeField(null=True, blank=True)
    detected_at = models.DateTimeField(null=True, blank=True)
    breach_cause = models.CharField(max_length=10, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # "answered" | "solved" | "left_team" | "merged" | "spam" | "policy_removed" | …
    ended_cause = models.CharField(max_length=20, blank=True)
    # The team visited (team_handling), as a fact of that time.
    team_id_then = models.BigIntegerField(null=True, blank=True)
    # The next moment at which anything can happen by itself: due, or a step of the ladder.
    next_check_at = models.DateTimeField(null=True, blank=True)

    objects = SlaClockQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["ticket", "metric", "sequence"], name="clock_once"),)
        indexes = (
            # The sweep: holds nothing but clocks at which something will happen, in the order of its happening.
            models.Index(
                fields=["next_check_at", "id"], name="clock_to_check", condition=Q(next_check_at__isnull=False)
            ),
            # The radar: what falls due, in order.
            models.Index(fields=["due_at", "id"], name="clock_due", condition=Q(due_at__isnull=False)),
            # The API's page of clocks in a state that few are in at any time: along the primary key it would pass all
            # that ever ended. Those that ended are many, so there the primary key serves.
            models.Index(
                fields=["state", "id"],
                name="clock_going_on",
                condition=Q(state__in=["running", "paused", "breached_open"]),
            ),
            # The causes of breaches: what was broken in a span of time.
            models.Index(
                fields=["breached_at", "ticket"],
                name="clock_breached",
                include=["state"],
                condition=Q(breached_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.metric} {self.sequence} of {self.ticket_id}: {self.state}"


class SlaLeg(models.Model):
    """A span [began_at, ended_at) of a clock, counted or not, under one policy, calendar and target. Append-only: the
    open leg is closed once and never altered again."""

    clock = models.ForeignKey(SlaClock, models.CASCADE, related_name="legs", db_index=False)
    position = models.PositiveIntegerField()
    running = models.BooleanField()
    reason = models.CharField(max_length=12, choices=LegReason.choices)
    # The status category in force (new, open, pending, on_hold, solved, closed): what it stands still for.
    status = models.CharField(max_length=10, blank=True)
    policy_version = models.ForeignKey(SlaPolicyVersion, models.PROTECT, null=True, blank=True, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, blank=True, related_name="+")
    target_seconds = models.PositiveIntegerField(null=True, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # Counted seconds of the closed leg; 0 while it is open, and always 0 when not running.
    used_seconds = models.PositiveBigIntegerField(default=0)
    # The Change that began it.
    change = models.ForeignKey(
        "tickets.Change", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clock", "position"], name="leg_once"),)
        ordering = ("clock", "position")

    def __str__(self) -> str:
        return f"leg {self.position} of clock {self.clock_id}"
