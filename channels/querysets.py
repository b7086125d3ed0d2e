"""Named questions about mailboxes and mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
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
        """Whose words still stand. No join: a claim with one would let two workers win (helpdesk/lib/claims.py)."""
        return self.filter(Q(message_id=None) | self._words_stand())

    def taken_back(self) -> OutboundQuerySet:
        """Owed, but the words were withdrawn or redacted since."""
        return self.due().filter(~self._words_stand(), message_id__isnull=False)

    @staticmethod
    def _words_stand() -> Exists:
        from tickets.models import Message

        standing = Message.objects.filter(withdrawn_at=None, redacted_at=None)
        return Exists(standing.filter(pk=OuterRef("message_id")))

    def of_conversation(self, ticket_id: int) -> OutboundQuerySet:
        """What was or will be mailed about a ticket, newest first."""
        return self.filter(ticket_id=ticket_id, state__in=["queued", "sending", "sent"]).order_by("-pk")
