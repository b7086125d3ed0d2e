"""What pages with promises on them cost, on a database that benchmarks.fill_sla has filled; the product runs for it.

DATABASE_URL=… REDIS_URL=… WEB_PORT=… python -m benchmarks.sla_pages --ports 28700 [--times 40] [--rounds 3]
"""

from __future__ import annotations

import argparse
import itertools
import logging
import os
import statistics
from collections.abc import Iterator

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    logging.getLogger("helpdesk.request").setLevel(logging.ERROR)

from django.core.management import call_command

from benchmarks.client import Ask, Client, in_turn
from benchmarks.fill import OPS_MANAGER, SUPERVISOR, TWO_TEAM_AGENT
from benchmarks.measure import Scene, sign_in
from benchmarks.rawsql import replayed
from benchmarks.serve import end_on_sigterm, product


def measure(ports: int, times: int, rounds: int) -> None:
    scene = Scene()
    two, above, ops = (sign_in(who) for who in (TWO_TEAM_AGENT, SUPERVISOR, OPS_MANAGER))

    def panels() -> Iterator[Ask]:
        return (Ask(f"/tickets/{pk}/sla/", fragment=True) for pk in itertools.cycle(scene.looked_at))

    def only(path: str, *, fragment: bool = False) -> Iterator[Ask]:
        return itertools.repeat(Ask(path, fragment=fragment))

    runs = (
        ("inbox", two, lambda: only("/tickets/?view=open")),
        ("inbox, due first", two, lambda: only("/tickets/?view=open&sort=due")),
        ("inbox, due first, ops manager", ops, lambda: only("/tickets/?view=open&sort=due")),
        ("view Due soon", two, lambda: only("/tickets/?view=due_soon")),
        ("counts of all views", two, lambda: only("/tickets/views/", fragment=True)),
        ("ticket page", two, scene.pages),
        ("panel of promises", two, panels),
        ("supervisor's desk", above, lambda: only("/supervise/")),
        ("supervisor's desk, ops manager", ops, lambda: only("/supervise/")),
        ("team board", above, lambda: only("/supervise/teams/")),
        ("causes of breaches", above, lambda: only("/supervise/causes/")),
    )
    call_command("collectstatic", interactive=False, verbosity=0)
    with product(ports):
        for name, session, asks in runs:
            try:
                client = Client(ports, session)
                found = [in_turn(client, asks(), times, warm=3).summary() for _ in range(rounds)]
                alone = [statistics.median(replayed(next(asks()), session, 10)[0]) for _ in range(rounds)]
            except SystemExit as refused:
                print(f"| {name} | {str(refused)[:100]} |", flush=True)
                continue
            p10, p50, p95, cpu, statements = (
                statistics.median(one[key] for one in found)
                for key in ("app_p10", "app_p50", "app_p95", "cpu_p50", "statements")
            )
            sql = statistics.median(alone)
            print(
                f"| {name} | {p10:.1f} / {p50:.1f} / {p95:.1f} | {cpu:.1f} | {statements:.0f} | {sql:.1f}"
                f" | {p50 / sql:.1f} | {os.getloadavg()[0]:.1f} |",
                flush=True,
            )


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.sla_pages", description=__doc__)
    given.add_argument("--ports", type=int, default=28_700)
    given.add_argument("--times", type=int, default=40)
    given.add_argument("--rounds", type=int, default=3)
    options = given.parse_args()
    end_on_sigterm()
    measure(options.ports, options.times, options.rounds)


if __name__ == "__main__":
    main()
