"""Mails as customers' programs write them, and the two steps by which one comes in."""

from __future__ import annotations

from channels.inbound import process, receive
from channels.models import InboundMessage, Mailbox, OutboundEmail
from tickets.models import Message, Ticket


def letter(
    body: str = "My printer burns.",
    *more: str,
    sender: str = "Kim Jensen <kim@alpha.example>",
    to: str = "support@desk.example",
    subject: str = "Printer on fire",
    header_id: str = "one@alpha.example",
) -> bytes:
    """A plain mail; `more` are further header lines."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", *more]
    if header_id:
        lines.append(f"Message-ID: <{header_id}>")
    return "\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", body, ""]).encode()


def take_in(raw: bytes, mailbox: Mailbox | None = None, transport: str = "pipe", **how: object) -> InboundMessage:
    """Receive and process; the mail's row afterwards."""
    inbound = receive(raw, mailbox, transport=transport, **how)  # type: ignore[arg-type]
    process(inbound.pk)
    inbound.refresh_from_db()
    return inbound


def answer_to(
    mail: OutboundEmail, body: str, *more: str, sender: str = "Kim Jensen <kim@alpha.example>", **how: str
) -> bytes:
    """The answer to a mail of ours as a mail program writes it: its id in the headers, its words quoted below."""
    quoted = "\n".join(f"> {line}" for line in (mail.message.text if mail.message else "").splitlines())
    words = f"{body}\n\nOn Sun, 22 Nov 2026 at 10:00, Desk <support@desk.example> wrote:\n{quoted}\n"
    chain = (f"In-Reply-To: <{mail.header_id}>", f"References: <one@alpha.example> <{mail.header_id}>")
    how.setdefault("header_id", f"answer-{mail.pk}@alpha.example")
    how.setdefault("subject", f"Re: {mail.ticket.subject}")
    return letter(words, *chain, *more, sender=sender, **how)


def counts() -> tuple[int, int]:
    """Tickets and messages: what must not have grown when a mail was refused or set aside."""
    return Ticket.objects.count(), Message.objects.count()
