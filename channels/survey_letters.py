"""Dresses a mail that asks how we did: from the ticket's mailbox, answerable, and part of the conversation."""

from __future__ import annotations

from email.utils import formataddr

from channels import signing
from channels.agent_answers import mailbox_of
from channels.classify import LOOP_HEADER
from channels.conversation import thread_of
from helpdesk.lib.text import one_line


def dress(ticket_id: int, recipient: str) -> dict[str, str]:
    """Headers for SURVEY_SENDER: whom it is from and where an answer to it goes, if we have a mailbox at all."""
    headers = {LOOP_HEADER: signing.loop_marker()}
    mailbox = mailbox_of(ticket_id)
    if mailbox is not None:
        name = one_line(mailbox.name, 80)
        headers["From"] = formataddr((name, mailbox.address))
        headers["Reply-To"] = formataddr((name, signing.reply_address(mailbox, ticket_id)))
    if seen := thread_of(ticket_id).as_seen_by(recipient):
        headers["References"] = " ".join(f"<{header_id}>" for header_id in seen)
        headers["In-Reply-To"] = f"<{seen[-1]}>"
    return headers
