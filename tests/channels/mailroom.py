"""What tests about outgoing mail share: a mailbox, a reply that is due, the mails that a sink took."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from typing import Any

from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent
from channels.models import InboundMessage, LocalMail, Mailbox, OutboundEmail
from tickets import outbox
from tickets.actions import AddReply
from tickets.models import Message, Ticket
from tickets.perform import perform


def make_mailbox(address: str = "support@desk.example", name: str = "Desk Support", **fields: Any) -> Mailbox:
    return Mailbox.objects.create(address=address, name=name, **fields)


def reply(ticket: Ticket, agent: Agent, body: str = "Have you tried **water**?", **how: Any) -> Message:
    """The agent answers and the reactions have run; the mails wait for the end of undo."""
    change = perform(ticket.pk, AddReply(body, **how), by=Actor.agent(agent), via="web")
    assert change is not None
    outbox.drain()
    return Message.objects.order_by("pk").last()  # type: ignore[return-value]


def make_due() -> None:
    """As if the undo window and every back-off were over."""
    OutboundEmail.objects.update(due_at=now() - timedelta(seconds=1))


def mail_in(ticket: Ticket, header_id: str, **fields: Any) -> InboundMessage:
    """The row of the mail that brought the ticket's latest message of a customer."""
    message = ticket.messages.filter(author_kind="customer").order_by("pk").last()
    values = {
        "transport": "imap",
        "size": 100,
        "sha256": sha256(header_id.encode()).hexdigest(),
        "state": InboundMessage.State.DONE,
        "kind": "customer",
        "evidence": {"may_answer": True},
        "from_address": ticket.requester.email,
        "ticket": ticket,
        "message": message,
    }
    return InboundMessage.objects.create(header_id=header_id, **values | fields)


def local_mails() -> list[EmailMessage]:
    """What lies in the local outbox, oldest first."""
    return [message_from_bytes(bytes(m.raw), policy=policy.default) for m in LocalMail.objects.order_by("pk")]  # type: ignore[misc]
