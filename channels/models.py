"""How words come in and go out: mailboxes, every mail that ever arrived, every mail that we owe."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from channels.querysets import InboundQuerySet, LocalMailQuerySet, MailboxQuerySet, OutboundQuerySet
from helpdesk.lib.owing import Owed
from tickets.delivery_reasons import not_delivered_because


class Mailbox(models.Model):
    """An address of ours. What is written to it becomes tickets of its team; its answers leave under its name."""

    class ImapSecurity(models.TextChoices):
        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        NONE = "none", _("None")

    name = models.CharField(_("name"), max_length=80)
    address = models.EmailField(_("address"), max_length=254, unique=True)
    aliases = models.JSONField(_("further addresses"), default=list, blank=True)
    team = models.ForeignKey(
        "agents.Team", models.PROTECT, null=True, blank=True, related_name="mailboxes", verbose_name=_("team")
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    signature = models.TextField(_("signature"), blank=True)
    acknowledges = models.BooleanField(_("acknowledges new tickets"), default=True)
    active = models.BooleanField(_("active"), default=True)

    imap_host = models.CharField(_("IMAP server"), max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(_("IMAP port"), default=993)
    imap_security = models.CharField(
        _("IMAP security"), max_length=10, choices=ImapSecurity.choices, default=ImapSecurity.TLS
    )
    imap_user = models.CharField(_("IMAP user"), max_length=254, blank=True)
    imap_secret = models.TextField(blank=True, editable=False)  # encrypted, see channels/secrets.py
    imap_folder = models.CharField(_("IMAP folder"), max_length=120, default="INBOX")
    imap_uidvalidity = models.BigIntegerField(null=True, blank=True, editable=False)
    imap_last_uid = models.BigIntegerField(default=0, editable=False)
    imap_polled_at = models.DateTimeField(null=True, blank=True, editable=False)
    imap_error = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


class MailboxChange(models.Model):
    """Who altered a mailbox, when, and what: {"field": [before, after]}; secrets are named, never kept."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="changes")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    what = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.agent} changed {self.mailbox}"


class InboundMessage(models.Model):
    """A mail as it came. Stored before anything is read in it; its state says what became of it."""

    class State(models.TextChoices):
        STORED = "stored", _("Waiting")
        DONE = "done", _("On a ticket")
        HELD = "held", _("Held")
        DUPLICATE = "duplicate", _("Duplicate")
        IGNORED = "ignored", _("Set aside")
        SPAM = "spam", _("Spam")
        FAILED = "failed", _("Failed")

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, blank=True, related_name="inbound")
    transport = models.CharField(max_length=10)
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.JSONField(default=list)
    received_at = models.DateTimeField(default=now)
    size = models.PositiveBigIntegerField()
    # Of the bytes without trace headers, so that the same mail by another road is seen to be the same.
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STORED)
    # Filled in by reading:
    # The Message-ID header, without its angle brackets.
    header_id = models.CharField(max_length=500, blank=True)
    from_address = models.CharField(max_length=254, blank=True)
    from_name = models.CharField(max_length=160, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)
    duplicate_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="duplicates")
    ticket = models.ForeignKey("tickets.Ticket", models.SET_NULL, null=True, blank=True, related_name="inbound")
    message = models.ForeignKey("tickets.Message", models.SET_NULL, null=True, blank=True, related_name="inbound")

    objects = InboundQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["received_at", "id"], name="inbound_by_arrival"),
            models.Index(fields=["state", "received_at", "id"], name="inbound_by_state"),
            models.Index(fields=["id"], name="inbound_waiting", condition=Q(state="stored")),
            models.Index(fields=["header_id"], name="inbound_by_header_id", condition=~Q(header_id="")),
            models.Index(fields=["sha256"], name="inbound_by_sha256"),
        )

    def __str__(self) -> str:
        return f"{self.from_address}: {self.subject}"


class InboundRaw(models.Model):
    """The bytes of a mail, apart from its row so that lists stay light."""

    inbound = models.OneToOneField(InboundMessage, models.CASCADE, primary_key=True, related_name="raw")
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"raw of {self.inbound_id}"


class TicketMailbox(models.Model):
    """Through which of our addresses a ticket is talked about; made when it opens, or when it is first answered."""

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, primary_key=True, related_name="mail")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="tickets")

    def __str__(self) -> str:
        return f"{self.ticket_id} by {self.mailbox_id}"


class OutboundEmail(Owed):
    """One mail owed to one address. Its Message-ID is fixed here, so a second copy after a crash is seen to be one."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        ACKNOWLEDGEMENT = "ack", _("Acknowledgement")

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    change = models.ForeignKey("tickets.Change", models.CASCADE, related_name="mails")
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="mails")
    message = models.ForeignKey("tickets.Message", models.CASCADE, null=True, blank=True, related_name="mails")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="outbound")
    recipient = models.CharField(max_length=254)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    # The Message-ID header, without its angle brackets.
    header_id = models.CharField(max_length=250, unique=True)
    in_reply_to = models.CharField(max_length=500, blank=True)
    references = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    last_error = models.TextField(blank=True)

    objects = OutboundQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["due_at", "id"], name="outbound_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(fields=["created_at", "id"], name="outbound_by_time"),
            models.Index(fields=["kind", "recipient", "created_at"], name="outbound_by_recipient"),
        )
        constraints = (
            models.UniqueConstraint(fields=["message", "recipient"], name="mailed_once_per_message"),
            models.UniqueConstraint(fields=["change"], name="acknowledged_once", condition=Q(kind="ack")),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}: {self.state}"

    @property
    def trouble(self) -> str:
        """Why it has not left yet, in the reader's language where the reason is ours."""
        return not_delivered_because(self.last_error)


class LocalMail(models.Model):
    """A mail that left into the local outbox, because no SMTP server is configured (the embedded run)."""

    outbound = models.ForeignKey(OutboundEmail, models.CASCADE, null=True, blank=True, related_name="+")
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.JSONField(default=list)
    subject = models.CharField(max_length=250, blank=True)
    raw = models.BinaryField()
    created_at = models.DateTimeField(default=now)

    objects = LocalMailQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.subject
