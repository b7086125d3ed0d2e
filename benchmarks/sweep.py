"""What detection costs: a sweep while nothing is due, and many steps due at once, beside SQL that does only the same.

    DATABASE_URL=postgres://… python -m benchmarks.sweep [--steps 5000] [--processes 1 2] [--rounds 1] [--profile]

Takes a database that benchmarks.fill_sla has filled, and uses its clocks up: each round makes other ones due, by moving
their due times into the past. Three steps each: a notice, the breach itself, and an escalation.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()

import psycopg2
from django.db import connection, connections
from django.utils.timezone import now

from benchmarks.rawsql import _dsn as dsn
from benchmarks.timing import Counted
from sla.models import SlaClock
from sla.sweep import BATCH, due, sweep

IDLE = 200
EACH = 3
"""Steps of one clock that is made due."""
ONE_STEP = (
    "UPDATE tickets_ticket SET version = version + 1 WHERE id = %(ticket)s RETURNING version",
    "INSERT INTO tickets_change (ticket_id, actor_kind, actor_name, via, version, created_at)"
    " SELECT id, 'system', 'sla', 'schedule', version, now() FROM tickets_ticket WHERE id = %(ticket)s",
    "INSERT INTO tickets_event (change_id, kind, data) VALUES (currval(pg_get_serial_sequence('tickets_change', 'id')),"
    " 'sla_step_taken', jsonb_build_object('clock', %(clock)s, 'metric', 'resolution'))",
    "INSERT INTO sla_clockstep (clock_id, step, planned_at, done_at) VALUES (%(clock)s, %(step)s, now(), now())",
    "UPDATE sla_slaclock SET next_check_at = next_check_at + interval '1 day' WHERE id = %(clock)s",
)


def idle() -> None:
    """Nothing is due: through sweep(), and the one statement by the driver alone, in turn."""
    assert not due(now()).exists(), "Something is due; sweep first."
    sql, params = due(now()).query.sql_with_params()
    swept: list[float] = []
    bare: list[float] = []
    with psycopg2.connect(dsn()) as raw, raw.cursor() as cursor:
        for number in range(IDLE + 20):
            for took, work in ((swept, sweep), (bare, lambda: (cursor.execute(sql, params), cursor.fetchall()))):
                started = time.perf_counter()
                work()
                if number >= 20:
                    took.append((time.perf_counter() - started) * 1000)
    raw.close()
    ours, theirs = statistics.median(swept), statistics.median(bare)
    worst = sorted(swept)[IDLE * 95 // 100]
    print(
        f"Nothing due, {SlaClock.objects.filter(next_check_at__isnull=False).count():,} clocks planned:"
        f" {ours:.2f} ms (95th percentile {worst:.2f}), SQL alone {theirs:.2f} ms: {ours / theirs:.1f} ×"
    )


def make_due(steps: int) -> int:
    """So many steps, less what three do not divide."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH chosen AS (
                SELECT c.id, row_number() OVER (ORDER BY c.id) AS n FROM sla_slaclock c
                JOIN tickets_ticket t ON t.id = c.ticket_id
                WHERE c.metric = 'resolution' AND c.state = 'running' AND t.snoozed_until IS NULL
                AND NOT EXISTS (SELECT FROM sla_clockstep s WHERE s.clock_id = c.id) ORDER BY random() LIMIT %s)
            UPDATE sla_slaclock c SET due_at = date_trunc('second', now()) - interval '1 hour',
                   next_check_at = now() - interval '1 hour' + n * interval '10 ms' FROM chosen WHERE c.id = chosen.id
            """,
            [steps // EACH],
        )
        found = int(cursor.rowcount)
        cursor.execute("ANALYZE sla_slaclock")
    return found * EACH


def busy(steps: int, processes: int) -> None:
    connections.close_all()
    with ProcessPoolExecutor(processes, initializer=connections.close_all) as pool:
        list(pool.map(_ready, range(processes)))
        wanted = make_due(steps)
        started = time.perf_counter()
        found = list(pool.map(_sweep, range(processes)))
        took = time.perf_counter() - started
    done, cpu = sum(one[0] for one in found), sum(one[1] for one in found)
    print(
        f"{done:,} of {wanted:,} steps by {processes} processes: {done / took:.0f} a second,"
        f" {1000 * cpu / done:.2f} ms CPU and {sum(one[2] for one in found) / done:.1f} statements each"
    )


def bare(steps: int, processes: int) -> None:
    """The same number of steps by the driver alone: version, Change, Event, mark and next time; as many in a commit."""
    rows = list(
        SlaClock.objects.filter(next_check_at__isnull=False)
        .exclude(steps__step="raw")
        .order_by("?")
        .values_list("pk", "ticket_id")[:steps]
    )
    parts = [rows[number::processes] for number in range(processes)]
    connections.close_all()
    with ProcessPoolExecutor(processes, initializer=connections.close_all) as pool:
        list(pool.map(_ready, range(processes)))
        started = time.perf_counter()
        list(pool.map(_bare, parts))
        took = time.perf_counter() - started
    print(f"{len(rows):,} steps by {processes} processes, SQL alone: {len(rows) / took:.0f} a second")


def _ready(_number: int) -> None:
    connection.ensure_connection()
    sweep()  # what a process does once: imports, what it remembers of policies
    time.sleep(0.3)


def _sweep(_number: int) -> tuple[int, float, int]:
    done, cpu, counted = 0, time.process_time(), Counted()
    with connection.execute_wrapper(counted):
        while True:
            swept = sweep()
            done += swept.done
            if not swept.done:
                return done, time.process_time() - cpu, counted.statements


def _bare(rows: list[tuple[int, int]]) -> None:
    raw = psycopg2.connect(dsn())
    with raw.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            for clock, ticket in sorted(rows[start : start + BATCH], key=lambda row: row[1]):
                for statement in ONE_STEP:
                    cursor.execute(statement, {"clock": clock, "ticket": ticket, "step": "raw"})
            raw.commit()
    raw.close()


def profile(steps: int) -> None:
    make_due(steps)
    watched: Any = cProfile.Profile()
    watched.runcall(_sweep, 0)
    pstats.Stats(watched).sort_stats("cumulative").print_stats(70)


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.sweep", description=__doc__)
    given.add_argument("--steps", type=int, default=5000)
    given.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    given.add_argument("--rounds", type=int, default=1)
    given.add_argument("--profile", action="store_true", help="one process, and where its time goes")
    options = given.parse_args()
    if options.profile:
        profile(options.steps)
        return
    for _round in range(options.rounds):
        print(f"load {os.getloadavg()[0]:.1f}")
        idle()
        for processes in options.processes:
            busy(options.steps, processes)
            print(f"load {os.getloadavg()[0]:.1f}")
            bare(options.steps, processes)


if __name__ == "__main__":
    main()
