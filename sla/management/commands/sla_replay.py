"""`manage.py sla_replay`: are the stored clocks what the past of their tickets says; what if another policy held?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils.timezone import now

from sla.models import Metric, SlaPolicy, SlaTrack
from sla.replay import Attainment, as_if, check
from sla.schedules import version_in_force
from sla.terms import wording
from tickets.models import Ticket

SLICE = 1000
PROCESSES = min(8, os.cpu_count() or 1)


class Command(BaseCommand):
    help = (
        "Replays the Events of tickets from nothing and compares the clocks that come out with those that are stored. "
        "Ends with 1 when anything differs. Reads only, and may run beside everything else."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare stored with replayed clocks (the default)")
        parser.add_argument("--ticket", type=int, action="append", help="only this ticket; may be repeated")
        parser.add_argument("--sample", type=int, help="only so many tickets, chosen by chance")
        parser.add_argument("--limit", type=int, help="only the newest so many tickets")
        parser.add_argument(
            "--as-if", metavar="POLICY", help="by name: what the attainment would have been, had it held from opening"
        )
        parser.add_argument("--processes", type=int, default=PROCESSES, help=f"at once; {PROCESSES} if not said")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["as_if"]:
            self._as_if(options)
            return
        tickets = self._chosen(options, SlaTrack.objects.order_by("-pk").values_list("pk", flat=True))
        differences = 0
        for part in _slices(tickets):
            suspected = {found.ticket for found in check(part)}
            # Once more: somebody may have changed a ticket between the statements that read it.
            for found in check(sorted(suspected)):
                differences += 1
                self.stdout.write(
                    f"#{found.ticket} {found.where}, {found.what}: stored {found.stored}, replayed {found.replayed}"
                )
        self.stdout.write(f"{len(tickets)} tickets replayed, {differences} differences.")
        if differences:
            raise SystemExit(1)

    def _chosen(self, options: dict[str, Any], tickets: Any) -> list[int]:
        if options["ticket"]:
            return list(tickets.filter(pk__in=options["ticket"]))
        found = list(tickets[: options["limit"]])
        if options["sample"] and options["sample"] < len(found):
            found = sorted(Random().sample(found, options["sample"]))  # noqa: S311  which ones is no secret
        return found

    def _as_if(self, options: dict[str, Any]) -> None:
        policy = SlaPolicy.objects.filter(name=options["as_if"]).first()
        version = policy.versions.order_by("-number").first() if policy else None
        if version is None:
            raise CommandError(f"There is no policy called “{options['as_if']}”.")
        calendar = version_in_force(version.calendar, now()).pk if version.calendar else None
        tickets = self._chosen(options, Ticket.objects.order_by("-pk").values_list("pk", flat=True))
        attainment = Attainment()
        slices = [(part, version.pk, calendar) for part in _slices(tickets)]
        if options["processes"] > 1 and len(slices) > 1:
            connections.close_all()
            with ProcessPoolExecutor(options["processes"], initializer=_own_connection) as pool:
                for part in pool.map(_attainment, slices):
                    attainment += part
        else:
            for one in slices:
                attainment += _attainment(one)
        self._print(attainment, str(version))

    def _print(self, attainment: Attainment, version: str) -> None:
        self.stdout.write(f"{attainment.tickets} tickets as if “{version}” had held from their opening on:")
        for metric in Metric:
            met, missed = attainment.met[metric], attainment.missed[metric]
            if met + missed:
                share = f"{100 * met / (met + missed):.1f} %"
                self.stdout.write(f"  {metric.label}: {share} ({met} met, {missed} missed)")


def _slices(tickets: Sequence[int]) -> list[Sequence[int]]:
    return [tickets[start : start + SLICE] for start in range(0, len(tickets), SLICE)]


def _own_connection() -> None:
    connections.close_all()


def _attainment(one: tuple[Sequence[int], int, int | None]) -> Attainment:
    tickets, version, calendar = one
    return as_if(tickets, wording(version).row, calendar)
