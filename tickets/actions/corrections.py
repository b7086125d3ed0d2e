"""After the fact: taking a reply back before it leaves, redacting words, noting what became of a mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.text import excerpt
from tickets.actions.base import Action, Fact
from tickets.actions.status import move
from tickets.models.change import Change
from tickets.models.message import Message

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket

NEWEST = 20
"""So many changes are looked at for the one that a reply was sent in."""


def last_public_words(ticket: Ticket) -> Message | None:
    """The newest message that everybody may read; lists show its beginning."""
    return ticket.messages.filter(public=True, withdrawn_at=None, redacted_at=None).order_by("pk").last()


@dataclass(frozen=True)
class WithdrawMessage(Action):
    """Undo send: take back one's own reply before it leaves, with the state that it set.

    Raises "too_late" once it may have gone.
    """

    name = "withdraw_message"
    permission = Permission.REPLY
    message_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        message = Message.objects.filter(pk=self.message_id, ticket=ticket).first()
        if message is None or message.agent_id != by.id or not by.is_agent:
            raise HelpdeskError("no_such_message", _("There is no such reply of yours."), field="message")
        if message.withdrawn_at is not None:
            return
        if not message.can_be_withdrawn:
            raise HelpdeskError("too_late", _("The reply has been sent already."), field="message")
        message.withdrawn_at = now()
        message.save(update_fields=["withdrawn_at"])
        yield Fact("message_withdrawn", {"message": message.pk})
        if (before := _state_before(message, ticket)) is not None:
            yield from move(ticket, before, "withdrawn")
        last = last_public_words(ticket)
        ticket.excerpt = excerpt(last.plain, 200) if last else ""
        if last is not None and last.from_customer and ticket.is_open:
            # Since the first words that nobody has answered, as if the reply had never been.
            public = ticket.messages.filter(public=True, withdrawn_at=None).order_by("pk")
            answered = public.exclude(author_kind=Message.Author.CUSTOMER).values_list("pk", flat=True).last() or 0
            ticket.waiting_since = public.filter(pk__gt=answered).values_list("created_at", flat=True).first()


def _state_before(reply: Message, ticket: Ticket) -> str | None:
    """The state from which sending this reply took the ticket; None when it did not, or when it was moved since.

    Looks at the newest changes alone: an undo comes within seconds. Rides change_in_ticket.
    """
    recent = list(Change.objects.filter(ticket=ticket).order_by("-pk").prefetch_related("events")[:NEWEST])
    for change in recent:
        facts = list(change.events.all())
        moved = [fact.data["from"] for fact in facts if fact.kind == "status_changed"]
        if any(fact.kind == "message_added" and fact.data.get("message") == reply.pk for fact in facts):
            return moved[0] if moved else None
        if moved:
            return None
    return None


@dataclass(frozen=True)
class RedactMessage(Action):
    """Remove a message's words and files for good; the Event that stays does not hold them."""

    name = "redact_message"
    permission = Permission.REDACT
    message_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        message = Message.objects.filter(pk=self.message_id, ticket=ticket).first()
        if message is None:
            raise HelpdeskError("no_such_message", _("There is no such message."), field="message")
        if message.redacted_at is not None:
            return
        message.text = message.html = message.quoted_text = message.quoted_html = message.signature = ""
        message.redacted_at = now()
        message.save()
        message.attachments.all().delete()
        yield Fact("message_redacted", {"message": message.pk})
        last = last_public_words(ticket)
        ticket.excerpt = excerpt(last.plain, 200) if last else ""


@dataclass(frozen=True)
class NoteDelivery(Action):
    """The mail system tells what became of a reply: `outcome` is "failed" (refused for good) or "bounced"."""

    name = "note_delivery"
    permission = Permission.REPLY
    message_id: int | None
    address: str
    outcome: str
    reason: str = ""

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if by.kind != "system":
            raise HelpdeskError("denied", _("Only the mail system reports deliveries."))
        data = {"message": self.message_id, "address": self.address, "reason": self.reason[:500]}
        yield Fact(f"delivery_{self.outcome}", data)
