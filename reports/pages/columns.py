"""Tables of what a page chooses to tell of several figures: medians beside p90 and n, what was missed, by any slice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.asking import Asked
from reports.expecting import expect
from reports.figures import Figure
from reports.kpi import COUNT, Kpi
from reports.metrics import the
from reports.naming import names_of
from reports.pages.base import Cell, Column, Table
from reports.series import by_slice
from reports.showing import TEXT
from reports.slices import SLICES, Value

Words = str | Promise

FEW = 10
"""Figures of an agent that come from fewer facts are never put into an order."""
MOST_ROWS = 50
NAME = "name"
P90: Words = _("p90")


@dataclass(frozen=True)
class Told:
    """A column: `what` of the figure "value", "p90", "n", "hits" or "misses". `part` is the piece that opens."""

    key: str
    label: Words = ""
    what: str = "value"
    part: str = ""
    # Says beside each value from how many it comes.
    with_n: bool = False

    @cached_property
    def kpi(self) -> Kpi:
        return the(self.key)

    @property
    def column(self) -> Column:
        return Column(self.label or self.kpi.name, self.unit, self.kpi)

    @property
    def unit(self) -> str:
        return self.kpi.unit if self.what in ("value", "p90") else COUNT

    def cell(self, figure: Figure | None, asked: Asked, note: Words = "") -> Cell:
        """Of a value that does not occur counts are nothing and shares are unknown."""
        value = self._of(figure) if figure is not None else (0 if self.unit == COUNT else None)
        n = figure.n if figure is not None and self.with_n and value is not None else None
        return Cell(value, self.unit, asked.tickets(f"{self.key}.{self.part}" if self.part else self.key), n, note)

    def _of(self, figure: Figure) -> float | None:
        if self.what == "misses":
            return figure.n - (figure.hits or 0)
        found: float | None = getattr(figure, self.what)
        return found if self.unit != COUNT or found is None or self.what == "p90" else _whole(found)


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else value


def spread(key: str, label: Words, p90: Words) -> list[Told]:
    """Median, p90 and n of a duration; the labels name the figure."""
    return [Told(key, label), Told(key, p90, "p90"), Told(key, _("n"), "n")]


def share(key: str, label: Words, broken: Words = "") -> list[Told]:
    """A share with its n, and how many it lacks."""
    return [Told(key, label, with_n=True), *([Told(key, broken, "misses", "no")] if broken else [])]


class Parted:
    """Several figures parted by one slice, each read once; only chosen values when `only` are given."""

    def __init__(self, by: str, told: Sequence[Told], asked: Asked, only: Sequence[Value] = ()) -> None:
        self.by, self.told, self.asked = by, told, asked
        selection = asked.narrowed(by, *only).selection if only else asked.selection
        kpis = {one.key: one.kpi for one in told}
        expect(kpis.values(), asked, by)
        self.figures = {key: dict(by_slice(kpi, selection, by)) for key, kpi in kpis.items()}

    @property
    def values(self) -> set[Value]:
        return {value for found in self.figures.values() for value in found}

    def figure(self, key: str, value: Value) -> Figure | None:
        return self.figures[key].get(value)

    def cells(self, value: Value, few: Sequence[str] = ()) -> list[Cell]:
        """`few`: figures that are marked where they come from too few facts to be compared."""
        one = self.asked.narrowed(self.by, value)
        return [
            told.cell(self.figure(told.key, value), one, FEW_WORDS if self._is_few(told, value, few) else "")
            for told in self.told
        ]

    def _is_few(self, told: Told, value: Value, few: Sequence[str]) -> bool:
        figure = self.figure(told.key, value)
        return told.key in few and told.what == "value" and figure is not None and 0 < figure.n < FEW

    def by_size(self, key: str) -> list[Value]:
        """The values, those in which the figure is largest first, "none of them" last."""
        return sorted(self.values, key=lambda value: self._weight(key, value))

    def _weight(self, key: str, value: Value) -> tuple[bool, float, str]:
        figure = self.figure(key, value)
        return value in (None, ""), -((figure.value or 0) if figure else 0), str(value)


FEW_WORDS: Words = _("too few to compare")


def table_by(
    key: str,
    title: Words,
    by: str,
    told: Sequence[Told],
    asked: Asked,
    *,
    order: str = "",
    most: int = MOST_ROWS,
    note: Words = "",
    few: Sequence[str] = (),
) -> Table:
    """One row for each value; its name narrows the page to it. `order`: the figure by whose size the rows stand, or
    NAME; else the slice's own order, as of priorities. The page shows the first `most`."""
    parted = Parted(by, told, asked)
    values = parted.by_size(order) if order and order != NAME else _in_order(parted.values)
    if order == NAME:
        named = names_of(by, values)
        values = sorted(values, key=lambda value: (value in (None, ""), named[value]))

    def rows(some: Sequence[Value]) -> list[list[Cell]]:
        names = names_of(by, some)
        return [[name_cell(by, value, names, asked), *parted.cells(value, few)] for value in some]

    columns = [Column(SLICES[by].name, TEXT), *(one.column for one in told)]
    every = (lambda: rows(values)) if len(values) > most else None
    return Table(key, title, columns, rows(values[:most]), note, total=len(values), every=every)


def name_cell(by: str, value: Value, names: dict[Value, str], asked: Asked) -> Cell:
    """Opens the page narrowed to the value; beside an agent's name a link to what customers said of this agent."""
    address = f"?{asked.narrowed(by, value).query}"
    if by != "agent" or not isinstance(value, int):
        return Cell(names[value], TEXT, address)
    words = _("%(what)s: %(value)s") % {"what": _("Satisfaction"), "value": names[value]}
    return Cell(names[value], TEXT, address, more=reverse("surveys:of_agent", args=[value]), more_words=words)


def _in_order(values: Iterable[Value]) -> list[Value]:
    numbers = sorted((value for value in values if isinstance(value, int)), reverse=True)
    words = sorted(value for value in values if isinstance(value, str) and value)
    return [*numbers, *words, *(value for value in values if value in (None, ""))]


__all__ = ["FEW", "FEW_WORDS", "NAME", "Parted", "Told", "name_cell", "share", "spread", "table_by"]
