"""`manage.py audit_reports`: prove the figures of this house, by telling them once more in every other way there is."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from reports.auditing import Scope, audit, figures_told
from reports.zone import day_of

VALUES = 20


class Command(BaseCommand):
    help = (
        "Looks whether every figure, by every slice, is what its own drill-down says, whether its parts and its days "
        "are those of the same figure asked alone, and whether the balance comes out even on every day. Ends with 1 "
        "when anything differs. That the facts are those of the Events is another question: rebuild_reports --check."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--values", type=int, default=VALUES, help=f"of each slice at most so many; {VALUES}")
        parser.add_argument("--until", type=date.fromisoformat, help="YYYY-MM-DD: before this day; today if not said")
        parser.add_argument("--figures", type=Path, help="write every figure to this file, to compare two databases")

    def handle(self, *args: Any, **options: Any) -> None:
        scope = Scope(options["until"] or day_of(now()), options["values"])
        if options["figures"]:
            told = figures_told(scope)
            options["figures"].write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")
            self.stdout.write(f"{sum(map(len, told.values()))} figures written.")
            return
        found = audit(scope)
        for line in found.wrong:
            self.stdout.write(line)
        for kind, number in found.compared.items():
            self.stdout.write(f"{number:>8} {kind}")
        self.stdout.write(f"{len(found.wrong)} differences.")
        if found.wrong:
            raise SystemExit(1)
