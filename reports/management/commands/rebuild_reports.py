"""`manage.py rebuild_reports`: tell the figures anew from the past of all tickets, or look whether that is needed."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.checking import Difference, differences, miscounted, summed_days
from reports.lease import AlreadyRebuilding, LeaseLost
from reports.models import Keeper
from reports.rebuilding import rebuild
from tickets.models import Ticket

SLICE = 500
PROCESSES = min(8, os.cpu_count() or 1)


class Command(BaseCommand):
    help = (
        "Tells all figures anew from the Events of the tickets. The house may go on working; what happens meanwhile "
        "is counted when it is done. With --check nothing is written, and the command ends with 1 when what is kept "
        "is not what would be told."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only")
        parser.add_argument("--ticket", type=int, action="append", help="compare only this ticket; may be repeated")
        parser.add_argument("--sample", type=int, help="compare only so many tickets, chosen by chance")
        parser.add_argument("--processes", type=int, default=PROCESSES, help=f"at once; {PROCESSES} if not said")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check(options)
        else:
            self._rebuild(options["processes"])

    def _rebuild(self, processes: int) -> None:
        try:
            found = rebuild(processes)
        except AlreadyRebuilding as busy:
            raise CommandError("Another rebuild is at work, or was killed within the last two minutes.") from busy
        except LeaseLost as lost:
            raise CommandError("It was silent for two minutes, and others have gone on since: run it again.") from lost
        self.stdout.write(f"{found.tickets} tickets told: {found.facts} facts, {found.days} days summed.")
        took = ", ".join(f"{what} {seconds:.0f} s" for what, seconds in found.seconds.items())
        self.stdout.write(f"It took: {took}.")

    def _check(self, options: dict[str, Any]) -> None:
        tickets = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
        if options["ticket"]:
            tickets = [pk for pk in tickets if pk in options["ticket"]]
        elif options["sample"] and options["sample"] < len(tickets):
            tickets = sorted(random.Random().sample(tickets, options["sample"]))  # noqa: S311  which ones is no secret
        wrong = 0
        for part in _parts(tickets, SLICE):
            suspected = sorted({found.ticket for found in differences(part)})
            # Once more: somebody may have changed a ticket between the statements that read it.
            for found in differences(suspected):
                wrong += 1
                self.stdout.write(_said(found))
        for day in [] if options["ticket"] else miscounted(summed_days()):
            wrong += 1
            self.stdout.write(f"{day}: the sums are not those of its facts")
        zone = Keeper.objects.values_list("zone", flat=True).first()
        if zone and zone != settings.REPORTS_ZONE:
            wrong += 1
            self.stdout.write(f"told in {zone}, asked in {settings.REPORTS_ZONE}")
        self.stdout.write(f"{len(tickets)} tickets told anew, {wrong} differences.")
        if wrong:
            raise SystemExit(1)


def _said(found: Difference) -> str:
    return f"#{found.ticket} {found.where}, {found.what}: kept {found.kept}, told {found.told}"


def _parts(all_of: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [all_of[start : start + size] for start in range(0, len(all_of), size)]
