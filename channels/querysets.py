"""Named questions about mailboxes and mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

if TYPE_CHECKING:
    from channels.models import InboundMessage, Mailbox, OutboundEmail  # noqa: F401  names inside QuerySet["…"]


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def active(self) -> MailboxQuerySet:
        return self.filter(active=True)

    def to_poll(self) -> MailboxQuerySet:
        return self.active().exclude(imap_host="")


class InboundQuerySet(models.QuerySet["InboundMessage"]):
    def waiting(self) -> InboundQuerySet:
        """Stored and not being read by another worker; rides inbound_waiting."""
        return self.filter(state="stored").filter(Q(claimed_until=None) | Q(claimed_until__lte=now())).order_by("pk")

    def held(self) -> InboundQuerySet:
        return self.filter(state="held")

    def for_console(self) -> InboundQuerySet:
        return self.select_related("mailbox", "ticket")


class OutboundQuerySet(models.QuerySet["OutboundEmail"]):
    def due(self) -> OutboundQuerySet:
        """Queued and due, or claimed by a worker that has died since; rides outbound_due."""
        moment = now()
        return (
            self.filter(state__in=["queued", "sending"], due_at__lte=moment)
            .filter(Q(claimed_until=None) | Q(claimed_until__lte=moment))
            .order_by("due_at", "pk")
        )

    def for_sending(self) -> OutboundQuerySet:
        """Everything that rendering reads: three queries for a batch."""
        return self.select_related("ticket", "mailbox", "message__agent").prefetch_related("message__attachments__blob")

    def not_taken_back(self) -> OutboundQuerySet:
        return self.filter(Q(message=None) | Q(message__withdrawn_at=None, message__redacted_at=None))

    def taken_back(self) -> OutboundQuerySet:
        """Owed, but the words were withdrawn or redacted since."""
        return self.due().filter(Q(message__withdrawn_at__isnull=False) | Q(message__redacted_at__isnull=False))

    def of_conversation(self, ticket_id: int) -> OutboundQuerySet:
        """What was or will be mailed about a ticket, newest first."""
        return self.filter(ticket_id=ticket_id, state__in=["queued", "sending", "sent"]).order_by("-pk")
