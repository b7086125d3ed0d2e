"""Takes up stored mails in batches: read one by one, filed together; one that fails takes nothing along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from channels import inbound
from channels.filing import Case, describe, file_together
from channels.mime import ParsedMail
from channels.models import InboundMessage
from channels.reading import Desk, Letter, open_mail, understand

logger = structlog.get_logger(__name__)

MOST = 25
MOST_BYTES = 512 * 1024
# A batch is short work; should its worker die, its mails are not to wait for as long as a single giant may take.
LEASE = 60
# An answer waits so long for older mails that another worker has in hand: the one that it answers may be among them.
PATIENCE = timedelta(seconds=30)
PAUSE = timedelta(seconds=1)

State = InboundMessage.State


@dataclass
class Run:
    """Mails that are filed in one transaction because none bears on another, in the order of their coming."""

    cases: list[Case] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    hashes: set[str] = field(default_factory=set)
    senders: set[str] = field(default_factory=set)
    tickets: set[int] = field(default_factory=set)

    def bears_on(self, row: InboundMessage, letter: Letter) -> bool:
        """Whether what is decided about this mail may be another once those before it are filed."""
        mail = letter.mail
        named = _named(letter)
        return (
            row.sha256 in self.hashes
            or mail.message_id in self.ids
            or not self.ids.isdisjoint((*mail.in_reply_to, *mail.references))
            or not self.tickets.isdisjoint(named)
            or bool(named and mail.sender and mail.sender.email in self.senders)
        )

    def add(self, case: Case) -> None:
        mail = case.letter.mail
        self.cases.append(case)
        self.hashes.add(case.inbound.sha256)
        self.ids |= {mail.message_id} - {""}
        self.senders |= {mail.sender.email} if mail.sender else set()
        self.tickets |= _named(case.letter)


def _named(letter: Letter) -> set[int]:
    decided = {letter.decision.ticket_id} if letter.decision.ticket_id is not None else set()
    return decided | {candidate.ticket_id for candidate in letter.candidates}


def take_up_some() -> int:
    """Claim the oldest mails that wait, read them, and file them; how many were taken up."""
    claimed = _claim()
    opened = []
    for row in claimed:
        if not inbound.set_aside(row) and (mail := inbound.guarded(row, partial(_open, row))) is not None:
            opened.append((row, mail))
    while opened:
        _file(_next_run(opened))
    return len(claimed)


def _claim() -> list[InboundMessage]:
    """Win a batch. A mail that has ended a worker before is taken alone, so that it ends no other's work again."""
    with transaction.atomic():
        waiting = list(InboundMessage.objects.waiting().select_for_update(skip_locked=True)[:MOST])
        first = waiting[:1]
        taken = first if not first or first[0].attempts else [*first, *_fitting(first[0].size, waiting[1:])]
        lease = now() + timedelta(seconds=settings.MAIL_LEASE_SECONDS if len(taken) < 2 else LEASE)
        keys = [row.pk for row in taken]
        InboundMessage.objects.filter(pk__in=keys).update(attempts=F("attempts") + 1, claimed_until=lease)
    return list(InboundMessage.objects.filter(pk__in=keys).select_related("mailbox", "raw").order_by("pk"))


def _fitting(size: int, rows: Iterable[InboundMessage]) -> list[InboundMessage]:
    """So many that they stay small together and none is under suspicion; the order of their coming is kept."""
    found: list[InboundMessage] = []
    for row in rows:
        size += row.size
        if row.attempts or size > MOST_BYTES:
            break
        found.append(row)
    return found


def _open(row: InboundMessage) -> ParsedMail:
    return open_mail(bytes(row.raw.data))


def _understood(row: InboundMessage, mail: ParsedMail, desk: Desk) -> Letter:
    return understand(mail, desk, row.mailbox, tuple(row.envelope_to), inbound.trusted(row))


def _next_run(opened: list[tuple[InboundMessage, ParsedMail]]) -> Run:
    """Read mails off the list until one bears on those before it; that one begins the next run."""
    run = Run()
    desk = Desk.for_mails(mail for _row, mail in opened)
    while opened:
        row, mail = opened[0]
        letter = inbound.guarded(row, partial(_understood, row, mail, desk))
        if letter is not None and run.bears_on(row, letter):
            break
        opened.pop(0)
        if letter is None or _waits_for_older(row, letter, run):
            continue
        kept = inbound.guarded(row, partial(inbound.files_of, letter))
        if kept is not None:
            run.add(Case(row, letter, kept))
    return run


def _waits_for_older(row: InboundMessage, letter: Letter, run: Run) -> bool:
    """Give an answer back for a moment when what it answers is unknown, but may be in another worker's hands."""
    if letter.candidates or not (letter.mail.in_reply_to or letter.mail.references):
        return False
    if row.received_at < now() - PATIENCE:
        return False
    elsewhere = InboundMessage.objects.filter(
        state=State.STORED, pk__lt=row.pk, claimed_until__gt=now(), attempts__gt=0
    )
    if not elsewhere.exclude(pk__in=[case.inbound.pk for case in run.cases]).exists():
        return False
    inbound.postpone(row, PAUSE)
    return True


def _file(run: Run) -> None:
    if len(run.cases) > 1:
        try:
            _file_together(run.cases)
        except Exception as error:
            # Nothing of it stands. Each is tried alone, where what fails is marked by itself.
            logger.warning("mails_fall_apart", count=len(run.cases), error=repr(error)[:300])
        else:
            return
    for case in run.cases:
        inbound.guarded(case.inbound, partial(inbound.file_alone, case))


def _file_together(cases: Sequence[Case]) -> None:
    with transaction.atomic():
        keys = [case.inbound.pk for case in cases]
        rows = InboundMessage.objects.select_for_update(of=("self",)).filter(pk__in=keys, state=State.STORED)
        free = {row.pk: row for row in rows.order_by("pk")}
        # A row that is missing was filed by another worker while this one slept past its lease.
        ours = [Case(free[case.inbound.pk], case.letter, case.kept) for case in cases if case.inbound.pk in free]
        for case in ours:
            describe(case.inbound, case.letter.mail)
        if ours:
            file_together(ours)
