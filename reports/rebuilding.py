"""Telling everything anew: facts, spans and sums of days and weeks, while the house goes on working.

Where it can be the new rows are written beside the old ones, which pages show until all is told (reports.fresh_tables);
else ticket for ticket in their place.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any, Protocol

import structlog
from django.db import connection, connections, transaction
from django.db.models import Max, Min
from django.utils.timezone import now

from reports import fresh_tables, rollups
from reports.copying import write_all
from reports.keeping import told_columns, told_of
from reports.lease import RENEWED_EVERY, Lease, LeaseLost
from reports.models import DaySum, Fact, Keeper, Span, StaleDay
from reports.models.stale import KEEPER
from reports.past import among
from reports.returning import KINDS as RETURN_KINDS
from reports.returning import follow_all, follow_returns
from reports.rows import Row, blank
from reports.summing import monday_of
from reports.zone import day_of
from tickets.models import Ticket

logger = structlog.get_logger(__name__)

# Seconds for which a rebuild that failed tries to take its tables away; else the next one does.
TIDIES_FOR = 30.0
# Numbers of tickets that are told together; on SQLite each part is a transaction that others wait for.
PART = {"sqlite": 200}
USUAL_PART = 1000
# So many weeks are summed together.
WEEKS = 3
# What holds nothing of its own.
KEPT = (Fact, Span, DaySum, StaleDay)


@dataclass
class Rebuilt:
    """What a rebuild came to."""

    tickets: int = 0
    facts: int = 0
    days: int = 0
    # Of each part of the work how long it took.
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[what] = self.seconds.get(what, 0.0) + time.monotonic() - started


def rebuild(processes: int) -> Rebuilt:
    """Raises AlreadyRebuilding and LeaseLost."""
    found = Rebuilt(tickets=Ticket.objects.count())
    lease = Lease.take()
    try:
        if fresh_tables.possible():
            _beside(found, processes, lease)
        else:
            _in_place(found, processes, lease)
    except BaseException:
        lease.give_up()
        raise
    return found


def _beside(found: Rebuilt, processes: int, lease: Lease) -> None:
    try:
        finishing = fresh_tables.make(KEPT, lease.renew)
        with workers(processes, lease, fresh_tables.enter) as spread:
            with found.timed("tell"):
                found.facts = spread(partial(tell_anew, beside=True), parts())
            with found.timed("finish"):
                # Before the facts have their indexes: fewer are altered with every row.
                of_facts = [one for one in finishing if f'"{Fact._meta.db_table}"' in one]
                spread(_do, [follow_all, *(partial(fresh_tables.run, one) for one in finishing if one not in of_facts)])
                spread(_do, [*(partial(fresh_tables.run, one) for one in of_facts)])
                spread(fresh_tables.settle, [Fact, Span])
            with found.timed("sum"):
                with fresh_tables.inside():
                    days = forget_counts()
                found.days = spread(count_days, days)
                spread(fresh_tables.settle, [DaySum, StaleDay])
        fresh_tables.put_in_place(KEPT, lease.hand_back, lease.renew)
    except BaseException:
        _tidy(lease)
        raise


def _tidy(lease: Lease) -> None:
    """The tables of a rebuild that failed, unless another is filling them by now."""

    def drop() -> None:
        if lease.nobody_else_has_it():
            fresh_tables.drop()

    try:
        fresh_tables.patiently(drop, tried_for=TIDIES_FOR)
    except Exception:
        logger.exception("fresh_tables_not_dropped")


def _in_place(found: Rebuilt, processes: int, lease: Lease) -> None:
    """From now on everything is read from the facts, until it is summed. After one that was killed, too: keepers sum
    what no definitions are said to have summed."""
    with transaction.atomic():
        lease.hold()
        _nothing_is_summed()
    # One writer at a time is all that SQLite has; nor does another process see what this one has not committed.
    alone = connection.vendor == "sqlite" or connection.in_atomic_block
    try:
        with workers(1 if alone else processes, lease) as spread:
            with found.timed("tell"):
                found.facts = spread(partial(tell_anew, lease=lease), parts())
                spread(_do, [follow_all])
            with found.timed("sum"):
                found.days = spread(partial(count_days, lease=lease), forget_counts(lease))
        lease.hand_back()
    except LeaseLost:
        # What was written after it was lost may lie on days that a keeper has summed since.
        _nothing_is_summed()
        raise


def _nothing_is_summed() -> None:
    Keeper.objects.filter(pk=KEEPER).update(summed_as="")


# --- who works -------------------------------------------------------------------------------------------------


class Spread(Protocol):
    def __call__(self, work: Callable[[Any], int], parts: Iterable[Any]) -> int:
        """The sum of what each part came to."""


@contextmanager
def workers(processes: int, lease: Lease, begin: Callable[[], None] | None = None) -> Iterator[Spread]:
    """So many processes, each of which begins like that; this one when one is enough."""
    if processes < 2 and begin is None:
        yield partial(_one_by_one, lease)
        return
    # Children must not inherit what is open here, and are born with the first work.
    connections.close_all()
    pool = ProcessPoolExecutor(processes, initializer=begin)
    try:
        pool.submit(int).result()
        yield partial(_spread, lease, pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _one_by_one(lease: Lease, work: Callable[[Any], int], parts: Iterable[Any]) -> int:
    done = 0
    for part in parts:
        done += work(part)
        lease.renew()
    return done


def _spread(lease: Lease, pool: ProcessPoolExecutor, work: Callable[[Any], int], parts: Iterable[Any]) -> int:
    done, waiting = 0, {pool.submit(work, part) for part in parts}
    while waiting:
        over, waiting = wait(waiting, timeout=RENEWED_EVERY, return_when=FIRST_COMPLETED)
        done += sum(one.result() for one in over)
        lease.renew()
    return done


def _do(call: Callable[[], int]) -> int:
    return call()


# --- the work --------------------------------------------------------------------------------------------------


def parts() -> list[range]:
    """The numbers of all tickets. Neighbours lie near each other on the disk as well."""
    found = Ticket.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if found["first"] is None:
        return []
    size = PART.get(connection.vendor, USUAL_PART)
    return [range(start, start + size) for start in range(found["first"], found["last"] + 1, size)]


def tell_anew(tickets: Sequence[int], *, beside: bool = False, lease: Lease | None = None) -> int:
    """In one transaction; how many facts. What is kept of a ticket that cannot be told stays as it is. Beside what is
    kept who came back is followed afterwards, when all is told; in its place at once, since it is read meanwhile."""
    left: list[int] = []
    try:
        facts, spans = told_of(tickets)
    except Exception:
        given = list(Ticket.objects.filter(**among(tickets, "pk")).values_list("pk", flat=True))
        tickets = [ticket for ticket in given if _can_be_told(ticket)]
        left = sorted({*given} - {*tickets})
        facts, spans = told_of(tickets)
    with transaction.atomic():
        if lease:
            # One part writes at a time: who came back is followed into the facts of other parts.
            lease.hold()
        changed = [] if beside else _carry_returns(tickets, facts)
        for model, rows in ((Fact, facts), (Span, spans)):
            model._default_manager.filter(**among(tickets, "ticket")).delete()
            write_all(model, rows)
            if beside and left:
                fresh_tables.copy_old(model, list(blank(model)), left)
        follow_returns(changed)
    return len(facts)


def _carry_returns(tickets: Sequence[int], facts: Iterable[Row]) -> list[Fact]:
    """Whoever came back did so after solves that say the same as before; the creations and solves, as they were and as
    they are now, that do not."""
    names = told_columns(Fact)
    rows = Fact.objects.filter(**among(tickets, "ticket"), kind__in=RETURN_KINDS).values()
    before: dict[tuple[int, str, int], Row] = {_identity(row): row for row in map(dict, rows)}
    changed: list[Row] = []
    for row in facts:
        if row["kind"] not in RETURN_KINDS:
            continue
        old = before.pop(_identity(row), None)
        if old is not None:
            row["returned_after"] = old["returned_after"]
        if old is None or any(old[name] != row[name] for name in names):
            changed += [row] if old is None else [row, old]
    return [Fact(**row) for row in (*changed, *before.values())]


def _identity(row: Mapping[str, Any]) -> tuple[int, str, int]:
    return row["ticket_id"], str(row["kind"]), row["place"]


def _can_be_told(ticket: int) -> bool:
    try:
        told_of([ticket])
    except Exception:
        logger.exception("ticket_not_told", ticket=ticket)
        return False
    return True


def forget_counts(lease: Lease | None = None) -> list[list[date]]:
    """When all is told: the days that are over, to be summed anew, some whole weeks together."""
    with transaction.atomic():
        if lease:
            lease.hold()
        DaySum.objects.all().delete()
        StaleDay.objects.all().delete()
        rollups.every_day_is_stale()
    days = StaleDay.objects.filter(day__lt=day_of(now())).order_by("day").values_list("day", flat=True)
    return [list(some) for _weeks, some in groupby(days, key=lambda day: monday_of(day).toordinal() // (7 * WEEKS))]


def count_days(days: Iterable[date], lease: Lease | None = None) -> int:
    days = list(days)
    with transaction.atomic():
        rollups.count_days(days)
        StaleDay.objects.filter(day__in=days).delete()
        if lease:
            # At the end: days are summed at once by several, and none waits for another.
            lease.hold()
    return len(days)
