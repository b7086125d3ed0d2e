"""The local outbox as a mail program: reads what was sent, and answers it as its recipient would."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from django.utils.timezone import now
from django.utils.translation import gettext as _

from channels.mime import ParsedMail, UnparsableMail, parse
from channels.models import LocalMail, Mailbox
from channels.outbound_render import Ids, usable_id
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.html import sanitise
from helpdesk.lib.text import clean, one_line

SHOWN_SOURCE = 200_000
PROGRAM = "mail.example"  # the right side of Message-IDs that a customer's mail program would write


@dataclass(frozen=True, slots=True)
class Letter:
    """Bytes with the envelope in which they come to us."""

    sender: str
    recipients: list[str]
    raw: bytes


def read(mail: LocalMail) -> ParsedMail:
    """What the mail says. Raises HelpdeskError when nothing can be read."""
    try:
        return parse(bytes(mail.raw))
    except UnparsableMail as problem:
        raise HelpdeskError("unreadable", problem.reason) from problem


def source_of(raw: bytes) -> tuple[str, bool]:
    """The source as text for a page, cut at SHOWN_SOURCE; whether it was cut."""
    return bytes(raw[:SHOWN_SOURCE]).decode("utf-8", "replace"), len(raw) > SHOWN_SOURCE


def frame_of(parsed: ParsedMail) -> str:
    """The HTML of a mail as a document of its own; the view gives it a policy that lets it do nothing."""
    body = sanitise(parsed.html).html if parsed.html else f"<pre>{html.escape(parsed.text)}</pre>"
    return (
        f'<!doctype html><html lang="und"><head><meta charset="utf-8"><title>-</title></head><body>{body}</body></html>'
    )


def answer_to(mail: LocalMail, words: str) -> Letter:
    """The answer of the mail's recipient, as a mail program writes it: In-Reply-To, References, quoted text."""
    parsed = read(mail)
    target = next(iter(parsed.reply_to or parsed.senders), None)
    author = next(iter(mail.envelope_to), "")
    if target is None or not author:
        raise HelpdeskError("no_recipient", _("There is nobody to answer."), field="body")
    letter = _letter(author, "", target.email, _answered(parsed.subject), _quoting(words, parsed))
    if usable_id(parsed.message_id):
        letter["In-Reply-To"] = Ids("In-Reply-To", [parsed.message_id])
        letter["References"] = Ids("References", [*filter(usable_id, parsed.references[-5:]), parsed.message_id])
    return Letter(author, [target.email], letter.as_bytes())


def first_letter(sender: str, name: str, mailbox: Mailbox, subject: str, words: str) -> Letter:
    """A mail of somebody who writes to the mailbox for the first time."""
    letter = _letter(sender, name, mailbox.address, subject, clean(words))
    return Letter(sender, [mailbox.address], letter.as_bytes())


def _letter(sender: str, name: str, to: str, subject: str, text: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address(one_line(name, 100).replace("=?", "= ?"), addr_spec=sender)
    letter["To"] = to
    letter["Subject"] = one_line(subject, 500).replace("=?", "= ?")
    letter["Date"] = format_datetime(now().astimezone(UTC))
    letter["Message-ID"] = make_msgid(domain=PROGRAM)
    letter.set_content(text)
    return letter


def _answered(subject: str) -> str:
    return subject if subject[:3].lower() == "re:" else f"Re: {subject}"


def _quoting(words: str, parsed: ParsedMail) -> str:
    sender = next(iter(parsed.senders), None)
    who = (sender.name or sender.email) if sender else "somebody"
    when = f"{parsed.date:%a, %d %b %Y at %H:%M}" if parsed.date else "an earlier day"
    quoted = "\n".join(f"> {line}" for line in parsed.text.rstrip().split("\n"))
    return f"{clean(words).rstrip()}\n\nOn {when}, {who} wrote:\n{quoted}\n"
