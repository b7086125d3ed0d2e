"""What telling all figures anew takes, beside SQL that only writes the same rows again.

    DATABASE_URL=postgres://… python -m benchmarks.rebuild [--processes 2]

Takes a database that is filled, and leaves its figures as they are: told anew.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterator

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()

from django.db import connection

from reports.rebuilding import KEPT, rebuild

SCHEMA = "bench_raw"


def lines(processes: int = 2) -> Iterator[str]:
    """What `make bench` prints of it."""
    before, started = _cpu(), time.monotonic()
    found = rebuild(processes)
    took, cpu = time.monotonic() - started, _cpu() - before
    phases = ", ".join(f"{what} {seconds:.1f}" for what, seconds in found.seconds.items())
    yield (
        f"All figures of {found.tickets:,} tickets told anew by {processes} processes: {took:.0f} s ({phases}),"
        f" {found.tickets / took:,.0f} tickets a second, {cpu:.0f} s of CPU in Python"
    )
    rows, alone = _written_again()
    yield f"The same {rows:,} rows by INSERT … SELECT, with their indexes: {alone:.1f} s: {took / alone:.1f} ×"


def _cpu() -> float:
    """Of this process and of those that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def _written_again() -> tuple[int, float]:
    rows, took = 0, 0.0
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for model in KEPT:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"CREATE TABLE {SCHEMA}.{table} (LIKE {table} INCLUDING ALL)")
            started = time.monotonic()
            cursor.execute(f"INSERT INTO {SCHEMA}.{table} SELECT * FROM {table}")
            took += time.monotonic() - started
            rows += cursor.rowcount
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    return rows, took


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.rebuild", description=__doc__)
    given.add_argument("--processes", type=int, default=2)
    for line in lines(given.parse_args().processes):
        print(line, flush=True)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
