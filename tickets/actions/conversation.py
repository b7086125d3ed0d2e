"""What is said on a ticket: replies and notes of agents, messages of customers, taking back, redacting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from agents.permissions import Permission
from customers.matching import customer_for_email
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.text import clean, excerpt, markdown
from tickets.actions.base import Action, Fact
from tickets.actions.routing import named
from tickets.actions.status import move
from tickets.actions.watching import AddParticipant
from tickets.actions.writing import write
from tickets.ends import has_asked
from tickets.mentions import follow_by_mention, mentioned
from tickets.models.attachment import Attachment
from tickets.models.message import Message
from tickets.models.ticket import Status

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket

LONGEST_BODY = 100_000


def attach(message: Message, keys: Sequence[str], owner: int | None) -> int:
    """Hang uploads on a message: those of the account `owner`, or (None) those that a mail brought; anything else is
    refused (D07, D08)."""
    if not keys:
        return 0
    possible = [key for key in keys if "\x00" not in key]  # PostgreSQL refuses the others
    taken = Attachment.objects.unsent_of(owner).filter(key__in=possible).update(message=message)
    if taken != len(set(keys)):
        raise HelpdeskError("no_such_upload", _("An attachment is gone; attach it again."), field="attachments")
    return taken


def _written(body: str) -> str:
    body = clean(body).strip()
    if len(body) > LONGEST_BODY:
        raise HelpdeskError("too_long", _("A message has at most 100,000 characters."), field="body")
    return body


def _said(message: Message, attachments: int) -> Fact:
    data: dict[str, Any] = {"message": message.pk, "public": message.public, "author": str(message.author_kind)}
    return Fact("message_added", {**data, "attachments": attachments} if attachments else data)


@dataclass(frozen=True)
class AddReply(Action):
    """A public answer, in Markdown, that will be mailed once undo is over.

    Without `to` it goes to the requester; without `cc` (None) to everybody in copy. Addresses in `cc` become
    participants. `attachments` are keys of the agent's own uploads.
    """

    name = "add_reply"
    permission = Permission.REPLY
    body: str
    to: Sequence[str] = ()
    cc: Sequence[str] | None = None
    attachments: Sequence[str] = ()

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        body = _written(self.body)
        if not body and not self.attachments:
            raise HelpdeskError("empty", _("Write something before sending."), field="body")
        if ticket.status == Status.CLOSED:
            raise HelpdeskError("ticket_closed", _("This ticket is closed; open a follow-up to write."), field="body")
        cc, joined = self._copied(ticket, by)
        message = write(
            Message(
                ticket=ticket,
                author_kind=Message.Author.AGENT if by.is_agent else Message.Author.SYSTEM,
                agent_id=by.id if by.is_agent else None,
                author_name=by.name,
                text=body,
                html=markdown(body),
                to=[_valid(a, "to") for a in self.to] or _requester_of(ticket),
                cc=cc,
                deliver_after=ticket.acting_at + timedelta(seconds=settings.UNDO_SEND_SECONDS),
                created_at=ticket.acting_at,
            )
        )
        yield _said(message, attach(message, self.attachments, by.account_id))
        yield from joined
        ticket.excerpt = excerpt(message.plain, 200)
        ticket.waiting_since = None
        if ticket.status == Status.NEW:
            yield from move(ticket, Status.OPEN, "reply")

    def _copied(self, ticket: Ticket, by: Actor) -> tuple[list[str], list[Fact]]:
        """The addresses in copy, and facts for the people whom the agent copies in for the first time."""
        present = [p.customer.email for p in ticket.participants.prefetch_related("customer__addresses")]
        if self.cc is None:
            return [email for email in present if email], []
        wanted = list(dict.fromkeys(_valid(a, "cc") for a in self.cc))
        if len(wanted) > settings.MAX_PARTICIPANTS:
            raise HelpdeskError("too_many_participants", _("Too many people are in copy."), field="cc")
        facts: list[Fact] = []
        for email in wanted:
            if email not in present:
                facts.extend(AddParticipant(customer_for_email(email).pk).apply(ticket, by))
        return wanted, facts


def _requester_of(ticket: Ticket) -> list[str]:
    prefetch_related_objects([ticket.requester], "addresses")  # kept, since the search of a new ticket asks them too
    return [email for email in [ticket.requester.email] if email]


def _valid(address: str, field: str) -> str:
    address = address.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise HelpdeskError(
            "bad_address", _("“%(address)s” is not a mail address.") % {"address": address[:100]}, field=field
        ) from None
    return address


@dataclass(frozen=True)
class AddNote(Action):
    """Words for colleagues only; never leaves the house. Who is mentioned ("@Leo Chief") becomes a follower, and the
    fact holds their keys as `mentions` (tickets/mentions.py decides whom a note may reach)."""

    name = "add_note"
    permission = Permission.NOTE
    body: str
    attachments: Sequence[str] = ()

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        body = _written(self.body)
        if not body and not self.attachments:
            raise HelpdeskError("empty", _("Write something before saving."), field="body")
        message = write(
            Message(
                ticket=ticket,
                public=False,
                author_kind=Message.Author.AGENT if by.is_agent else Message.Author.SYSTEM,
                agent_id=by.id if by.is_agent else None,
                author_name=by.name,
                text=body,
                html=markdown(body),
                created_at=ticket.acting_at,
            )
        )
        said = _said(message, attach(message, self.attachments, by.account_id))
        told = mentioned(body, ticket, by)
        yield Fact(said.kind, {**said.data, "mentions": [agent.pk for agent in told]}) if told else said
        for agent in follow_by_mention(ticket, told):
            yield Fact("follower_added", {"agent": named(agent)})


@dataclass(frozen=True)
class AddCustomerMessage(Action):
    """What a customer wrote. Wakes and reopens the ticket, unless it is a plain thank-you on a solved one.

    The fact says `participant` of words of somebody in copy: people must see them as they see the requester's, but
    only who has asked (has_asked) is promised an answer by a time. `asks`: whoever puts the words here has seen that
    they are a customer's matter, as of the requester who writes from another address; the fact then says so.
    `html` and `quoted_html` must be sanitised already. Raises "ticket_closed" on a closed ticket: the door then
    opens a follow-up. `thanks` is the door's reading of the words (tickets/thanks.py). `filed_by_…`: which agent or
    integration brought the words (tickets/intake.py), and under which id; the attachments are then its uploads.
    """

    name = "add_customer_message"
    permission = Permission.WRITE_AS_CUSTOMER
    customer_id: int
    author_name: str
    text: str
    html: str = ""
    quoted_text: str = ""
    quoted_html: str = ""
    signature: str = ""
    from_address: str = ""
    sender_verified: bool | None = None
    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    warnings: Sequence[str] = ()
    attachments: Sequence[str] = ()
    thanks: bool = False
    asks: bool = False
    filed_by_id: int | None = None
    filed_by_name: str = ""
    external_id: str = ""

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if ticket.status == Status.CLOSED:
            raise HelpdeskError("ticket_closed", _("This ticket is closed."), field="status")
        message = write(
            Message(
                ticket=ticket,
                author_kind=Message.Author.CUSTOMER,
                customer_id=self.customer_id,
                author_name=self.author_name[:160],
                text=self.text,
                html=self.html,
                quoted_text=self.quoted_text,
                quoted_html=self.quoted_html,
                signature=self.signature,
                from_address=self.from_address,
                sender_verified=self.sender_verified,
                to=list(self.to),
                cc=list(self.cc),
                warnings=list(self.warnings),
                filed_by_id=self.filed_by_id,
                filed_by_name=self.filed_by_name[:160],
                external_id=self.external_id,
                created_at=ticket.acting_at,
            )
        )
        quiet = self.thanks and ticket.status == Status.SOLVED
        said = _said(message, attach(message, self.attachments, self.filed_by_id))
        filed = {"filed_by": {"id": self.filed_by_id, "name": self.filed_by_name}} if self.filed_by_id else {}
        known = has_asked(ticket, self.customer_id)
        also = {"thanks": quiet, "asks": self.asks and not known, "participant": not (self.asks or known)}
        yield Fact(said.kind, {**said.data, **filed, **{name: True for name, so in also.items() if so}})
        ticket.excerpt = excerpt(self.text, 200)
        if quiet:
            return
        ticket.waiting_since = ticket.waiting_since or ticket.acting_at
        if ticket.status in {Status.SOLVED, Status.PENDING, Status.ON_HOLD}:
            yield from move(ticket, Status.OPEN, "customer_reply")
        elif ticket.snoozed_until is not None:
            yield Fact("woken", {"was_until": ticket.snoozed_until.isoformat(), "reason": "customer_reply"})
            ticket.snoozed_until = None
