"""Take mail in: stored first, then read and filed; nothing is lost whatever fails in between."""

from __future__ import annotations

import ipaddress
import time
import traceback
from collections.abc import Iterable, Sequence
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.utils.timezone import now

from channels import fingerprints
from channels.filing import Kept, describe, file
from channels.mime import UnparsableMail, parse
from channels.models import InboundMessage, InboundRaw, Mailbox
from channels.reading import APPEND, OPEN, RELATED, Letter, read
from channels.waking import wake_inbound
from helpdesk.lib.claims import claim
from helpdesk.lib.text import one_line
from tickets import attachments

logger = structlog.get_logger(__name__)

MOST_ATTACHMENTS = 200
MOST_CRASHES = 4
PAUSE = timedelta(seconds=10)
BATCH = 100
# A task ends by itself well before Celery's limit; the beat starts the next one.
RUN_SECONDS = 200.0

State = InboundMessage.State


def receive(
    raw: bytes,
    mailbox: Mailbox | None = None,
    *,
    transport: str,
    envelope_from: str = "",
    envelope_to: Sequence[str] = (),
    peer: str = "",
    refused: str = "",
) -> InboundMessage:
    """Keep a mail; when this returns it is committed. `peer`: the IP address of the host that handed it over by SMTP.

    `refused` says why only a part of it could be kept ("too_large"): it is then shown as failed, and not read.
    Raises a database error when it could not be kept: then the sender must keep it and try again.
    """
    with transaction.atomic(durable=True):
        inbound = InboundMessage.objects.create(
            mailbox=mailbox,
            transport=transport,
            envelope_from=one_line(envelope_from, 320),
            envelope_to=[one_line(address, 320) for address in envelope_to[:1000]],
            size=len(raw),
            sha256=fingerprints.of_bytes(raw),
            evidence={"peer": peer} if peer else {},
        )
        InboundRaw.objects.create(inbound=inbound, data=raw)
        if refused:
            _fail(inbound, refused)
            return inbound
        transaction.on_commit(lambda: wake_inbound(inbound.pk), robust=True)
    return inbound


def process_waiting() -> int:
    """Process what no worker was told of, or what a worker left, until nothing waits; how many were taken up."""
    taken, until = 0, time.monotonic() + RUN_SECONDS
    while time.monotonic() < until and (
        waiting := list(InboundMessage.objects.waiting().values_list("pk", flat=True)[:BATCH])
    ):
        for pk in waiting:
            process(pk)
        taken += len(waiting)
    return taken


def process(pk: int) -> str:
    """Read one stored mail and file it; returns its state. Any number of workers may call it for the same mail.

    What may pass (database away, disk full) leaves the mail waiting for the sweep; what will not makes it failed,
    with its error, to be replayed after a fix.
    """
    inbound = InboundMessage.objects.select_related("mailbox", "raw").get(pk=pk)
    if inbound.state != State.STORED or not _claimed(inbound):
        return InboundMessage.objects.values_list("state", flat=True).get(pk=pk)
    try:
        return _take_up(inbound)
    except UnparsableMail as nothing:
        return _fail(inbound, nothing.reason)
    except (OperationalError, InterfaceError, OSError) as passing:
        logger.warning("mail_postponed", inbound=pk, error=repr(passing)[:300])
        return _postpone(inbound)
    except Exception:
        logger.exception("mail_failed", inbound=pk)
        return _fail(inbound, "error", traceback.format_exc(limit=-8))


def _take_up(inbound: InboundMessage) -> str:
    letter = read_stored(inbound)
    kept = keep_files(letter) if letter.decision.outcome in (OPEN, APPEND, RELATED) else Kept()
    with transaction.atomic():
        row = InboundMessage.objects.select_for_update(of=("self",)).get(pk=inbound.pk)
        if row.state == State.STORED:  # else another worker filed it while this one slept past its lease
            describe(row, letter.mail)
            file(row, letter, kept)
    return row.state


def read_stored(inbound: InboundMessage) -> Letter:
    """Read a stored mail anew and decide; writes nothing. Raises UnparsableMail."""
    raw = bytes(inbound.raw.data)
    return read(raw, inbound.mailbox, tuple(inbound.envelope_to), trusted=_came_from_our_border(inbound))


def keep_files(letter: Letter) -> Kept:
    """Store the files of a mail, outside any transaction; too big or too many are refused by name."""
    keys: list[str] = []
    refused: list[str] = []
    most = settings.MAX_UPLOAD_MB * 2**20
    for number, part in enumerate(letter.mail.attachments):
        if len(part.data) > most or number >= MOST_ATTACHMENTS:
            code = "attachment_too_large" if len(part.data) > most else "too_many_attachments"
            refused += [f"{code}:{part.name}"] if len(refused) < 20 else []
            continue
        kept = attachments.keep_upload(
            part.data,
            name=part.name,
            content_type=part.content_type[:120],
            uploaded_by=None,
            content_id=part.content_id,
            inline=part.inline,
        )
        keys.append(kept.key)
    return Kept(tuple(keys), tuple(refused))


def _claimed(inbound: InboundMessage) -> bool:
    """Win the mail for a while; one that killed its worker again and again is set aside as failed."""
    if inbound.attempts >= MOST_CRASHES:
        _fail(inbound, "crashed", f"{inbound.attempts} workers ended without a word while reading this mail.")
        return False
    moment = now()
    free = Q(claimed_until=None) | Q(claimed_until__lte=moment)
    mine = InboundMessage.objects.filter(free, pk=inbound.pk, state=State.STORED, attempts=inbound.attempts)
    inbound.attempts += 1
    lease = moment + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    return claim(mine, attempts=inbound.attempts, claimed_until=lease)


def _postpone(inbound: InboundMessage) -> str:
    """Give the mail back for a later try; it does not count as a crash."""
    row = InboundMessage.objects.filter(pk=inbound.pk, state=State.STORED, attempts=inbound.attempts)
    row.update(attempts=F("attempts") - 1, claimed_until=now() + PAUSE)
    return State.STORED


def _fail(inbound: InboundMessage, reason: str, error: str = "") -> str:
    row = InboundMessage.objects.filter(pk=inbound.pk, state=State.STORED).first()
    if row is None:
        return InboundMessage.objects.values_list("state", flat=True).get(pk=inbound.pk)
    try:
        describe(row, parse(bytes(inbound.raw.data)))
    except Exception:
        logger.info("mail_without_description", inbound=inbound.pk)
    row.state, row.reason, row.error = State.FAILED, reason[:60], error[:20_000] or reason
    row.processed_at, row.claimed_until = now(), None
    row.save()
    return row.state


def _came_from_our_border(inbound: InboundMessage) -> bool:
    """Whether a verdict header of our border host can be its own: a stranger who reaches our port could write one."""
    peer = inbound.evidence.get("peer")
    if inbound.transport not in ("smtp", "lmtp") or not peer:
        return True
    return is_border(peer, settings.MAIL_BORDER_PEERS)


def is_border(peer: str, networks: Iterable[str]) -> bool:
    """Whether an IP address is one of our border hosts; this machine always is, as is a local socket."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return address.is_loopback or any(address in ipaddress.ip_network(network) for network in networks)
