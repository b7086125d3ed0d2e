"""Which Message-IDs a recipient has seen of a ticket, so that mail programs show one conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from channels.models import InboundMessage, OutboundEmail
from channels.outbound_render import usable_id

LOOK_BACK = 200
LONGEST = 20


@dataclass(frozen=True, slots=True)
class Thread:
    """The mails of a ticket in the order of time: (when, Message-ID, who received it; None: it came from outside)."""

    mails: list[tuple[datetime, str, str | None]]

    def as_seen_by(self, recipient: str) -> list[str]:
        """Message-IDs for References, oldest first: the first, which holds a thread together, and the latest."""
        seen = [header_id for _when, header_id, sent_to in self.mails if sent_to in (None, recipient)]
        seen = list(dict.fromkeys(seen))
        return seen if len(seen) <= LONGEST else [seen[0], *seen[-LONGEST + 1 :]]


def thread_of(ticket_id: int) -> Thread:
    """The latest mails of a ticket, in two queries. Held mails of strangers are no part of it, nor agents' answers.

    Nor are acknowledgements: an answer that comes after one still answers the customer's own mail. What a merge or
    split brought here is found by its message.
    """
    came = (
        InboundMessage.objects.filter(message__ticket_id=ticket_id, state=InboundMessage.State.DONE)
        .exclude(reason="agent_answer")
        .order_by("-pk")
        .values_list("received_at", "header_id")[:LOOK_BACK]
    )
    answers = OutboundEmail.objects.of_conversation(ticket_id).filter(kind=OutboundEmail.Kind.REPLY)
    left = answers.values_list("created_at", "header_id", "recipient")
    mails: list[tuple[datetime, str, str | None]] = [(at, key, None) for at, key in came if usable_id(key)]
    mails += [(at, key, recipient) for at, key, recipient in left[:LOOK_BACK]]
    return Thread(sorted(mails, key=lambda mail: mail[0]))
