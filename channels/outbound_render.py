"""From an owed mail to its bytes: headers that nobody can add to, a text part and an HTML part, attachments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from channels import signing
from channels.classify import LOOP_HEADER
from channels.letter_language import letter_language
from channels.models import OutboundEmail
from channels.transports.smtp import Letter
from helpdesk.lib.text import clean, one_line, paragraphs
from tickets.attachments import open_blob

if TYPE_CHECKING:
    from tickets.models import Message

_SUBJECT_PREFIXES = re.compile(r"^((re|sv|aw|antw|odp|fwd?|vs)\s*(\[\d+\])?\s*:\s*)+", re.I)
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_ADDRESS = re.compile(r"[^\s<>(),:;\"\\\[\]@]+@[^\s<>(),:;\"\\\[\]@]+")
_HEADER_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{3,250}")
SUBJECT_LENGTH = 200


class Unrenderable(Exception):
    """It cannot be written down: a value would break out of its header, or internal words would leave."""


class Ids(str):
    """Message-IDs as a header that folds between them only; the standard library would encode long ones as words."""

    name: str

    def __new__(cls, name: str, ids: Sequence[str]) -> Ids:
        value = super().__new__(cls, " ".join(f"<{_id(header_id)}>" for header_id in ids))
        value.name = name
        return value

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self.replace(' ', policy.linesep + ' ')}{policy.linesep}"


def usable_id(header_id: str) -> bool:
    """Whether a Message-ID that a stranger wrote may stand in a header of ours."""
    return bool(_HEADER_ID.fullmatch(header_id))


def _said_on(message: Message) -> int:
    """The ticket on which it was written; a merge or split may have carried it away since."""
    return message.said_in.ticket_id if message.said_in else message.ticket_id


def render(mail: OutboundEmail) -> Letter:
    """Write the mail down. Reads files: not inside a transaction. Raises Unrenderable; OSError for a lost file."""
    message = mail.message
    if message is not None and (not message.public or _said_on(message) != mail.ticket_id):
        raise Unrenderable("An internal note never leaves the house.")
    with translation.override(letter_language(mail)):
        letter = _acknowledgement(mail) if mail.kind == OutboundEmail.Kind.ACKNOWLEDGEMENT else _reply(mail)
    sender = "" if mail.kind == OutboundEmail.Kind.ACKNOWLEDGEMENT else mail.mailbox.address
    return Letter(sender, _address(mail.recipient), str(letter["Subject"]), letter.as_bytes(policy=SMTP))


def _reply(mail: OutboundEmail) -> EmailMessage:
    message = mail.message
    if message is None:
        raise Unrenderable("A reply without its message cannot be sent.")
    letter = _headed(mail, _author(message, mail.mailbox.name), _subject(mail))
    if message.author_kind != message.Author.AGENT:
        letter["Auto-Submitted"] = "auto-generated"
    signature = message.agent.signature if message.agent else ""
    _write_body(letter, mail, clean(message.text), message.html, signature)
    for attachment in message.attachments.all():
        with open_blob(attachment.blob) as file:
            _attach(letter, file.read(), attachment.name, attachment.content_type)
    return letter


def _acknowledgement(mail: OutboundEmail) -> EmailMessage:
    """Says the number, and to a verified sender the subject: an unverified address may be anybody's (B04)."""
    message = mail.message
    verified = message is not None and message.sender_verified is True
    number = {"number": mail.ticket_id}
    subject = _subject(mail) if verified else _("We have received your message [#%(number)s]") % number
    letter = _headed(mail, mail.mailbox.name, subject)
    letter["Auto-Submitted"] = "auto-replied"
    letter["Precedence"] = "bulk"
    letter["X-Auto-Response-Suppress"] = "All"
    words = _("We have received your message and given it the number #%(number)s.") % number
    more = _("You will hear from us. To add something, simply answer this mail.")
    if verified:
        words = _("We have received your message “%(subject)s” and given it the number #%(number)s.") % {
            **number,
            "subject": one_line(mail.ticket.subject, SUBJECT_LENGTH),
        }
    text = f"{words}\n\n{more}"
    _write_body(letter, mail, text, paragraphs(text), "")
    return letter


