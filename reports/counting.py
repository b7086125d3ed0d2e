"""Figures that are nothing but how many rows, or tickets, there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count

from reports.figures import Figure
from reports.grouping import Tally
from reports.measures import Tallied
from reports.selection import Selection


class Rows(Tallied):
    """One for each row, or for each ticket that has any."""

    hits = False

    def figure(self, asked: Selection, name: str = "") -> Figure:
        what = "ticket_id" if self.tickets else "pk"
        return self.told(Tally(self.rows(asked).order_by().aggregate(n=Count(what, distinct=self.tickets))["n"]))

    def told(self, tally: Tally) -> Figure:
        return Figure(tally.n, tally.n)

    def recount(self, rows: Iterable[Any]) -> Figure:
        return self.told(Tally(len({row.ticket_id if self.tickets else row.pk for row in rows})))
