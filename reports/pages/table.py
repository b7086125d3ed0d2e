"""Tables of reports: cells that open to their tickets, under columns, and whole wherever the page shows but a part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from reports.kpi import COUNT, Kpi
from reports.showing import TEXT, Plain, shown

MOST_ON_PAGE = 1000
"""Rows of a table that was asked for as a whole; the rest stands in its file."""
Words = str | Promise
Number = int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """`unit` of the cells below (reports.kpi, TEXT, DAY); `kpi` whose values they are, so that the page can say what
    that figure is."""

    label: Words
    unit: str = COUNT
    kpi: Kpi | None = None

    @property
    def is_number(self) -> bool:
        return self.unit != TEXT


@dataclass(frozen=True, slots=True)
class Cell:
    """A plain value; `url` opens its tickets. `n` is said beside it where it stands for many. `note` in a few words."""

    value: Plain
    unit: str = COUNT
    url: str = ""
    n: int | None = None
    note: Words = ""
    # A page about the same thing, and its name; for the screen alone.
    more: str = ""
    more_words: Words = ""

    @property
    def words(self) -> str:
        return shown(self.value, self.unit)

    @property
    def link(self) -> str:
        """Nothing opens where there is nothing."""
        return self.url if self.value is not None else ""


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns; the first cell of each row is its head."""

    key: str
    title: Words
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: Words = ""
    # What is said instead of a table without rows.
    empty: Words = ""
    # How many rows there are, where the page shows only the first of them; `every` makes all of them.
    total: int = 0
    every: Callable[[], Sequence[Sequence[Cell]]] | None = None
    # So many rows `every` makes at most; 0 when it makes all.
    most: int = 0

    kind = "table"

    @property
    def is_cut(self) -> bool:
        return self.every is not None and self.total > len(self.rows)

    def whole(self, most: int) -> Table:
        """With as many rows as a page can hold."""
        return self if self.every is None else replace(self, rows=self.every()[:most])

    @property
    def cut_in_files(self) -> str:
        """In words, where even the file holds the first rows alone; "" where it holds all."""
        if not self.most or self.total <= self.most:
            return ""
        rows = _("%(shown)s of %(total)s") % {"shown": shown(self.most, COUNT), "total": shown(self.total, COUNT)}
        return _("%(what)s: %(value)s") % {"what": self.title, "value": rows}

    @property
    def figures(self) -> list[Kpi]:
        """That its columns are of, each once."""
        return list({column.kpi.key: column.kpi for column in self.columns if column.kpi}.values())

    @property
    def header(self) -> list[str]:
        return [str(column.label) for column in self.columns]

    @property
    def plain_rows(self) -> list[list[Plain]]:
        """As exports want it, all of them: durations in seconds, shares from 0 to 1."""
        return [[cell.value for cell in row] for row in (self.every() if self.every else self.rows)]

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def table(self) -> Table:
        return self
