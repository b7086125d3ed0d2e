"""Receivers of other systems, what each is owed, and every attempt to tell it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from webhooks.querysets import DeliveryQuerySet, WebhookQuerySet

TRIED_FOR = timedelta(hours=24)


class Reason(models.TextChoices):
    """Why an attempt was in vain, or why none is made."""

    TIMEOUT = "timeout", _("No answer came in time")
    CONNECTION = "connection", _("The host could not be reached")
    TLS = "tls", _("The certificate is not valid")
    ANSWER = "answer", _("The answer could not be read")
    REFUSED = "refused", _("Nothing may be sent to this address")
    STATUS = "status", _("The receiver did not accept it")
    SECRET_LOST = "secret_lost", _("The stored secret cannot be read any more; make a new one")
    INTERRUPTED = "interrupted", _("The sender was interrupted; it may have arrived")
    UNSEEN = "unseen", _("The owner of the webhook does not see this ticket any more")
    OFF = "off", _("The webhook was switched off")


UNREACHED = (Reason.TIMEOUT, Reason.CONNECTION, Reason.TLS, Reason.ANSWER, Reason.REFUSED)
"""Say something about the receiver as a whole, not about one delivery."""


class Webhook(models.Model):
    """A receiver: where it is, what it wants to hear, and whose eyes it has."""

    class Off(models.TextChoices):
        BY_HAND = "by_hand", _("by hand")
        FAILING = "failing", _("because nothing arrived for days")
        GONE = "gone", _("because the receiver answered that it is gone (410)")
        OWNER = "owner", _("because its owner may not have webhooks any more")
        QUERY = "query", _("because its query names a field or a choice that is gone")

    name = models.CharField(_("name"), max_length=80, unique=True)
    url = models.CharField(_("address"), max_length=2000)
    # Kinds of Events; none: all of them.
    kinds = models.JSONField(default=list, blank=True)
    # Of which tickets, as SavedView keeps it; empty: of all that the owner sees.
    query = models.TextField(_("only tickets that match"), blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    # It is told of what this agent may see.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    # Encrypted (helpdesk.lib.vault). The old ones, the newest first, sign too until they end: [[secret, until], …].
    secret = models.TextField(editable=False)
    old_secrets = models.JSONField(default=list, blank=True, editable=False)
    active = models.BooleanField(_("active"), default=True)
    off_because = models.CharField(max_length=10, choices=Off.choices, blank=True, editable=False)
    off_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Up to here the feed was turned into deliveries.
    place = models.BigIntegerField(default=0, editable=False)
    # Nothing is told of what happened before: it was made or switched on then.
    since = models.DateTimeField(default=now, editable=False)
    # Since when whatever was sent was in vain; empty after every delivery that was accepted.
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    # Attempts in a row that did not reach it; after some of them it is left alone for a while.
    unreached = models.PositiveIntegerField(default=0, editable=False)
    resting_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def old_secret_until(self) -> datetime | None:
        """When the last of the secrets before ends; None when none of them signs any more."""
        until = max((datetime.fromisoformat(until) for _secret, until in self.old_secrets), default=None)
        return until if until and until > now() else None


class WebhookDelivery(models.Model):
    """One Event for one receiver. Its body is written from the Event whenever it is sent or shown."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Delivered")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Dropped")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    # Both are empty for a test.
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, null=True, related_name="+", db_index=False)
    event = models.ForeignKey("tickets.Event", models.CASCADE, null=True, related_name="+")
    # Who asked for a test.
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=30)
    # The header webhook-id: the same for every attempt, so that a receiver can drop a second copy.
    message_id = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField(default=now)
    # The last attempt is made then.
    give_up_at = models.DateTimeField()
    # Counted when a sender takes it, so it also fences off a sender that wakes up late.
    attempts = models.PositiveIntegerField(default=0)
    # Attempts in vain since it was queued; they say how long to wait.
    failures = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    # Of the last attempt.
    status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    created_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = (
            models.Index(
                fields=["webhook", "due_at", "id"],
                name="webhook_delivery_due",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index(
                fields=["webhook", "ticket", "id"],
                name="webhook_delivery_in_order",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["webhook", "id"], name="webhook_delivery_of_webhook"),
            models.Index(fields=["ticket"], name="webhook_delivery_of_ticket"),
            models.Index(fields=["ended_at"], name="webhook_delivery_to_prune", condition=Q(ended_at__isnull=False)),
        )
        constraints = (models.UniqueConstraint(fields=["webhook", "event"], name="webhook_owes_an_event_once"),)

    def __str__(self) -> str:
        return f"{self.message_id}: {self.state}"

    @property
    def is_test(self) -> bool:
        return self.event_id is None

    @property
    def has_ended(self) -> bool:
        return self.state not in (self.State.QUEUED, self.State.SENDING)


class WebhookAttempt(models.Model):
    """One request, and what came back. Signatures are not kept."""

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="log", db_index=False)
    number = models.PositiveIntegerField()
    # Also the header webhook-timestamp.
    at = models.DateTimeField()
    url = models.CharField(max_length=2000)
    duration_ms = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    # [[name, value], …] and the beginning of the body, as outward caps them.
    answer_headers = models.JSONField(default=list)
    answer_text = models.TextField(blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["delivery", "number"], name="webhook_attempt_once"),)

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery_id}"


class SenderSeat(models.Model):
    """The one row that whoever sends holds for a while, so that webhooks never take more than one worker."""

    ONLY = 1

    held_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"taken until {self.held_until}"
