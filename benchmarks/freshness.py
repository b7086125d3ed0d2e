"""How long after an event the figures have it, while the product runs with its own worker and schedule.

    DATABASE_URL=postgres://… python -m benchmarks.freshness [--times 10]

Takes a database of its own, and leaves tickets there; started beside a product that runs on it.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()

from django.utils.timezone import now

from agents.actors import Actor
from customers.matching import customer_for_email
from reports.metrics import KPIS
from reports.selection import Selection
from reports.zone import day_of, start_of
from tickets.opening import open_ticket

# The schedule looks every five seconds: events come at any moment between two looks.
EVERY = 5.0
GIVEN_UP_AFTER = 60.0


def lags(times: int) -> list[float]:
    """Of so many new tickets how many seconds passed from the commit until the tile of today counted it."""
    customer, by = customer_for_email("freshness@bench.example", "Freshness"), Actor.system("bench")
    found = []
    for _n in range(times):
        time.sleep(random.random() * EVERY)
        before = _created()
        open_ticket("Is it counted?", customer, by=by, via="api", channel="email")
        committed = time.monotonic()
        while _created() == before and time.monotonic() < committed + GIVEN_UP_AFTER:
            time.sleep(0.05)
        found.append(time.monotonic() - committed)
    return found


def _created() -> int:
    return KPIS["created"].figure(Selection(start_of(day_of(now())), now())).n


def line(times: int = 10) -> str:
    found = lags(times)
    return f"{statistics.median(found):.1f} s after the event at the median of {times}, {max(found):.1f} s at most"


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.freshness", description=__doc__)
    given.add_argument("--times", type=int, default=10)
    print("Figures are current", line(given.parse_args().times))


if __name__ == "__main__":
    main()
