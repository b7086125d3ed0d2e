"""One row for each thing that figures count, carrying whose it was when it happened."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from reports.querysets import FactQuerySet, SpanQuerySet

TAG = "\n"
"""Stands before and after each tag, so that a tag is found as a whole; no tag holds it (tickets.actions.tags)."""


class Kind(models.TextChoices):
    """What happened. Of durations, `seconds` says how long it took."""

    CREATED = "created", "created"
    FIRST_REPLY = "first_reply", "first reply"
    NEXT_REPLY = "next_reply", "next reply"
    SOLVED = "solved", "solved"
    REOPENED = "reopened", "reopened"
    MERGED_AWAY = "merged_away", "merged away"
    # All that is told of a ticket that is spam.
    SPAM = "spam", "spam"
    RESTORED = "restored", "restored"
    REASSIGNED = "reassigned", "reassigned"
    PROMISE = "promise", "promise"
    ESCALATED = "escalated", "escalated"
    ESCALATION_CLOSED = "esc_closed", "escalation closed"


class Sliced(models.Model):
    """By what every figure can be parted. Plain keys as of the event: a team may be gone since."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", db_index=False)
    # 1, 2, … among those of its kind on the ticket.
    place = models.PositiveIntegerField()
    team_id = models.BigIntegerField(null=True)
    # Of an answer its author; else who had the ticket.
    agent_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=10)
    # Of priorities the number (tickets.models.Priority).
    priority = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10, blank=True)
    policy_id = models.BigIntegerField(null=True)
    tags = models.TextField(blank=True)
    requester_id = models.BigIntegerField()
    # Like the requester as of today, whatever the ticket was before.
    organization = models.ForeignKey(
        "customers.Organization", models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )
    # The ticket came by an import.
    imported = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Fact(Sliced):
    """Written by reports/keeping.py alone."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    # 0 is Monday from midnight to one o'clock in the reporting zone, 167 the last hour of Sunday.
    hour_of_week = models.PositiveSmallIntegerField()
    # The ticket was folded into another and stands so: counted by the balance alone.
    merged = models.BooleanField(default=False)

    # Calendar seconds, and those inside the opening hours in force on the ticket; None: it had no opening hours.
    seconds = models.BigIntegerField(null=True)
    business = models.BigIntegerField(null=True)
    # Of a solve, since the creation: time in new and open; in new, open and on hold; in pending.
    active = models.BigIntegerField(null=True)
    active_business = models.BigIntegerField(null=True)
    ours = models.BigIntegerField(null=True)
    ours_business = models.BigIntegerField(null=True)
    theirs = models.BigIntegerField(null=True)
    theirs_business = models.BigIntegerField(null=True)
    # Of a solve: public messages of agents until then.
    replies = models.PositiveIntegerField(null=True)
    # The first, the last of its kind on the ticket.
    first = models.BooleanField(default=False)
    last = models.BooleanField(default=False)
    # Of a solve: seconds until the ticket was next reopened, and until its requester next opened another one, at most
    # reports.returning.LONGEST later; None: not so far.
    reopened_after = models.BigIntegerField(null=True)
    returned_after = models.BigIntegerField(null=True)
    # Of a promise its metric, of a reassignment "agent" or "team", of an escalation its source.
    detail = models.CharField(max_length=20, blank=True)
    # Of a promise "met" | "missed" | "unanswered" | "cancelled"; of a closed escalation its state.
    outcome = models.CharField(max_length=12, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["ticket", "kind", "place"], name="fact_once"),)
        indexes = (
            # Every figure reads one kind in a span of time; every slice narrows that.
            models.Index(fields=["kind", "at"], name="fact_by_kind"),
            models.Index(fields=["kind", "team_id", "at"], name="fact_by_team"),
            # A customer or an organisation among a million facts.
            models.Index(fields=["requester_id", "kind", "at"], name="fact_by_customer"),
            models.Index(fields=["organization", "kind", "at"], name="fact_by_organization"),
            # Who wrote most in a year is counted from this index alone.
            models.Index(
                fields=["at", "requester_id", "organization"],
                name="fact_who_wrote",
                condition=Q(kind="created", merged=False, imported=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.place} of {self.ticket_id} at {self.at}"


class Span(Sliced):
    """A time [began, ended) in which an unsolved ticket stood as this row says; together they are the backlog."""

    # "new" | "open" | "pending" | "on_hold".
    status = models.CharField(max_length=10)
    began = models.DateTimeField()
    # None: it stands so now.
    ended = models.DateTimeField(null=True)
    # Of the ticket: how old it is at any time.
    created = models.DateTimeField()

    objects = SpanQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["ticket", "place"], name="span_once"),)
        indexes = (
            # The backlog of long ago is found by what had begun, that of these days by what had not ended.
            models.Index(fields=["began", "ended"], name="span_by_begin"),
            models.Index(fields=["ended", "began"], name="span_by_end"),
            # What stands in each state is counted from this index alone.
            models.Index(fields=["imported", "status", "began"], name="span_standing", condition=Q(ended=None)),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.status} from {self.began} to {self.ended}"
