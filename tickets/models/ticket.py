"""A ticket: one matter of one customer, its state, and the columns by which lists find it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.errors import HelpdeskError, Stale
from tickets.querysets import OPEN_STATUSES, TicketQuerySet

if TYPE_CHECKING:
    from tickets.models.message import Message


class Status(models.TextChoices):
    NEW = "new", _("New")
    OPEN = "open", _("Open")
    PENDING = "pending", _("Pending")
    ON_HOLD = "on_hold", _("On hold")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


# Which states a person or program may move a ticket to. A closed ticket stays closed: an answer opens a follow-up.
MOVES: dict[str, frozenset[str]] = {
    Status.NEW: frozenset({Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED}),
    Status.OPEN: frozenset({Status.PENDING, Status.ON_HOLD, Status.SOLVED}),
    Status.PENDING: frozenset({Status.OPEN, Status.ON_HOLD, Status.SOLVED}),
    Status.ON_HOLD: frozenset({Status.OPEN, Status.PENDING, Status.SOLVED}),
    Status.SOLVED: frozenset({Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.CLOSED}),
    Status.CLOSED: frozenset(),
}


class Priority(models.IntegerChoices):
    """Stored as a number so that lists sort by it; facts and the API say the slug ("high")."""

    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")

    @property
    def slug(self) -> str:
        return self.name.lower()

    @classmethod
    def slugs(cls) -> list[tuple[str, str]]:
        return [(item.slug, str(item.label)) for item in cls]


class TicketType(models.TextChoices):
    QUESTION = "question", _("Question")
    INCIDENT = "incident", _("Incident")
    PROBLEM = "problem", _("Problem")
    TASK = "task", _("Task")


class Channel(models.TextChoices):
    EMAIL = "email", _("Email")
    WEB = "web", _("Web")
    PHONE = "phone", _("Phone")
    API = "api", _("API")


class Ticket(models.Model):
    """Changed only by perform(); opened only by open_ticket(). The number that people see is the primary key."""

    # When the gesture that is being applied happened; set by perform() on the locked row, read by Actions.
    acting_at: datetime

    subject = models.CharField(_("subject"), max_length=250)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.NEW)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    type = models.CharField(_("type"), max_length=10, choices=TicketType.choices, default=TicketType.QUESTION)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=10, blank=True)
    requester = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="tickets", verbose_name=_("requester"), db_index=False
    )
    organization = models.ForeignKey(
        "customers.Organization", models.SET_NULL, null=True, blank=True, related_name="tickets"
    )
    team = models.ForeignKey(
        "agents.Team", models.PROTECT, null=True, blank=True, related_name="tickets", db_index=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assigned", db_index=False
    )
    custom = models.JSONField(default=dict, blank=True)
    tags: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        "tickets.Tag", through="tickets.TicketTag", related_name="tickets"
    )

    created_at = models.DateTimeField(default=now)
    activity_at = models.DateTimeField(default=now)
    waiting_since = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    excerpt = models.CharField(max_length=200, blank=True)
    # Where its conversation goes on since it was merged; nothing but the end of that merge alters such a ticket.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_here", db_index=False
    )
    version = models.PositiveIntegerField(default=0)
    # Projections of the clocks, written by sla.subscribers only. `next_due_at`: the earliest due time of all clocks
    # that go on, and of those already late (also while they stand still). None: nothing promised, or all stand still.
    next_due_at = models.DateTimeField(null=True, blank=True)
    # "" (no clock goes on) | "running" | "paused" (all that go on stand still) | "late" (at least one is breached).
    sla_state = models.CharField(max_length=10, blank=True)
    # Since when an escalation of it goes on, written by the escalation Actions of sla only. None: none does.
    escalated_at = models.DateTimeField(null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        # Lists are read newest activity first. The partial indexes hold only what is open, so their size, and the
        # cost of the daily views, does not grow with what is closed.
        indexes = (
            models.Index(fields=["activity_at", "id"], name="ticket_by_activity"),
            models.Index(fields=["status", "activity_at", "id"], name="ticket_by_status"),
            models.Index(fields=["activity_at", "id"], name="ticket_open", condition=Q(status__in=OPEN_STATUSES)),
            models.Index(
                fields=["team", "activity_at", "id"], name="ticket_open_team", condition=Q(status__in=OPEN_STATUSES)
            ),
            models.Index(
                fields=["assignee", "activity_at", "id"],
                name="ticket_open_assignee",
                condition=Q(status__in=OPEN_STATUSES),
            ),
            # Lists of their own: what `IS NULL` finds in an index on (assignee, activity_at) PostgreSQL sorts again.
            models.Index(
                fields=["activity_at", "id"],
                name="ticket_unassigned",
                condition=Q(status__in=OPEN_STATUSES, assignee=None),
            ),
            models.Index(fields=["activity_at", "id"], name="ticket_without_team", condition=Q(team=None)),
            models.Index(fields=["team", "activity_at", "id"], name="ticket_by_team"),
            models.Index(fields=["assignee", "activity_at", "id"], name="ticket_by_assignee"),
            models.Index(fields=["requester", "activity_at", "id"], name="ticket_by_requester"),
            # The other orders of lists (tickets/sorting.py): by opening for all, by urgency and waiting for open ones.
            models.Index(fields=["created_at", "id"], name="ticket_by_created"),
            models.Index(fields=["priority", "id"], name="ticket_open_priority", condition=Q(status__in=OPEN_STATUSES)),
            # These two also hold what says who may see a ticket, so that the supervisor's counts read no row.
            models.Index(
                fields=["waiting_since", "id"],
                name="ticket_open_waiting",
                include=["team", "assignee", "snoozed_until"],
                condition=Q(status__in=OPEN_STATUSES),
            ),
            models.Index(
                fields=["next_due_at", "id"],
                name="ticket_open_due",
                include=["team", "assignee"],
                condition=Q(status__in=OPEN_STATUSES),
            ),
            # The team board: how much lies with whom, read from the index alone.
            models.Index(
                fields=["team", "assignee", "status", "waiting_since"],
                name="ticket_open_load",
                condition=Q(status__in=OPEN_STATUSES),
            ),
            models.Index(
                fields=["escalated_at", "id"],
                name="ticket_open_escalated",
                condition=Q(status__in=OPEN_STATUSES, escalated_at__isnull=False),
            ),
            models.Index(fields=["solved_at"], name="ticket_to_close", condition=Q(status="solved")),
            models.Index(fields=["snoozed_until"], name="ticket_to_wake", condition=Q(snoozed_until__isnull=False)),
            models.Index(fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)),
        )

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @property
    def number(self) -> int:
        """What people call the ticket by; unique and never given twice, because it is the key itself."""
        return self.pk

    @property
    def is_open(self) -> bool:
        """Still somebody's work; the twin of `Ticket.objects.open()`."""
        return self.status in OPEN_STATUSES

    @property
    def is_snoozed(self) -> bool:
        """The twin of `Ticket.objects.snoozed()`."""
        return self.snoozed_until is not None

    @property
    def is_merged(self) -> bool:
        """Folded into another ticket; the twin of `Ticket.objects.merged()`."""
        return self.merged_into_id is not None

    @property
    def waits_on_us(self) -> bool:
        """A customer wrote last and nobody has answered; the twin of `Ticket.objects.waiting_on_us()`."""
        return self.is_open and self.waiting_since is not None

    # As Django's own, which translate and hash every label that the field has, for each row of a list.
    def get_status_display(self) -> str:  # type: ignore[no-redef]
        return str(Status(self.status).label)

    def get_priority_display(self) -> str:  # type: ignore[no-redef]
        return str(Priority(self.priority).label)

    @property
    def priority_slug(self) -> str:
        return Priority(self.priority).slug

    @cached_property
    def just_written(self) -> dict[int, Message]:
        """By key, the messages that the gesture has written in which this row was read: whoever is told of its Change
        need not read them again."""
        return {}

    def expect(self, version: int | None) -> None:
        """Raise Stale when the caller read another version; None means that the caller takes its turn."""
        if version is not None and version != self.version:
            raise Stale("stale", _("Somebody changed this ticket while you were looking at it."))

    def expect_unmerged(self) -> None:
        """Raise "merged", naming where it went, when the ticket was folded into another."""
        if self.merged_into_id is not None:
            words = _("#%(number)s was merged into #%(into)s.")
            raise HelpdeskError("merged", str(words) % {"number": self.pk, "into": self.merged_into_id})


class TicketLink(models.Model):
    """Two tickets that belong together. Read from `source` to `target`: source is the parent, the duplicate, …"""

    class Kind(models.TextChoices):
        RELATED = "related", _("Related")
        PARENT = "parent", _("Parent of")
        DUPLICATE = "duplicate", _("Duplicate of")
        FOLLOW_UP = "follow_up", _("Follow-up of")

    source = models.ForeignKey(Ticket, models.CASCADE, related_name="links_from")
    target = models.ForeignKey(Ticket, models.CASCADE, related_name="links_to")
    kind = models.CharField(max_length=10, choices=Kind.choices)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "target", "kind"], name="linked_once_per_kind"),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="not_linked_to_itself"),
        )

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
