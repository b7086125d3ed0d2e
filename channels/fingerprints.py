"""When two mails are the same mail: by their bytes without what hosts add on the way, or by id, sender and words."""

from __future__ import annotations

import hashlib
import re
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


def stand_in_line(inbound: InboundMessage) -> None:
    """Let only one worker at a time decide about copies of this mail; call it inside the deciding transaction.

    SQLite lets only one writer in anyway. The bytes are locked before the id, always, so nobody waits in a ring.
    """
    if connection.vendor != "postgresql":
        return
    keys = [inbound.sha256, *([f"{inbound.header_id}\0{inbound.from_address}"] if inbound.header_id else [])]
    with connection.cursor() as cursor:
        for key in keys:
            number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


@dataclass(frozen=True)
class Kin:
    """Earlier mails that look like this one: its twin, if there is one, and whether its id was used for other words."""

    twin: InboundMessage | None = None
    id_was_used: bool = False


def kin_of(inbound: InboundMessage, words: str) -> Kin:
    """One question for both; only mails that were decided upon can make another their duplicate."""
    alike = Q(sha256=inbound.sha256)
    if inbound.header_id:
        alike |= Q(header_id=inbound.header_id)
    others = InboundMessage.objects.filter(alike).exclude(pk=inbound.pk).order_by("pk")[:MOST_KIN]
    kin = [other for other in others if other.state != InboundMessage.State.DUPLICATE]
    decided = [other for other in kin if other.state in _DECIDED]
    twin = next((other for other in decided if other.sha256 == inbound.sha256), None)
    same_id = [other for other in decided if inbound.header_id and other.header_id == inbound.header_id]
    twin = twin or next((other for other in same_id if _says_the_same(other, inbound, words)), None)
    return Kin(twin, any(other.header_id == inbound.header_id for other in kin) if inbound.header_id else False)


def _says_the_same(other: InboundMessage, inbound: InboundMessage, words: str) -> bool:
    return other.from_address == inbound.from_address and other.evidence.get("words") == words
