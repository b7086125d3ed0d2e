"""`manage.py rebuild_search`: reads every ticket's words anew, newest first; what is stopped goes on where it stood."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tickets.search.upkeep import BATCH, index_older, left_to_walk, walk_again

SECONDS_BETWEEN_LINES = 5


class Command(BaseCommand):
    help = "Build the search index anew, in batches, while the house works. Stop it at any time and start it again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help=f"tickets in one transaction (default {BATCH})")
        parser.add_argument("--from-start", action="store_true", help="begin anew where an earlier run was stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        left = left_to_walk()
        if left and not options["from_start"]:
            self.stdout.write(f"Going on at ticket {left}.")
        else:
            walk_again()
        started = said = time.monotonic()
        done = 0
        while left := left_to_walk():
            count = index_older(max(1, options["batch"]))
            done += count
            if not count:
                time.sleep(0.2)  # a worker of the house is on the same walk: it will not take long
            if time.monotonic() - said > SECONDS_BETWEEN_LINES:
                said = time.monotonic()
                self.stdout.write(f"{done} tickets read, {left} is next, {done / (said - started):.0f} a second.")
        self.stdout.write(f"{done} tickets read in {time.monotonic() - started:.0f} seconds; the index is complete.")
