"""To which ticket a mail belongs: every candidate with its evidence, so that the console can show why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q

from channels import signing
from channels.mime import ParsedMail
from channels.models import InboundMessage, Mailbox, OutboundEmail
from customers.models import Customer
from tickets.ends import ends_of
from tickets.models import Ticket

LOOKED_AT = 50  # ids of a References header, the newest
_TAG = re.compile(r"\[(?:[A-Za-z]{1,10}[ -]?)?#?(\d{1,12})\]|\B#(\d{1,12})\b")
_PREFIX = re.compile(
    r"^\s*(?:(?:re|fwd?|fw|aw|wg|sv|vs|vb|odp|pd|ha|нa|rif|tr|res|enc|antw|пересл|відп)(?:\[\d+\])?\s*[:：]\s*)+", re.I
)


@dataclass(frozen=True)
class Candidate:
    """A ticket that the mail points to.

    `proof`: "signed" by us, "known" because we sent or received the message that it answers, "words" anybody can
    write. `takes_part`: the sender is the requester or in copy.
    """

    ticket_id: int
    rule: str
    proof: str
    takes_part: bool = False
    title: str = ""

    @property
    def holds(self) -> bool:
        """A subject or a number alone never appends, whoever sends it."""
        return self.proof != "words"

    def as_evidence(self) -> dict[str, Any]:
        return asdict(self)


def candidates(
    mail: ParsedMail, addressed: Sequence[str], mailboxes: Iterable[Mailbox], customer: Customer | None
) -> list[Candidate]:
    """Every existing ticket that the mail points to, the strongest evidence first."""
    found: list[tuple[int, str, str]] = []
    mailboxes = list(mailboxes)
    for address in addressed:
        ticket_id = signing.read_reply_address(address, mailboxes)
        if ticket_id:
            found.append((ticket_id, "reply_address", "signed"))
    chain = [*mail.in_reply_to, *reversed(mail.references[-LOOKED_AT:])]
    for header_id in dict.fromkeys(chain):
        ticket_id = signing.read_header_id(header_id)
        if ticket_id:
            found.append((ticket_id, "our_message_id", "signed"))
    found += [(ticket_id, "known_message", "known") for ticket_id in _known(chain)]
    found += [(int(a or b), "subject_tag", "words") for a, b in _TAG.findall(mail.subject[:500])[:5]]
    return _existing(found, customer)


def _known(chain: list[str]) -> list[int]:
    """Tickets of messages that we received or sent, in the order of the chain."""
    ids = list(dict.fromkeys(chain))[:LOOKED_AT]
    if not ids:
        return []
    came = InboundMessage.objects.filter(header_id__in=ids, state=InboundMessage.State.DONE, ticket__isnull=False)
    left = OutboundEmail.objects.filter(header_id__in=ids)
    owners: dict[str, int] = {}
    for header_id, ticket_id in [
        *came.values_list("header_id", "ticket_id"),
        *left.values_list("header_id", "ticket_id"),
    ]:
        owners.setdefault(header_id, ticket_id)
    return list(dict.fromkeys(owners[header_id] for header_id in ids if header_id in owners))


def _existing(found: list[tuple[int, str, str]], customer: Customer | None) -> list[Candidate]:
    wanted = {ticket_id for ticket_id, _rule, _proof in found if ticket_id <= signing.MAX_ID}
    if not wanted:
        return []
    titles = dict(Ticket.objects.filter(pk__in=wanted).values_list("pk", "subject"))
    # A ticket that was merged is answered where its conversation goes on; the subject is still its own.
    ends = ends_of(titles)
    joined: set[int] = set()
    if customer is not None:
        mine = Q(requester=customer) | Q(participants__customer=customer)
        joined = set(Ticket.objects.filter(mine, pk__in=ends.values()).values_list("pk", flat=True))
    seen: dict[tuple[int, bool], Candidate] = {}
    for ticket_id, rule, proof in found:
        if ticket_id in titles:
            end = ends[ticket_id]
            candidate = Candidate(end, rule, proof, end in joined, titles[ticket_id])
            seen.setdefault((end, candidate.holds), candidate)
    return list(seen.values())


def is_another_subject(mail: ParsedMail, title: str) -> bool:
    """Whether somebody took an old mail to write about something else: no word of the old subject is left."""
    new, old = _words(mail.subject), _words(title)
    return bool(new and old) and not new & old


def _words(subject: str) -> set[str]:
    bare = _TAG.sub(" ", _PREFIX.sub("", subject)).lower()
    return {
        word for word in re.findall(r"[^\W_]{3,}", bare) if word not in {"the", "and", "for", "our", "your", "with"}
    }
