"""Carries an edit of promises to the open tickets: by any number of workers, ticket by ticket, and once each."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog
from django.db import OperationalError, transaction
from django.db.models import F, Q, Sum
from django.utils.timezone import now

from helpdesk.lib.claims import claim
from sla import clocks
from sla.decisions import NOTHING, Move, decide, standings
from sla.impact import weigh_waiting
from sla.matching import policies_for
from sla.models import Calendar, SlaAssignment, SlaPolicyVersion, SlaRevision, SlaRevisionBatch
from sla.schedules import version_in_force
from sla.terms import wording
from tickets.models import Ticket

logger = structlog.get_logger(__name__)

BATCH = 250
SLICE_SECONDS = 5.0
HOLD = timedelta(seconds=60)
"""So long a batch is left to whoever took it; each ticket done begins it anew."""
KEEP_DRAFTS = timedelta(days=30)
WORKERS = 2
"""So many at once, so that mail and everything else finds a free one."""


class Lost(Exception):
    """The batch was given to somebody else, as its holder was silent for too long."""


def wake(workers: int = WORKERS) -> None:
    """Tell so many workers. The broker may be down: the rows stay, and the beat finds them."""
    from sla.tasks import call_revision_workers

    try:
        call_revision_workers(workers)
    except Exception as error:
        logger.warning("revision_wake_failed", error=repr(error))


def run_waiting() -> int:
    """Weigh what waits to be weighed and do what waits to be done, for SLICE_SECONDS; how many tickets were done."""
    until = time.monotonic() + SLICE_SECONDS
    weigh_waiting(until)
    done = 0
    for revision in SlaRevision.objects.running().select_related("policy", "policy_version", "calendar_version"):
        done += run(revision, until)
    if time.monotonic() > until:
        # One follows on one: more of them would pile up before the mail that other tasks send.
        wake(1)
    return done


def run(revision: SlaRevision, until: float | None = None) -> int:
    """Do batches of one revision that no other worker holds; how many tickets were moved."""
    lay_out(revision)
    done = 0
    while until is None or time.monotonic() < until:
        batch = _take(revision)
        if batch is None:
            over = SlaRevision.objects.over().filter(pk=revision.pk)
            claim(over, state=SlaRevision.State.DONE, finished_at=now())
            break
        try:
            done += _Batch(revision, batch).run(until)
        except Lost:
            logger.warning("revision_batch_lost", revision=revision.pk, batch=batch.pk)
    return done


def lay_out(revision: SlaRevision) -> None:
    """Part the open tickets into batches, once: of two workers one does, and the other then finds it done."""
    if revision.laid_out:
        return
    with transaction.atomic():
        locked = SlaRevision.objects.select_for_update().get(pk=revision.pk)
        if not locked.laid_out:
            keys = list(Ticket.objects.open().order_by("pk").values_list("pk", flat=True))
            parts = [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]
            SlaRevisionBatch.objects.bulk_create(
                (
                    SlaRevisionBatch(
                        revision=locked, first=part[0], last=part[-1], tickets=len(part), done_to=part[0] - 1
                    )
                    for part in parts
                ),
                batch_size=500,
            )
            SlaRevision.objects.filter(pk=locked.pk).update(laid_out=True)
    revision.laid_out = True


def _take(revision: SlaRevision) -> SlaRevisionBatch | None:
    """A batch for this worker alone, or None when all are done or held, or enough workers are at it already."""
    held = SlaRevisionBatch.objects.left().filter(revision=revision, held_until__gte=now())
    if held.count() >= WORKERS:
        return None
    for pk in SlaRevisionBatch.objects.free(now()).filter(revision=revision).values_list("pk", flat=True)[:8]:
        holder = str(uuid4())
        free = SlaRevisionBatch.objects.filter(Q(held_until=None) | Q(held_until__lt=now()), pk=pk)
        if claim(free, holder=holder, held_until=now() + HOLD):
            return SlaRevisionBatch.objects.get(pk=pk)
    return None


class _Batch:
    """One batch in the hands of one worker."""

    def __init__(self, revision: SlaRevision, batch: SlaRevisionBatch) -> None:
        self.revision, self.batch = revision, batch
        self.mine = SlaRevisionBatch.objects.filter(pk=batch.pk, holder=batch.holder)
        self.by_conditions = revision.kind != SlaRevision.Kind.CALENDAR

    def run(self, until: float | None) -> int:
        """How many tickets were moved; what is left when time is up is anybody's."""
        keys = Ticket.objects.open().filter(pk__gt=self.batch.done_to, pk__lte=self.batch.last)
        # Read before the policies are matched: who has another version in the lock is matched anew.
        versions = dict(keys.order_by("pk").values_list("pk", "version"))
        met, known = self._met(list(versions)), standings(versions)
        moved = 0
        for pk, version in versions.items():
            if decide(self.revision, known.get(pk, NOTHING), _policy_of(met.get(pk))) is None:
                continue
            moved += self._one(pk, version, met.get(pk))
            if until is not None and time.monotonic() > until:
                self.mine.update(held_until=None)
                return moved
        self.mine.filter(done_to__lte=self.batch.last).update(done_to=self.batch.last, held_until=None)
        return moved

    def _met(self, tickets: list[int]) -> Mapping[int, SlaPolicyVersion]:
        return policies_for(tickets, now()) if self.by_conditions else {}

    def _one(self, pk: int, version: int, met: SlaPolicyVersion | None) -> bool:
        """One ticket in one transaction, together with the mark that it is done."""
        try:
            with transaction.atomic():
                moved = self._move(pk, version, met)
                self._on(pk, moved=F("moved") + int(moved))
        except (Lost, OperationalError):  # a database that went away: the row stays, and the beat comes back to it
            raise
        except Exception as error:  # one that nobody foresaw must not keep the others from being done
            logger.exception("revision_ticket_failed", revision=self.revision.pk, ticket=pk, error=repr(error))
            self._on(pk, failed=F("failed") + 1)
            return False
        return moved

    def _on(self, pk: int, **changes: Any) -> None:
        if not claim(self.mine.filter(done_to__lt=pk), done_to=pk, held_until=now() + HOLD, **changes):
            raise Lost

    def _move(self, pk: int, version: int, met: SlaPolicyVersion | None) -> bool:
        ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if ticket is None or not ticket.is_open or ticket.is_merged:
            return False
        if ticket.version != version:
            met = self._met([pk]).get(pk)
        standing = standings([pk]).get(pk, NOTHING)
        move = decide(self.revision, standing, _policy_of(met))
        if move is None:
            return False
        holds = self._version(move, standing.version_id, met)
        calendar = None
        if holds is not None and holds.calendar_id is not None:
            calendar = self.revision.calendar_version or version_in_force(Calendar(pk=holds.calendar_id), now())
        if (holds and holds.pk, calendar and calendar.pk) == (standing.version_id, standing.calendar_version_id):
            return False
        cause = SlaAssignment.Cause.HAND if move.by_hand else SlaAssignment.Cause.EDITED
        clocks.assign(ticket, holds, calendar, cause, None, now())
        return True

    def _version(self, move: Move, current: int | None, met: SlaPolicyVersion | None) -> SlaPolicyVersion | None:
        """Under another calendar a policy keeps its wording; the edited policy has its new one, others their newest."""
        if move.policy_id is None:
            return None
        if not self.by_conditions and current is not None:
            return wording(current).row
        return self.revision.policy_version if move.policy_id == self.revision.policy_id else met


def _policy_of(version: SlaPolicyVersion | None) -> int | None:
    return version.policy_id if version else None


def progress(revision: SlaRevision) -> dict[str, int]:
    """How far it is: `total` open tickets, `done` of them looked at, `moved` and `failed` among those."""
    over = Q(done_to__gte=F("last"))
    numbers = revision.batches.aggregate(
        total=Sum("tickets"), done=Sum("tickets", filter=over), moved=Sum("moved"), failed=Sum("failed")
    )
    return {name: value or 0 for name, value in numbers.items()}


def prune() -> int:
    """Forget proposals that nobody put in force for KEEP_DRAFTS; how many."""
    old = SlaRevision.objects.forgotten(now() - KEEP_DRAFTS).values_list("pk", flat=True)[:500]
    return SlaRevision.objects.filter(pk__in=list(old)).delete()[0]
