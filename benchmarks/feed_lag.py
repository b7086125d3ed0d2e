"""How long after a commit a program that follows the event feed has it: writers in processes of their own, one reader.

    python -m benchmarks.feed_lag [--postgres] [--writers 4] [--seconds 10] [--pause 0]

On a SQLite file, or in a PostgreSQL cluster of its own. The reader waits up to 20 seconds for each answer, through the
whole stack of the product but for the web server. With `--pause 1` each writer rests between two changes, so that the
reader has to wait.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

Stamps = dict[str, float]
_all_awake: Any = None


def write(number: int, ticket_id: int, seconds: float, pause: float) -> Stamps:
    """When each change of one writer was committed, by the tag that it added."""
    from agents.actors import Actor
    from tickets.actions import AddTag
    from tickets.perform import perform

    stamps: Stamps = {}
    _all_awake.wait(120)
    until = time.time() + seconds
    time.sleep(pause * number / 10)
    while time.time() < until:
        tag = f"w{number}-{len(stamps)}"
        perform(ticket_id, AddTag(tag), by=Actor.system("bench"), via="test")
        stamps[tag] = time.time()
        time.sleep(pause)
    return stamps


def follow(client: Any, after: str, until: float) -> tuple[Stamps, int]:
    """When each change came out of the feed, and in how many answers."""
    seen: Stamps = {}
    answers = 0
    while time.time() < until:
        wait = max(1, min(20, round(until - time.time())))
        page: Any = client.get(f"/api/v1/events/?after={after}&wait={wait}&limit=200")
        at, told = time.time(), page.json()
        answers += 1
        after = told["next"]
        seen |= {event["data"]["tag"]: at for event in told["items"] if event["kind"] == "tag_added"}
    return seen, answers


def measure(options: argparse.Namespace) -> str:
    _wake_django()
    from django.test import Client

    from agents.actors import Actor
    from agents.models import Agent
    from agents.permissions import Role
    from agents.tokens import make_token
    from customers.models import Customer
    from tickets.feed import catch_up
    from tickets.opening import open_ticket

    otto = Agent.objects.create_user("otto@bench.example", None, name="Otto", role=Role.OPS_MANAGER)
    _token, secret = make_token(Actor.agent(otto), name="feed", scope="read")
    kim = Customer.objects.create(name="Kim")
    keys = []
    for number in range(options.writers):
        ticket, _change = open_ticket(f"T{number}", kim, by=Actor.agent(otto), via="test", channel="web")
        keys.append(ticket.pk)
    catch_up()
    context = multiprocessing.get_context("spawn")
    awake = context.Barrier(options.writers + 1)
    with context.Pool(options.writers, _wake_django, (awake,)) as pool:
        work = [(n, key, options.seconds, options.pause) for n, key in enumerate(keys)]
        running = pool.starmap_async(write, work, chunksize=1)
        client = Client(headers={"Authorization": f"Bearer {secret}", "Host": "bench.example"})
        after = client.get("/api/v1/events/?after=now").json()["next"]  # the first request loads what all need
        awake.wait(120)
        seen, answers = follow(client, after, time.time() + options.seconds + 3)
        committed: Stamps = {}
        for stamps in running.get(60):
            committed |= stamps
    lags = sorted(1000 * max(0.0, seen[tag] - at) for tag, at in committed.items() if tag in seen)
    p95 = statistics.quantiles(lags, n=20)[-1]
    return (
        f"{'PostgreSQL' if options.postgres else 'SQLite'}, {options.writers} writers, pause {options.pause:g} s:"
        f" {len(committed)} changes, {len(committed) - len(lags)} missed, {answers} answers;"
        f" from commit to answer p50 {statistics.median(lags):.0f} ms, p95 {p95:.0f} ms, most {lags[-1]:.0f} ms"
    )


def _wake_django(barrier: Any = None) -> None:
    import django

    global _all_awake
    _all_awake = barrier
    django.setup()


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.feed_lag", description=__doc__)
    given.add_argument("--postgres", action="store_true")
    given.add_argument("--writers", type=int, default=4)
    given.add_argument("--seconds", type=float, default=10.0)
    given.add_argument("--pause", type=float, default=0.0)
    options = given.parse_args()
    from benchmarks.serve import environment
    from scripts.services import Postgres

    cluster = Postgres(durable=True) if options.postgres else None
    with tempfile.TemporaryDirectory(prefix="feed-lag-") as folder:
        try:
            url = cluster.start().create() if cluster else f"sqlite:///{folder}/house.sqlite3"
            os.environ.update(environment(url, "", 28_000, Path(folder)) | {"LOG_LEVEL": "error"})
            os.environ |= {"DJANGO_SETTINGS_MODULE": "helpdesk.settings.base", "BASE_URL": "http://bench.example"}
            subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True)
            print(measure(options))
        finally:
            if cluster:
                cluster.remove()


if __name__ == "__main__":
    main()
