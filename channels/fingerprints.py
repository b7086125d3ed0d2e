"""When two mails are the same mail: by their bytes without what hosts add on the way, or by id, sender and words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from channels.mime import ParsedMail
from channels.models import InboundMessage
from helpdesk.lib.text import same_words

_TRACE = re.compile(
    rb"(?:received|return-path|delivered-to|delivery-date|envelope-to|x-envelope-(?:to|from)|x-original-to|x-forwarded-(?:to|for)"
    rb"|x-received|received-spf|authentication-results|arc-[a-z-]+|x-spam-[a-z-]+|x-virus-[a-z-]+|x-google-[a-z-]+|x-gm-[a-z-]+"
    rb"|x-ms-exchange-[a-z-]+|status|x-status|x-uid|x-keywords|lines|content-length)[ \t]*:",
    re.I,
)  # fmt: skip
MOST_KIN = 100
_DECIDED = (
    InboundMessage.State.DONE,
    InboundMessage.State.HELD,
    InboundMessage.State.IGNORED,
    InboundMessage.State.SPAM,
)


def of_bytes(raw: bytes) -> str:
    """SHA-256 of a mail without its trace headers, so that the same mail by another road is seen to be the same."""
    raw = raw.replace(b"\r\n", b"\n").lstrip(b"\n")
    head, blank, body = raw.partition(b"\n\n")
    digest = hashlib.sha256()
    skipping = False
    for line in head.split(b"\n"):
        if not line.startswith((b" ", b"\t")):
            skipping = bool(_TRACE.match(line[:200])) or line.startswith(b"From ")
        if not skipping:
            digest.update(line.rstrip() + b"\n")
    digest.update(blank + body.rstrip())
    return digest.hexdigest()


def of_words(mail: ParsedMail) -> str:
    """SHA-256 of what a mail says and carries, whatever its headers."""
    digest = hashlib.sha256(same_words(mail.text).encode())
    for attachment in mail.attachments:
        digest.update(hashlib.sha256(attachment.data).digest())
    return digest.hexdigest()


def stand_in_line(inbounds: Sequence[InboundMessage]) -> None:
    """Let only one worker at a time decide about copies of these mails, or make a customer of their senders.

    Call it first in the deciding transaction. SQLite lets only one writer in anyway. The locks are taken in the order
    of their numbers, by everybody, so nobody waits in a ring.
    """
    if connection.vendor != "postgresql":
        return
    names = {name for inbound in inbounds for name in _names(inbound)}
    numbers = sorted(int.from_bytes(hashlib.sha256(n.encode()).digest()[:8], "big", signed=True) for n in names)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS number", [numbers])


def _names(inbound: InboundMessage) -> list[str]:
    with_id = [f"{inbound.header_id}\0{inbound.from_address}"] if inbound.header_id else []
    return [inbound.sha256, f"from\0{inbound.from_address}", *with_id]


@dataclass(frozen=True)
class Kin:
    """Earlier mails that look like this one: its twin, if there is one, and whether its id was used for other words."""

    twin: InboundMessage | None = None
    id_was_used: bool = False


def kin_of(inbound: InboundMessage, words: str) -> Kin:
    """One question for both; only mails that were decided upon can make another their duplicate."""
    others = InboundMessage.objects.filter(_alike([inbound])).exclude(pk=inbound.pk).order_by("pk")[:MOST_KIN]
    return _kin(inbound, words, list(others))


def kin_of_each(mails: Sequence[tuple[InboundMessage, str]]) -> list[Kin]:
    """The same for many mails that are not each other's kin, in the order given."""
    inbounds = [inbound for inbound, _words in mails]
    own = [inbound.pk for inbound in inbounds]
    found = InboundMessage.objects.filter(_alike(inbounds)).exclude(pk__in=own).order_by("pk")[:MOST_KIN]
    others = list(found)
    if len(others) == MOST_KIN:  # kin of one may have crowded out those of another
        return [kin_of(inbound, words) for inbound, words in mails]
    return [_kin(one, words, [other for other in others if _is_alike(one, other)]) for one, words in mails]


def _is_alike(one: InboundMessage, other: InboundMessage) -> bool:
    return one.sha256 == other.sha256 or bool(one.header_id and one.header_id == other.header_id)


def _alike(inbounds: Sequence[InboundMessage]) -> Q:
    alike = Q(sha256__in={inbound.sha256 for inbound in inbounds})
    ids = {inbound.header_id for inbound in inbounds if inbound.header_id}
    return alike | Q(header_id__in=ids) if ids else alike


def _kin(inbound: InboundMessage, words: str, others: list[InboundMessage]) -> Kin:
    kin = [other for other in others if other.state != InboundMessage.State.DUPLICATE]
    decided = [other for other in kin if other.state in _DECIDED]
    twin = next((other for other in decided if other.sha256 == inbound.sha256), None)
    same_id = [other for other in decided if inbound.header_id and other.header_id == inbound.header_id]
    twin = twin or next((other for other in same_id if _says_the_same(other, inbound, words)), None)
    return Kin(twin, any(other.header_id == inbound.header_id for other in kin) if inbound.header_id else False)


def _says_the_same(other: InboundMessage, inbound: InboundMessage, words: str) -> bool:
    return other.from_address == inbound.from_address and other.evidence.get("words") == words
