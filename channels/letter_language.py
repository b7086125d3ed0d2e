"""Which of the helpdesk's languages a mail to a customer is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from channels.models import OutboundEmail

# What mails call a language that the catalogues know by another tag.
ALSO = {"no": "nb", "nn": "nb"}


def letter_language(mail: OutboundEmail) -> str:
    """The language of the conversation, else the requester's, else the mailbox's; the first that is spoken here."""
    ticket = mail.ticket
    return next(filter(None, map(spoken, (ticket.language, ticket.requester.language, mail.mailbox.language))), "en")


def spoken(tag: str) -> str:
    """The catalogue for a language tag: "da-DK" is "da", Norwegian of any kind is bokmål; "" where there is none."""
    code = tag.strip().lower().replace("_", "-").partition("-")[0]
    code = ALSO.get(code, code)
    return code if code in dict(settings.LANGUAGES) else ""
