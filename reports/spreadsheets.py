"""Writes tables as CSV and as XLSX, so that nothing that a stranger wrote is ever taken for a formula (G03)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any

from xlsxwriter import Workbook

from helpdesk.lib.text import clean
from reports.zone import zone

Cell = int | float | str | date | datetime | None
Row = Sequence[Cell]
BOM = "\ufeff"
"""Without it Excel takes a CSV for Latin-1."""
LONGEST = 32_767
"""Characters that a cell of XLSX can hold."""
MOST_ROWS = 1_000_000
"""Of one sheet of XLSX, below its limit of 1,048,576."""
_SHEET_NAME = 31

# At the beginning, or after what some program may take for the end of a cell: a quote or a separator.
_FORMULA = re.compile(
    r"(^|[\"'\u201c\u201d\uff02\uff07,;|\t\r\n\uff0c\uff1b])(\s*)([=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212])"
)
_LEADING_CONTROL = re.compile(r"^[\t\r\n]")


def harmless(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet might calculate; people can still read it."""
    # Carriage returns and other control characters are gone or line feeds from here on.
    safe = _FORMULA.sub(r"\1\2'\3", clean(text))
    return f"'{safe}" if _LEADING_CONTROL.match(safe) else safe


def plain(cell: Cell) -> Cell:
    """As it may stand in a file: numbers stay numbers, words are harmless, moments stand in the reporting zone."""
    if isinstance(cell, bool):
        return str(cell)
    if cell is None or isinstance(cell, int | float):
        return cell
    if isinstance(cell, datetime):
        return cell.astimezone(zone()).replace(tzinfo=None, microsecond=0)
    if isinstance(cell, date):
        return cell
    text = harmless(str(cell))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Row], *notes: str) -> Iterator[str]:
    """The lines of the file, the first with a BOM, the last those notes that say anything. Words are always quoted,
    numbers never."""
    writer = csv.writer(_Line(), quoting=csv.QUOTE_NONNUMERIC)
    yield BOM + str(writer.writerow([plain(name) for name in header]))
    for row in rows:
        yield str(writer.writerow([_in_csv(cell) for cell in row]))
    for note in filter(None, notes):
        yield str(writer.writerow([plain(note)]))


def _in_csv(cell: Cell) -> Any:
    safe = plain(cell)
    if isinstance(safe, datetime):
        return safe.isoformat(sep=" ")
    return safe.isoformat() if isinstance(safe, date) else "" if safe is None else safe


class XlsxFile:
    """One file of XLSX with sheets that are written row after row, so that a long one takes no memory."""

    def __init__(self, file: IO[bytes]) -> None:
        # XlsxWriter takes words that begin with "=" for formulas and addresses for links unless told otherwise.
        self._book = Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": True,
            },
        )
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._names: set[str] = set()

    def add(self, title: str, header: Sequence[str], rows: Iterable[Row]) -> None:
        """A sheet; more than MOST_ROWS go on in another one with the same header."""
        sheet, place = self._sheet(title, header), 0
        for row in rows:
            if place == MOST_ROWS:
                sheet, place = self._sheet(title, header), 0
            place += 1
            for column, cell in enumerate(row):
                self._write(sheet, place, column, plain(cell))

    def note(self, title: str, lines: Sequence[str]) -> None:
        """A last sheet of a few lines of text."""
        self.add(title, [title], [[line] for line in lines])

    def close(self) -> None:
        if not self._names:
            self._sheet("-", [])
        self._book.close()

    def _sheet(self, title: str, header: Sequence[str]) -> Any:
        sheet = self._book.add_worksheet(self._name(title))
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            words = str(plain(str(name)))
            sheet.set_column(column, column, min(40, max(10, len(words) + 2)))
            sheet.write_string(0, column, words, self._bold)
        return sheet

    def _name(self, title: str) -> str:
        """Sheets are named without []:*?/\\ or an apostrophe at either end, shortly, and each differently."""
        base = re.sub(r"[\[\]:*?/\\']", " ", title).strip(" =+-@")[:_SHEET_NAME].strip() or "-"
        name, number = base, 1
        while name.casefold() in self._names or name.casefold() == "history":
            number += 1
            name = f"{base[: _SHEET_NAME - 1 - len(str(number))]} {number}"
        self._names.add(name.casefold())
        return name

    def _write(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, datetime):
            sheet.write_datetime(row, column, cell, self._moment)
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), self._day)  # noqa: DTZ001
        elif isinstance(cell, int | float):
            sheet.write_number(row, column, cell)
        else:
            sheet.write_string(row, column, cell)
