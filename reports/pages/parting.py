"""Figures parted by a slice: one row for each team, channel or tag, each number the door to its tickets."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise

from reports.asking import Asked
from reports.expecting import expect
from reports.kpi import COUNT
from reports.metrics import KPIS
from reports.naming import names_of
from reports.pages.base import Cell, Column, Table
from reports.series import by_slice
from reports.showing import TEXT
from reports.slices import SLICES, Value


def slice_table(
    key: str,
    title: str | Promise,
    by: str,
    kpis: Sequence[str],
    asked: Asked,
    *,
    most: int = 50,
    note: str | Promise = "",
) -> Table:
    """The `most` values with the largest first figure; each value narrows the page to itself."""
    expect([KPIS[kpi] for kpi in kpis], asked, by)
    parted = {kpi: dict(by_slice(KPIS[kpi], asked.selection, by)) for kpi in kpis}
    values = {value for found in parted.values() for value in found}
    first = parted[kpis[0]] if kpis else {}

    def weight(value: Value) -> tuple[bool, float, str]:
        figure = first.get(value)
        return value is None, -(figure.value or 0) if figure else 0, str(value)

    def row(value: Value, name: str) -> list[Cell]:
        one = asked.narrowed(by, value)
        cells = [Cell(name, TEXT, f"?{one.query}")]
        for kpi in kpis:
            figure, unit = parted[kpi].get(value), KPIS[kpi].unit
            shown = figure.value if figure else (0 if unit == COUNT else None)
            n = figure.n if figure and figure.value != figure.n else None
            cells.append(Cell(shown, unit, one.tickets(kpi), n))
        return cells

    def rows(some: Sequence[Value]) -> list[list[Cell]]:
        names = names_of(by, some)
        return [row(value, names[value]) for value in some]

    ordered = sorted(values, key=weight)
    columns = [Column(SLICES[by].name, TEXT), *(Column(one.name, one.unit, one) for one in map(KPIS.__getitem__, kpis))]
    every = (lambda: rows(ordered)) if len(ordered) > most else None
    return Table(key, title, columns, rows(ordered[:most]), note, total=len(ordered), every=every)
