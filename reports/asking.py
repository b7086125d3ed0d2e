"""The filter bar as a value: what a page asks for, and the addresses of the tickets behind each part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from reports.beginning import has_begun
from reports.kept import Kept
from reports.selection import Period, Selection
from reports.slices import Value
from reports.targets import Targets
from reports.zone import day_of, week_of
from tickets.models import Priority

if TYPE_CHECKING:
    from agents.actors import Actor
    from reports.figures import Figure

NONE = "-"
"""What the address says for "none of them"."""
OWN = "own"
MOST_SINGLE_DAYS = 62
"""Longer ranges are drawn week by week."""
WEEK = 7


@dataclass(frozen=True, slots=True)
class Step:
    """Days [first, last) that make one point of a line."""

    first: date
    last: date

    @property
    def is_day(self) -> bool:
        return (self.last - self.first).days == 1


@dataclass(frozen=True)
class Asked:
    """Whole days of the reporting zone and what narrows them; every address of a report is made from it.

    `range` is the preset that the period came from ("28d"), or OWN.
    """

    period: Period
    at: datetime
    actor: Actor
    range: str = OWN
    slices: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    business: bool = False
    imported: bool = False
    compare: bool = True
    kept: Kept = field(default_factory=Kept, compare=False, repr=False)

    @property
    def more(self) -> dict[str, Any]:
        """What reports.series wants beside the period."""
        return {
            "slices": self.slices,
            "business": self.business,
            "imported": self.imported,
            "actor": self.actor,
            "kept": self.kept,
        }

    @cached_property
    def selection(self) -> Selection:
        return self.period.selection(self.at, **self.more)

    @cached_property
    def compared(self) -> Selection:
        return self.period.compared(self.at, **self.more)

    @property
    def before(self) -> Selection | None:
        """The same part of the previous period, if it is wanted."""
        return self.compared if self.compare else None

    @cached_property
    def lacks_days_before(self) -> bool:
        """The previous period is wanted, but begins before the first ticket did."""
        return self.compare and not has_begun(day_of(self.compared.start), imported=self.imported)

    @cached_property
    def targets(self) -> Targets:
        """What the house wants of its figures, read once for a page."""
        return Targets.load()

    @cached_property
    def known(self) -> dict[str, list[tuple[Step, Figure]]]:
        """Figures over time that were told already, so that a tile and a chart of one page ask once."""
        return {}

    @property
    def is_over(self) -> bool:
        return self.period.is_over(self.at)

    @cached_property
    def steps(self) -> list[Step]:
        """Its days, or the weeks of a longer one, as far as they have begun; the first and last week may be cut."""
        return list(self._steps(1 if self.period.days <= MOST_SINGLE_DAYS else WEEK))

    def _steps(self, days: int) -> Iterator[Step]:
        end = min(self.period.last, day_of(self.at) + timedelta(days=1))
        at = self.period.first
        while at < end:
            begins = week_of(at) if days == WEEK else at
            to = min(begins + timedelta(days=days), end)
            yield Step(at, to)
            at = to

    def narrowed(self, key: str, *values: Value) -> Asked:
        """Only these values of a slice, beside all that is asked for already; no value takes the slice away."""
        return replace(self, slices={**{k: v for k, v in self.slices.items() if k != key}, **_kept(key, values)})

    def without(self, key: str, value: Value) -> Asked:
        return self.narrowed(key, *(one for one in self.slices.get(key, ()) if one != value))

    def within(self, first: date, last: date) -> Asked:
        """The days [first, last) instead."""
        return replace(self, period=Period(first, last), range=OWN)

    @cached_property
    def query(self) -> str:
        """All of it as the address says it, defaults left out: what a saved filter keeps."""
        said: list[tuple[str, str]] = [("range", self.range)]
        if self.range == OWN:
            said += [("from", str(self.period.first)), ("to", str(self.period.last - timedelta(days=1)))]
        for key in sorted(self.slices):
            said += [(key, written(key, value)) for value in self.slices[key]]
        flags = {"compare": "none" if not self.compare else "", "hours": "business" if self.business else ""}
        said += [(name, value) for name, value in flags.items() if value]
        return urlencode([*said, *([("imported", "1")] if self.imported else [])])

    def url(self, view: str) -> str:
        """Another page with the same filter."""
        return f"{reverse(view)}?{self.query}"

    def tickets(self, kpi: str, *, age: int | None = None, past: bool = False) -> str:
        """The tickets behind a figure, or behind a part of it ("csat.yes").

        `age` a bucket of a backlog (reports.backlog.AGES); `past` in the period that this one is compared with.
        """
        more = {"age": age, "past": 1 if past else None}
        said = urlencode({name: value for name, value in more.items() if value is not None})
        return f"{reverse('reports:tickets', args=[kpi])}?{self.query}{f'&{said}' if said else ''}"


def _kept(key: str, values: Sequence[Value]) -> dict[str, Sequence[Value]]:
    return {key: values} if values else {}


def written(key: str, value: Value) -> str:
    """A value of a slice as the address says it."""
    if value is None or value == "":
        return NONE
    return Priority(int(value)).slug if key == "priority" else str(value)
