"""The naive computation against the figures of whatever house there is, on tickets chosen by chance.

    python -m tests.reports.naive_audit --tickets 300

Takes the database that the product would take, and reads only.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import sys
from collections import Counter
from datetime import timedelta
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.base")
    django.setup()

from reports.metrics import KPIS
from reports.selection import Selection
from reports.slices import SLICES
from tests.reports import naive
from tickets.models import Ticket

SPANS = {"backlog": naive.UNSOLVED, "backlog_ours": ("new", "open", "on_hold"), "backlog_theirs": ("pending",)}
MOMENTS = 40


class NaiveAudit:
    def __init__(self, tickets: int, seed: int = 1) -> None:
        chance = random.Random(seed)
        every = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
        self.chosen = set(chance.sample(every, min(tickets, len(every))))
        # Who came back is told from the other tickets of the same people.
        people = Ticket.objects.filter(pk__in=self.chosen).values_list("requester", flat=True)
        self.lives = naive.lives(set(Ticket.objects.filter(requester__in=set(people)).values_list("pk", flat=True)))
        self.start = min(life.created for life in self.lives) - timedelta(days=1)
        self.end = max(step.at for life in self.lives for step in life.steps) + timedelta(days=60)
        self.moments = sorted(self.start + chance.random() * (self.end - self.start) for _ in range(MOMENTS))
        self.compared: Counter[str] = Counter()
        self.wrong: list[str] = []

    def run(self) -> NaiveAudit:
        for key in sorted(set(KPIS) - set(SPANS)):
            self._figure(key)
        self._backlog()
        return self

    def _figure(self, key: str) -> None:
        found, kpi = naive.items(key, self.lives, self.chosen), KPIS[key]
        self.compared["things that figures count"] += len(found)
        for business in (False, True) if kpi.unit == "seconds" else (False,):
            asked = Selection(self.start, self.end, business=business)
            for of in [{}, *self._slices(found)]:
                expected = naive.number(key, kpi.unit, naive.within(found, self.start, self.end, of), business=business)
                narrowed = asked
                for name, value in of.items():
                    narrowed = narrowed.narrowed(name, value)
                rows = kpi.rows(narrowed).filter(ticket__in=self.chosen)
                figure = kpi.measure.recount(rows)
                told = {name: getattr(figure, name) for name in expected}
                self._same("figures", expected, told, key, of, business)

    def _slices(self, found: list[naive.Item]) -> list[dict[str, Any]]:
        """Each value of each slice that any of these has."""
        values: dict[tuple[str, Any], None] = {}
        for item in found:
            for name in SLICES:
                if name == "tag":
                    values |= dict.fromkeys(("tag", tag) for tag in item.whose["tags"] or [None])
                elif name in item.whose:
                    values[name, item.whose[name]] = None
        return [{name: value} for name, value in values]

    def _backlog(self) -> None:
        counted = [life for life in self.lives if not life.imported and life.ticket.pk in self.chosen]
        for moment in self.moments:
            standing = naive.standing(counted, moment)
            for key, states in SPANS.items():
                rows = KPIS[key].rows(Selection(self.start, moment)).filter(ticket__in=self.chosen)
                self._same("backlogs", sum(state in states for _life, state in standing), rows.count(), key, moment)

    def _same(self, kind: str, expected: Any, told: Any, *where: object) -> None:
        self.compared[kind] += 1
        if not _close(expected, told):
            self.wrong.append(f"{kind}: {' '.join(map(str, where))}: naive {expected}, told {told}")


def _close(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_close(one[name], other[name]) for name in one)
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9)
    return bool(one == other)


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m tests.reports.naive_audit", description=__doc__)
    given.add_argument("--tickets", type=int, default=300)
    given.add_argument("--seed", type=int, default=1)
    options = given.parse_args()
    found = NaiveAudit(options.tickets, options.seed).run()
    print(*found.wrong, sep="\n")
    print(f"{len(found.chosen)} tickets, {', '.join(f'{n} {kind}' for kind, n in found.compared.items())}")
    print(f"{len(found.wrong)} differences.")
    sys.exit(bool(found.wrong))


if __name__ == "__main__":
    main()
