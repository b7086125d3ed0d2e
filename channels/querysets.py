"""Named questions about mailboxes and mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now

from agents.permissions import Permission
from helpdesk.lib.owing import OwedQuerySet

if TYPE_CHECKING:
    from agents.actors import Actor
    from channels.models import InboundMessage, LocalMail, Mailbox, OutboundEmail  # noqa: F401  names inside QuerySet["…"]


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

    def visible_to(self, actor: Actor) -> InboundQuerySet:
        """For the mail console: mails of tickets they may see; without a ticket, those of their teams' mailboxes."""
        if not actor.can(Permission.MAIL_CONSOLE):
            return self.none()
        if actor.sees_all_tickets:
            return self
        from tickets.models import Ticket

        ours = Q(mailbox=None) | Q(mailbox__team=None) | Q(mailbox__team_id__in=actor.team_ids)
        return self.filter(Q(ticket__in=Ticket.objects.visible_to(actor)) | Q(ours, ticket=None))

    def held_for(self, ticket_id: int) -> InboundQuerySet:
        """What waits at a ticket, or at one that was merged into it, until an agent has looked; it is gated before."""
        from tickets.ends import folded_into

        return self.held().filter(ticket_id__in=[ticket_id, *folded_into(ticket_id)]).order_by("pk")

    def count_up_to(self, limit: int) -> int:
        return self.order_by().values("pk")[: limit + 1].count()


class OutboundQuerySet(OwedQuerySet["OutboundEmail"]):
    def for_sending(self) -> OutboundQuerySet:
        """Everything that rendering reads: three queries for a batch."""
        return self.select_related("ticket__requester", "mailbox", "message__agent").prefetch_related(
            "message__attachments__blob"
        )

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

    def for_console(self) -> OutboundQuerySet:
        return self.select_related("ticket", "mailbox")

    def visible_to(self, actor: Actor) -> OutboundQuerySet:
        """For the mail console: mails of tickets that they may see."""
        if not actor.can(Permission.MAIL_CONSOLE):
            return self.none()
        if actor.sees_all_tickets:
            return self
        from tickets.models import Ticket

        return self.filter(ticket__in=Ticket.objects.visible_to(actor))

    def count_up_to(self, limit: int) -> int:
        return self.order_by().values("pk")[: limit + 1].count()

    def of_conversation(self, ticket_id: int) -> OutboundQuerySet:
        """The answers whose words stand on this ticket, that were or will be mailed, newest first."""
        return self.filter(message__ticket_id=ticket_id, state__in=["queued", "sending", "sent"]).order_by("-pk")


class LocalMailQuerySet(models.QuerySet["LocalMail"]):
    def visible_to(self, actor: Actor) -> LocalMailQuerySet:
        """Mails of tickets that they may see; account mails hold links that sign in, so admins only."""
        if not actor.permissions:
            return self.none()
        from tickets.models import Ticket

        theirs = Q(outbound__ticket__in=Ticket.objects.visible_to(actor))
        if actor.can(Permission.MANAGE_AGENTS):
            return self.filter(theirs | Q(outbound=None))
        return self.filter(theirs)
