"""What is asked for: a range of time, slices, and whose eyes look. A figure and its drill-down read the same one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from reports.models import Fact, Span
from reports.slices import SLICES, Value
from reports.zone import day_of, start_of, zone
from tickets.models import Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from reports.kept import Kept
    from reports.querysets import FactQuerySet, SpanQuerySet

WEEK = 7


@dataclass(frozen=True)
class Selection:
    """The half-open range [start, end) and what narrows it. `slices` by key of reports.slices: any of its values."""

    start: datetime
    end: datetime
    slices: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    # Durations inside opening hours rather than by the calendar.
    business: bool = False
    # With the history that an import brought.
    imported: bool = False
    # None: the house itself, which sees all.
    actor: Actor | None = None
    # What the page that asks has read already.
    kept: Kept | None = field(default=None, compare=False, repr=False)

    @property
    def sees_all(self) -> bool:
        return self.actor is None or self.actor.sees_all_tickets

    def narrowed(self, key: str, value: Value) -> Selection:
        """Only this value of a slice, beside all that is asked for already."""
        return replace(self, slices={**self.slices, key: [value]})

    def facts(self, *kinds: str) -> FactQuerySet:
        """Without the tickets that no figure counts."""
        rows = Fact.objects.countable().filter(kind__in=kinds, at__gte=self.start, at__lt=self.end)
        return rows.filter(self._condition(of_spans=False), **self._origin)

    def flows(self, *kinds: str) -> FactQuerySet:
        """With tickets that were merged away, which the balance counts until then."""
        rows = Fact.objects.filter(kind__in=kinds, at__gte=self.start, at__lt=self.end)
        return rows.filter(self._condition(of_spans=False), **self._origin)

    def spans(self) -> SpanQuerySet:
        return Span.objects.filter(self._condition(of_spans=True), **self._origin)

    @property
    def _origin(self) -> dict[str, Any]:
        return {} if self.imported else {"imported": False}

    def _condition(self, *, of_spans: bool) -> Q:
        found = Q()
        for key, values in self.slices.items():
            one = SLICES[key]
            if values and (one.of_spans or not of_spans):
                found &= one.q(values)
        if self.actor is not None and not self.sees_all:
            found &= Q(ticket__in=Ticket.objects.visible_to(self.actor).values("pk"))
        return found


@dataclass(frozen=True)
class Period:
    """Whole days [first, last) of the reporting zone."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days

    def selection(self, at: datetime, **more: Any) -> Selection:
        """Until its end, or until now when it is still going on."""
        return Selection(start_of(self.first), min(start_of(self.last), max(at, start_of(self.first))), **more)

    def previous(self) -> Period:
        """As many days, just before."""
        return Period(self.first - timedelta(days=self.days), self.first)

    def is_over(self, at: datetime) -> bool:
        return start_of(self.last) <= at

    def compared(self, at: datetime, **more: Any) -> Selection:
        """The previous period; of a period that is going on the same part of it, by the clock on the wall, so that the
        running day is compared with as much of an earlier one."""
        before = self.previous()
        if self.is_over(at):
            return before.selection(at, **more)
        local = at.astimezone(zone())
        shifted = datetime.combine(day_of(at) - timedelta(days=self.days), local.time(), zone())
        return Selection(start_of(before.first), min(shifted, start_of(before.last)), **more)

    def day_selections(self, at: datetime, **more: Any) -> list[tuple[date, Selection]]:
        """Each day by itself."""
        days = [self.first + timedelta(days=n) for n in range(self.days)]
        return [(day, Period(day, day + timedelta(days=1)).selection(at, **more)) for day in days]
