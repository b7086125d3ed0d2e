"""The tickets behind any number of a page: the same rows that it was counted from, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import number_in
from reports.asking import Asked
from reports.backlog import AGES, ages
from reports.figures import Figure
from reports.flowing import FLOWING
from reports.forms import FilterForm
from reports.kpi import COUNT, SCORE, Kpi
from reports.metrics import KPIS, find
from reports.selection import Selection
from reports.showing import shown
from reports.unsolved import Standing
from tickets.models import Ticket

if TYPE_CHECKING:
    from tickets.querysets import TicketQuerySet

AGE_WORDS: tuple[str | Promise, ...] = (
    _("under 4 h"),
    _("4 – 24 h"),
    _("1 – 3 days"),
    _("3 – 7 days"),
    _("7 – 14 days"),
    _("14 – 30 days"),
    _("over 30 days"),
)


@dataclass(frozen=True)
class Opened:
    """A number opened: `age` is a bucket of a backlog; `past` means the period that the page compares with."""

    kpi: Kpi
    asked: Asked
    age: int | None = None
    past: bool = False

    @property
    def selection(self) -> Selection:
        return self.asked.compared if self.past else self.asked.selection

    @property
    def lacks_days(self) -> bool:
        """It is of the previous period, which begins before the first ticket did."""
        return self.past and self.asked.lacks_days_before

    @property
    def ignores_hours(self) -> bool:
        """What stands at the end of a range knows no hour of an event."""
        return bool(self.asked.slices.get("hour")) and isinstance(self.kpi.measure, Standing)

    @property
    def rows(self) -> QuerySet[Any]:
        rows = self.kpi.rows(self.selection)
        return rows if self.age is None else rows.filter(ages(self.selection.end)[self.age])

    @property
    def tickets(self) -> TicketQuerySet:
        """As far as the asking actor may see them."""
        return Ticket.objects.visible_to(self.asked.actor).filter(pk__in=self.rows.order_by().values("ticket_id"))

    @cached_property
    def values(self) -> int:
        """How many things the number counts; of them several may be on one ticket, unless it counts tickets."""
        return self.found if getattr(self.kpi.measure, "tickets", False) else self.rows.order_by().count()

    @cached_property
    def found(self) -> int:
        """How many tickets they are on."""
        return self.tickets.count()

    @cached_property
    def figure(self) -> Figure | None:
        """None for a bucket of age, which is nothing but a count."""
        return self.kpi.figure(self.selection) if self.age is None else None

    def told(self, tickets: Iterable[Ticket]) -> dict[int, list[str]]:
        """By ticket what was measured on it, in words: durations, scores, what counts and what does not."""
        rows = self.rows.filter(ticket_id__in=[ticket.pk for ticket in tickets]).order_by("pk")
        found: dict[int, list[str]] = defaultdict(list)
        for row in rows:
            found[row.ticket_id].append(self._words(row))
        return found

    @property
    def _whole(self) -> Kpi:
        """Of a piece the figure that it is a piece of."""
        return KPIS.get(self.kpi.key.partition(".")[0], self.kpi)

    def _words(self, row: Any) -> str:
        measured = getattr(row, "measured", None)
        if measured is not None:
            return shown(measured, self._whole.unit)
        if self._whole.unit == SCORE:
            return shown(row.score, COUNT)
        hit = getattr(row, "hit", None) if self._whole is self.kpi else None  # of a piece all are alike
        return "" if hit is None else "✓" if hit else "–"


def opened(key: str, params: Any, *, actor: Any, at: datetime) -> Opened:
    """What an address asks for. Raises Http404 for an unknown figure, HelpdeskError for a wrong filter.

    `params` are a QueryDict, or a saved filter read into one.
    """
    kpi = find(key) or FLOWING.get(key)
    if kpi is None:
        raise Http404
    form = FilterForm(params, actor=actor, at=at)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise HelpdeskError("bad_filter", str(errors[0]), field=str(field))
    return Opened(kpi, form.asked, _age(kpi, params.get("age")), params.get("past") == "1")


def _age(kpi: Kpi, given: str | None) -> int | None:
    if not given:
        return None
    age = number_in(given)
    if age is None or age > len(AGES) or not isinstance(kpi.measure, Standing):
        raise HelpdeskError("bad_age", _("There is no such age."), field="age")
    return age
