"""What must happen after a Change commits, and the promise that it will: rows that any worker may drain."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.timezone import now

from tickets.models import Change, OutboxEntry

if TYPE_CHECKING:
    from tickets.actions import Fact

logger = structlog.get_logger(__name__)

Reaction = Callable[[Change], None]
Where = Callable[[Mapping[str, Any]], bool]

# Seconds before the next attempt, by attempts so far; the last one repeats until OUTBOX_MAX_ATTEMPTS.
BACK_OFF = (5, 30, 120, 600, 1800, 3600)
PRUNE_BATCH = 5_000
BATCH = 25
_QUIET_AFTER_FAILURE = 5.0
_broker_failed_at = -_QUIET_AFTER_FAILURE


def reacts_to(
    *kinds: str, where: Where | None = None, together: Callable[[Sequence[Change]], None] | None = None
) -> Callable[[Reaction], Reaction]:
    """Declare the Event kinds that a reaction cares for; it is owed only to Changes that hold one of them.

    `where` looks at the Event's data and leaves out those that the reaction would pass over anyway: a row that is
    owed costs a worker's time. `together` does the same for many Changes at once, for less than one after another;
    when it raises, nothing of it stays and each Change is reacted to alone.
    """

    def mark(reaction: Reaction) -> Reaction:
        reaction.event_kinds = frozenset(kinds)  # type: ignore[attr-defined]
        reaction.event_where = where  # type: ignore[attr-defined]
        reaction.together = together  # type: ignore[attr-defined]
        return reaction

    return mark


@cache
def _interest_of(path: str) -> tuple[frozenset[str], Where | None]:
    reaction = import_string(path)
    return frozenset(reaction.event_kinds), reaction.event_where


def _cares(path: str, facts: Sequence[Fact]) -> bool:
    kinds, where = _interest_of(path)
    return any(fact.kind in kinds and (where is None or where(fact.data)) for fact in facts)


def enqueue_each(changes: Sequence[Change]) -> None:
    """Owe each change to every reaction that cares for one of its facts; wake a worker after the commit."""
    owed = [
        OutboxEntry(change=change, reaction=path)
        for change in changes
        for path in settings.TICKET_REACTIONS
        if _cares(path, change.facts)
    ]
    if owed:
        OutboxEntry.objects.bulk_create(owed)
        _wake_once()


def _wake_once() -> None:
    """A transaction that tells of many Changes wakes a worker once: telling the broker costs as much as a statement.

    What is planned already is dropped by no rollback but one that drops these rows as well: a savepoint that is open
    now and was open then.
    """
    connection = transaction.get_connection()
    if not any(planned[1] is wake for planned in connection.run_on_commit):
        transaction.on_commit(wake, robust=True)


def wake() -> None:
    """Tell a worker that something is owed. The broker may be down: the row stays, and the sweep finds it.

    After a failure the broker is left alone for some seconds, so that a dead one costs requests nothing.
    """
    global _broker_failed_at
    from tickets.tasks import drain_outbox

    if time.monotonic() - _broker_failed_at < _QUIET_AFTER_FAILURE:
        return
    try:
        drain_outbox.apply_async(retry=False, ignore_result=True)
    except Exception as error:
        _broker_failed_at = time.monotonic()
        logger.warning("outbox_wake_failed", error=repr(error))


def drain() -> int:
    """Run what is due and not claimed by another worker until nothing is left; how many entries were run."""
    count = 0
    while taken := _run_some():
        count += taken
    return count


def _run_some() -> int:
    """Run a batch in one transaction, each entry behind a savepoint of its own: one that fails takes nothing along.

    A reaction's rows and its "done" mark commit together, so it happens exactly once; a worker that dies leaves
    all of its batch owed.
    """
    with transaction.atomic():
        entries = list(
            OutboxEntry.objects.select_for_update(skip_locked=True, of=("self",))
            .due()
            .select_related("change__ticket", "change__root")
            .prefetch_related("change__events")[:BATCH]
        )
        done: list[int] = []
        for path, owed in _in_order(entries):
            done += _run_together(path, owed) or [entry.pk for entry in owed if _run(entry)]
        if done:
            OutboxEntry.objects.filter(pk__in=done).update(state=OutboxEntry.State.DONE, done_at=now())
    return len(entries)


def _in_order(entries: list[OutboxEntry]) -> list[tuple[str, list[OutboxEntry]]]:
    """First what can be done together, then the rest ticket by ticket, so that all workers lock in one order."""
    together: dict[str, list[OutboxEntry]] = {}
    alone: list[OutboxEntry] = []
    for entry in entries:
        if len(entries) > 1 and getattr(import_string(entry.reaction), "together", None):
            together.setdefault(entry.reaction, []).append(entry)
        else:
            alone.append(entry)
    alone.sort(key=lambda entry: (entry.change.ticket_id, entry.pk))
    return [*together.items(), *((entry.reaction, [entry]) for entry in alone)]


def _run_together(path: str, entries: list[OutboxEntry]) -> list[int]:
    """The keys of the entries when all were done at once, else nothing: they are to be run one by one."""
    if len(entries) < 2:
        return []
    try:
        with transaction.atomic():
            import_string(path).together([entry.change for entry in entries])
    except Exception as error:
        logger.warning("reactions_fall_apart", reaction=path, count=len(entries), error=repr(error)[:300])
        return []
    return [entry.pk for entry in entries]


def _run(entry: OutboxEntry) -> bool:
    try:
        with transaction.atomic():
            import_string(entry.reaction)(entry.change)
    except Exception as error:
        logger.exception("reaction_failed", reaction=entry.reaction, change=entry.change_id)
        _postpone(entry, error)
        entry.save(update_fields=["state", "attempts", "due_at", "last_error"])
        return False
    return True


def _postpone(entry: OutboxEntry, error: Exception) -> None:
    entry.last_error = repr(error)[:2000]
    wait = BACK_OFF[min(entry.attempts, len(BACK_OFF) - 1)]
    entry.attempts += 1
    entry.due_at = now() + timedelta(seconds=wait)
    if entry.attempts >= settings.OUTBOX_MAX_ATTEMPTS:
        entry.state = OutboxEntry.State.DEAD


def prune() -> int:
    """Forget what was done more than OUTBOX_KEEP_DAYS ago, in batches; how many rows went."""
    before = now() - timedelta(days=settings.OUTBOX_KEEP_DAYS)
    removed = 0
    while batch := list(OutboxEntry.objects.done_before(before).values_list("pk", flat=True)[:PRUNE_BATCH]):
        removed += OutboxEntry.objects.filter(pk__in=batch).delete()[0]
    return removed


def oldest_owed() -> datetime | None:
    """When the oldest entry that is due fell due; None when nothing is due. For /readyz."""
    return OutboxEntry.objects.due().values_list("due_at", flat=True).first()
