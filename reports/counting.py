"""Figures that are nothing but how many rows, or tickets, there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reports.figures import Figure
from reports.grouping import Tally
from reports.measures import Tallied


class Rows(Tallied):
    """One for each row, or for each ticket that has any."""

    hits = False

    def told(self, tally: Tally) -> Figure:
        return Figure(tally.n, tally.n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        return self.told(Tally(len({row.ticket_id if self.tickets else row.pk for row in rows})))
