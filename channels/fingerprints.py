"""When two mails are the same mail: by their bytes without what hosts add on the way, or by id, sender and words."""

from __future__ import annotations

import hashlib
import re

from django.db import connection

from channels.mime import ParsedMail
from channels.models import InboundMessage
from helpdesk.lib.text import same_words

_TRACE = re.compile(
    rb"(?:received|return-path|delivered-to|delivery-date|envelope-to|x-envelope-(?:to|from)|x-original-to|x-forwarded-(?:to|for)"
    rb"|x-received|received-spf|authentication-results|arc-[a-z-]+|x-spam-[a-z-]+|x-virus-[a-z-]+|x-google-[a-z-]+|x-gm-[a-z-]+"
    rb"|x-ms-exchange-[a-z-]+|status|x-status|x-uid|x-keywords|lines|content-length)[ \t]*:",
    re.I,
)  # fmt: skip
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


def twin_of(inbound: InboundMessage, words: str) -> InboundMessage | None:
    """The mail that this one is a copy of, if it has been decided upon."""
    others = InboundMessage.objects.filter(state__in=_DECIDED).exclude(pk=inbound.pk).order_by("pk")
    same_bytes = others.filter(sha256=inbound.sha256).first()
    if same_bytes or not inbound.header_id:
        return same_bytes
    same_id = others.filter(header_id=inbound.header_id, from_address=inbound.from_address)[:50]
    return next((other for other in same_id if other.evidence.get("words") == words), None)


def id_was_used(inbound: InboundMessage) -> bool:
    """Whether another mail bore this Message-ID: then it said something else, and is not suppressed by it."""
    used = InboundMessage.objects.filter(header_id=inbound.header_id).exclude(pk=inbound.pk)
    return bool(inbound.header_id) and used.exclude(state=InboundMessage.State.DUPLICATE).exists()
