"""Take mail in: stored first, then read and filed; nothing is lost whatever fails in between."""

from __future__ import annotations

import ipaddress
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TypeVar

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.utils.timezone import now

from channels import fingerprints
from channels.filing import Case, Kept, describe, file
from channels.mime import UnparsableMail, parse
from channels.models import InboundMessage, InboundRaw, Mailbox
from channels.reading import AGENT, APPEND, OPEN, RELATED, Letter, read
from channels.waking import wake_inbound
from helpdesk.lib.claims import claim
from helpdesk.lib.text import one_line
from tickets import attachments

logger = structlog.get_logger(__name__)

MOST_ATTACHMENTS = 200
MOST_CRASHES = 4
PAUSE = timedelta(seconds=10)
CRASHED = "crashed"
# A task ends soon, so that answers and reactions get their turn in a flood of mail; it wakes the next one.
RUN_SECONDS = 5.0

State = InboundMessage.State
T = TypeVar("T")


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
        transaction.on_commit(wake_inbound, robust=True)
    return inbound


def process_waiting(seconds: float = RUN_SECONDS) -> int:
    """Process what waits, in batches, until nothing does or the time is over; how many were taken up."""
    from channels.batches import take_up_some

    taken, until = 0, time.monotonic() + seconds
    while some := take_up_some():
        taken += some
        if time.monotonic() > until:
            wake_inbound()
            break
    return taken


def process(pk: int) -> str:
    """Read one stored mail and file it; returns its state. Any number of workers may call it for the same mail.

    What may pass (database away, disk full) leaves the mail waiting for the sweep; what will not makes it failed,
    with its error, to be replayed after a fix.
    """
    inbound = InboundMessage.objects.select_related("mailbox", "raw").get(pk=pk)
    if inbound.state == State.STORED and _claimed(inbound) and not set_aside(inbound):
        guarded(inbound, lambda: _take_up(inbound))
    return InboundMessage.objects.values_list("state", flat=True).get(pk=pk)


def guarded(inbound: InboundMessage, work: Callable[[], T]) -> T | None:
    """Do a step with a claimed mail; what it raises is marked on this mail alone, and the answer is None."""
    try:
        return work()
    except UnparsableMail as nothing:
        _fail(inbound, nothing.reason)
    except (OperationalError, InterfaceError, OSError) as passing:
        logger.warning("mail_postponed", inbound=inbound.pk, error=repr(passing)[:300])
        postpone(inbound)
    except Exception:
        logger.exception("mail_failed", inbound=inbound.pk)
        _fail(inbound, "error", traceback.format_exc(limit=-8))
    return None


def _take_up(inbound: InboundMessage) -> None:
    letter = read_stored(inbound)
    file_alone(Case(inbound, letter, files_of(letter)))


def file_alone(case: Case) -> None:
    """File one mail in a transaction of its own."""
    with transaction.atomic():
        row = InboundMessage.objects.select_for_update(of=("self",)).get(pk=case.inbound.pk)
        if row.state == State.STORED:  # else another worker filed it while this one slept past its lease
            describe(row, case.letter.mail)
            file(row, case.letter, case.kept)


def files_of(letter: Letter) -> Kept:
    """The files of a mail that goes on a ticket, stored; those of one that is set aside stay in its raw bytes."""
    return keep_files(letter) if letter.decision.outcome in (OPEN, APPEND, RELATED, AGENT) else Kept()


def read_stored(inbound: InboundMessage) -> Letter:
    """Read a stored mail anew and decide; writes nothing. Raises UnparsableMail."""
    raw = bytes(inbound.raw.data)
    return read(raw, inbound.mailbox, tuple(inbound.envelope_to), trusted=trusted(inbound))


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
            uploaded_by=letter.decision.agent_id,
            content_id=part.content_id,
            inline=part.inline,
        )
        keys.append(kept.key)
    return Kept(tuple(keys), tuple(refused))


def set_aside(inbound: InboundMessage) -> bool:
    """Fail a claimed mail that killed its worker again and again, without reading in it; whether it was one."""
    crashes = inbound.attempts - 1
    if crashes < MOST_CRASHES:
        return False
    _fail(inbound, CRASHED, f"{crashes} workers ended without a word while reading this mail.")
    return True


def _claimed(inbound: InboundMessage) -> bool:
    """Win the mail for a while."""
    moment = now()
    free = Q(claimed_until=None) | Q(claimed_until__lte=moment)
    mine = InboundMessage.objects.filter(free, pk=inbound.pk, state=State.STORED, attempts=inbound.attempts)
    inbound.attempts += 1
    lease = moment + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    return claim(mine, attempts=inbound.attempts, claimed_until=lease)


def postpone(inbound: InboundMessage, pause: timedelta = PAUSE) -> None:
    """Give the mail back for a later try; it does not count as a crash."""
    row = InboundMessage.objects.filter(pk=inbound.pk, state=State.STORED, attempts=inbound.attempts)
    row.update(attempts=F("attempts") - 1, claimed_until=now() + pause)


def _fail(inbound: InboundMessage, reason: str, error: str = "") -> None:
    row = InboundMessage.objects.filter(pk=inbound.pk, state=State.STORED).first()
    if row is None:
        return
    if reason != CRASHED:
        try:
            describe(row, parse(bytes(inbound.raw.data)))
        except Exception:
            logger.info("mail_without_description", inbound=inbound.pk)
    row.state, row.reason, row.error = State.FAILED, reason[:60], error[:20_000] or reason
    row.processed_at, row.claimed_until = now(), None
    row.save()


def trusted(inbound: InboundMessage) -> bool:
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
