"""What every page of reports over the last twelve months costs, nothing being remembered, on a filled database.

    DATABASE_URL=postgres://… python -m benchmarks.reports [--times 5]

Takes a database whose figures have been told and summed. For every page: its time in this process, of it the time of
the processor in Python, and its statements. Beside it one count and one median of the same range in plain SQL.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent
from agents.permissions import Role
from reports.asking import Asked
from reports.models import Fact
from reports.pages import PAGES
from reports.ranges import period_of
from reports.zone import day_of

RANGE = "12m"


def lines(times: int = 5) -> Iterator[str]:
    """What `make bench` prints of it."""
    yield f"Reports over twelve months, {Fact.objects.count():,} facts: ms (of it Python on the processor), statements"
    for page in PAGES:
        page.build(_asked()).tables  # noqa: B018  warms what the database reads
        walls, cpus = zip(*(_timed(page) for _ in range(times)), strict=True)
        with CaptureQueriesContext(connection) as captured:
            page.build(_asked()).tables  # noqa: B018
        yield (
            f"  {page.KEY}: {statistics.median(walls):.0f} ({statistics.median(cpus):.0f}),"
            f" {len(captured.captured_queries)} statements"
        )
    for what, sql in _PLAIN.items():
        yield f"  in plain SQL, {what}: {statistics.median(_in_sql(sql) for _ in range(times)):.0f}"


def _asked() -> Asked:
    """Made anew each time: it keeps what it has read."""
    boss, at = Agent.objects.filter(role=Role.ADMIN).first(), now()
    # A database that only a rebuild was measured on has nobody.
    actor: Any = Actor.agent(boss) if boss else SimpleNamespace(sees_all_tickets=True, id=0, team_ids=())
    return Asked(period_of(RANGE, day_of(at)), at, actor, range=RANGE)


def _timed(page: Any) -> tuple[float, float]:
    asked, wall, cpu = _asked(), time.perf_counter(), time.process_time()
    page.build(asked).tables  # noqa: B018
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


_WHERE = "FROM reports_fact WHERE kind = %s AND at >= %s AND at < %s AND NOT merged AND NOT imported"
_PLAIN = {
    "one count": f"SELECT count(*) {_WHERE}",
    "one median and p90": f"SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds) {_WHERE}",
}


def _in_sql(sql: str) -> float:
    selection, started = _asked().selection, time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(sql, ["first_reply", selection.start, selection.end])
        cursor.fetchall()
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    given.add_argument("--times", type=int, default=5, help="the median of so many is told")
    for line in lines(given.parse_args().times):
        print(line, flush=True)


if __name__ == "__main__":
    main()
