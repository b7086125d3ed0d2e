"""Telling everything anew: facts, spans and sums per day, while the house goes on working.

Where it can be the new rows are written beside the old ones, which pages show until all is told (reports.fresh_tables);
else ticket for ticket in their place.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any, Protocol

import structlog
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import Max, Min
from django.utils.timezone import now

from reports import fresh_tables, rollups
from reports.copying import write_all
from reports.keeping import KEEPER, told_of
from reports.metrics import summed_as
from reports.models import DaySum, Fact, Keeper, Span, StaleDay
from reports.past import among
from reports.returning import follow_all
from reports.rows import blank
from reports.summing import monday_of
from reports.zone import day_of
from tickets.models import Ticket

logger = structlog.get_logger(__name__)

# Renewed again and again: after a rebuild that was killed, keepers go on when it has run out.
LEASE, RENEWED_EVERY = timedelta(minutes=2), 20
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


class AlreadyRebuilding(Exception):
    """Another rebuild has everything in its hands, or was killed within the last two minutes."""


def rebuild(processes: int) -> Rebuilt:
    """Raises AlreadyRebuilding."""
    found = Rebuilt(tickets=Ticket.objects.count())
    take_over()
    try:
        if fresh_tables.possible():
            _beside(found, processes)
        else:
            _in_place(found, processes)
    except BaseException:
        hand_back(told=False)
        raise
    return found


def _beside(found: Rebuilt, processes: int) -> None:
    finishing = fresh_tables.make(KEPT)
    try:
        with workers(processes, fresh_tables.enter) as spread:
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
        fresh_tables.put_in_place(KEPT, hand_back)
    finally:
        fresh_tables.drop()


def _in_place(found: Rebuilt, processes: int) -> None:
    """From now on every day is read from its facts, until it is summed."""
    with transaction.atomic():
        rollups.every_day_is_stale()
    # One writer at a time is all that SQLite has; nor does another process see what this one has not committed.
    alone = connection.vendor == "sqlite" or connection.in_atomic_block
    with workers(1 if alone else processes) as spread:
        with found.timed("tell"):
            found.facts = spread(tell_anew, parts())
            follow_all()
        with found.timed("sum"):
            found.days = spread(count_days, forget_counts())
    hand_back()


# --- who works -------------------------------------------------------------------------------------------------


class Spread(Protocol):
    def __call__(self, work: Callable[[Any], int], parts: Iterable[Any]) -> int:
        """The sum of what each part came to."""


@contextmanager
def workers(processes: int, begin: Callable[[], None] | None = None) -> Iterator[Spread]:
    """So many processes, each of which begins like that; this one when one is enough."""
    if processes < 2 and begin is None:
        yield _one_by_one
        return
    # Children must not inherit what is open here, and are born with the first work.
    connections.close_all()
    pool = ProcessPoolExecutor(processes, initializer=begin)
    try:
        pool.submit(int).result()
        yield partial(_spread, pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _one_by_one(work: Callable[[Any], int], parts: Iterable[Any]) -> int:
    done = 0
    for part in parts:
        done += work(part)
        renew()
    return done


def _spread(pool: ProcessPoolExecutor, work: Callable[[Any], int], parts: Iterable[Any]) -> int:
    done, waiting = 0, {pool.submit(work, part) for part in parts}
    while waiting:
        over, waiting = wait(waiting, timeout=RENEWED_EVERY, return_when=FIRST_COMPLETED)
        done += sum(one.result() for one in over)
        renew()
    return done


def _do(call: Callable[[], int]) -> int:
    return call()


# --- keepers stand back ----------------------------------------------------------------------------------------


def take_over() -> None:
    """Keepers stand back. Raises AlreadyRebuilding."""
    Keeper.objects.get_or_create(pk=KEEPER)
    with transaction.atomic():
        # Waits for the keeper that is at work.
        keeper = Keeper.objects.select_for_update().get(pk=KEEPER)
        if keeper.rebuilding_until and keeper.rebuilding_until > now():
            raise AlreadyRebuilding
        renew()


def renew() -> None:
    Keeper.objects.filter(pk=KEEPER).update(rebuilding_until=now() + LEASE)


def hand_back(*, told: bool = True) -> None:
    """Keepers go on with what has happened meanwhile."""
    how = {"zone": settings.REPORTS_ZONE, "summed_as": summed_as()} if told else {}
    Keeper.objects.filter(pk=KEEPER).update(rebuilding_until=None, **how)


# --- the work --------------------------------------------------------------------------------------------------


def parts() -> list[range]:
    """The numbers of all tickets. Neighbours lie near each other on the disk as well."""
    found = Ticket.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if found["first"] is None:
        return []
    size = PART.get(connection.vendor, USUAL_PART)
    return [range(start, start + size) for start in range(found["first"], found["last"] + 1, size)]


def tell_anew(tickets: Sequence[int], *, beside: bool = False) -> int:
    """In one transaction; how many facts. What is kept of a ticket that cannot be told stays as it is. Who came back
    is followed afterwards, when all is told."""
    left: list[int] = []
    try:
        facts, spans = told_of(tickets)
    except Exception:
        given = list(Ticket.objects.filter(**among(tickets, "pk")).values_list("pk", flat=True))
        tickets = [ticket for ticket in given if _can_be_told(ticket)]
        left = sorted({*given} - {*tickets})
        facts, spans = told_of(tickets)
    with transaction.atomic():
        for model, rows in ((Fact, facts), (Span, spans)):
            model._default_manager.filter(**among(tickets, "ticket")).delete()
            write_all(model, rows)
            if beside and left:
                fresh_tables.copy_old(model, list(blank(model)), left)
    return len(facts)


def _can_be_told(ticket: int) -> bool:
    try:
        told_of([ticket])
    except Exception:
        logger.exception("ticket_not_told", ticket=ticket)
        return False
    return True


def forget_counts() -> list[list[date]]:
    """When all is told: the days that are over, to be summed anew, some whole weeks together."""
    with transaction.atomic():
        DaySum.objects.all().delete()
        StaleDay.objects.all().delete()
        rollups.every_day_is_stale()
    days = StaleDay.objects.filter(day__lt=day_of(now())).order_by("day").values_list("day", flat=True)
    return [list(some) for _weeks, some in groupby(days, key=lambda day: monday_of(day).toordinal() // (7 * WEEKS))]


def count_days(days: Iterable[date]) -> int:
    days = list(days)
    with transaction.atomic():
        rollups.count_days(days)
        StaleDay.objects.filter(day__in=days).delete()
    return len(days)