def _headed(mail: OutboundEmail, name: str, subject: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = _named(name, mail.mailbox.address)
    letter["To"] = tuple(_named("", address) for address in mail.to or [mail.recipient])
    if mail.cc:
        letter["Cc"] = tuple(_named("", address) for address in mail.cc)
    letter["Reply-To"] = _named(mail.mailbox.name, signing.reply_address(mail.mailbox, mail.ticket_id))
    letter["Subject"] = _words(subject)
    letter["Date"] = format_datetime(now().astimezone(UTC))
    for header, ids in (
        ("Message-ID", [mail.header_id]),
        ("In-Reply-To", [mail.in_reply_to] if mail.in_reply_to else []),
        ("References", mail.references),
    ):
        if ids:
            letter[header] = Ids(header, ids)
    letter[LOOP_HEADER] = signing.loop_marker()
    return letter


def _write_body(letter: EmailMessage, mail: OutboundEmail, text: str, html: str, signature: str) -> None:
    marker = "##- {} -##".format(_("Please write your answer above this line"))
    signatures = [clean(words).strip() for words in (signature, mail.mailbox.signature) if words.strip()]
    below = "\n\n-- \n{}\n".format("\n\n".join(signatures)) if signatures else "\n"
    letter.set_content(f"{marker}\n\n{text}{below}")
    context = {"marker": marker, "body": html, "signatures": [paragraphs(words) for words in signatures]}
    letter.add_alternative(render_to_string("channels/mail/letter.html", context), subtype="html")


def _attach(letter: EmailMessage, data: bytes, name: str, content_type: str) -> None:
    """Always as a file, never as something to run: an unknown type becomes plain bytes."""
    main, _slash, sub = content_type.partition("/")
    known = re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}", content_type) and main not in {"multipart", "message"}
    main, sub = (main, sub) if known else ("application", "octet-stream")
    letter.add_attachment(data, maintype=main, subtype=sub, filename=_words(name, 200) or "file")


def _author(message: Message, mailbox: str) -> str:
    if message.agent is None:
        return mailbox
    return _("%(agent)s via %(mailbox)s") % {"agent": message.agent.name, "mailbox": mailbox}


def _subject(mail: OutboundEmail) -> str:
    """The ticket's subject with its number; "Re:" only when the mail answers something."""
    tag = f"[#{mail.ticket_id}]"
    words = _SUBJECT_PREFIXES.sub("", one_line(mail.ticket.subject).replace(tag, " ")).strip()
    words = f"{one_line(words, SUBJECT_LENGTH)} {tag}"
    return f"Re: {words}" if mail.in_reply_to else words


def _named(name: str, address: str) -> Address:
    try:
        return Address(display_name=_words(name, 120), addr_spec=_address(address))
    except (ValueError, HeaderParseError) as problem:
        raise Unrenderable(f"{address[:100]} is not a mail address.") from problem


def _address(value: str) -> str:
    if _FORBIDDEN.search(value) or not _ADDRESS.fullmatch(value) or len(value) > 254:
        raise Unrenderable(f"{one_line(value, 100)} is not a mail address.")
    return value


def _words(value: str, limit: int = 998) -> str:
    """Free text for a header: one line, and nothing that the library would decode, for "=?" may hide a line break."""
    value = one_line(value, limit).replace("=?", "= ?")
    if _FORBIDDEN.search(value):
        raise Unrenderable("A header may not hold a line break.")
    return value


def _id(value: str) -> str:
    if not usable_id(value):
        raise Unrenderable("A Message-ID may not hold spaces, angle brackets or line breaks.")
    return value
