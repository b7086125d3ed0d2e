"""What was said on a ticket, by whom, to whom; public replies and internal notes."""

from __future__ import annotations

from html import unescape

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.html import strip_tags
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from tickets.querysets import MessageQuerySet


class Message(models.Model):
    """One message. Its words are never edited: it is withdrawn before it was sent, or redacted."""

    class Author(models.TextChoices):
        AGENT = "agent", _("Agent")
        CUSTOMER = "customer", _("Customer")
        SYSTEM = "system", _("System")

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="messages", db_index=False)
    public = models.BooleanField(default=True)
    author_kind = models.CharField(max_length=10, choices=Author.choices)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=160)
    # The words as written: Markdown from agents, plain text from mails (the new words only).
    text = models.TextField(blank=True)
    # Sanitised when stored; sanitised again, and sandboxed, when shown.
    html = models.TextField(blank=True)
    quoted_text = models.TextField(blank=True)
    quoted_html = models.TextField(blank=True)
    signature = models.TextField(blank=True)
    from_address = models.CharField(max_length=254, blank=True)
    # Did our border host vouch for the sender's address? None: not by mail.
    sender_verified = models.BooleanField(null=True, blank=True)
    to = models.JSONField(default=list, blank=True)
    cc = models.JSONField(default=list, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    # A public reply may be taken back until this moment, and may leave the house only after it.
    deliver_after = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    redacted_at = models.DateTimeField(null=True, blank=True)
    # Who brought words that a customer wrote elsewhere (tickets/intake.py), and how the other system names them.
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    filed_by_name = models.CharField(max_length=160, blank=True, default="")
    external_id = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=now)
    # The Change that brought it, when a merge or split has carried it away from the ticket of that Change; else empty.
    said_in = models.ForeignKey(
        "tickets.Change", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["ticket", "id"], name="message_in_ticket"),
            models.Index(fields=["ticket", "said_in"], name="message_carried", condition=Q(said_in__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["filed_by", "external_id"], name="message_filed_once", condition=Q(filed_by__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.author_name}: {self.text[:60]}"

    @property
    def from_customer(self) -> bool:
        return self.author_kind == Message.Author.CUSTOMER

    @property
    def plain(self) -> str:
        """The words without markup: what lists begin with."""
        return self.text if self.from_customer else unescape(strip_tags(self.html))

    @property
    def can_be_withdrawn(self) -> bool:
        """Undo send is still possible: it has not left the house."""
        return self.withdrawn_at is None and self.deliver_after is not None and now() < self.deliver_after
