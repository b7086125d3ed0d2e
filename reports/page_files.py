"""The tables of a page of reports for files: as the filter shows them to one reader, under names that stay."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError
from reports.forms import FilterForm
from reports.kpi import SECONDS
from reports.left_out import left_out, notes
from reports.pages import page_of
from reports.pages.base import PageModule, Table
from reports.spreadsheets import XlsxFile, csv_lines

if TYPE_CHECKING:
    from agents.actors import Actor
    from reports.asking import Asked


def read_filter(params: Any, actor: Actor, at: datetime) -> Asked:
    """What a saved filter or an address asks for. Raises HelpdeskError "bad_filter" with what is wrong."""
    form = FilterForm(params, actor=actor, at=at)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise HelpdeskError("bad_filter", str(errors[0]), field=str(field))
    return form.asked


@dataclass(frozen=True)
class PageFile:
    """The tables of a page, and what stands beneath them."""

    tables: Sequence[Table]
    notes: Sequence[str]


def page_file(page: str, params: Any, actor: Actor, at: datetime) -> PageFile:
    """Raises Http404 for a page that there is not."""
    found = page_of(page)
    if found is None:
        raise Http404
    return file_of(found, read_filter(params, actor, at))


def file_of(page: PageModule, asked: Asked) -> PageFile:
    return PageFile(list(page.build(asked).tables), notes(page.NAME, asked, asked.selection, left_out(asked)))


def csv_of(table: Table, notes: Sequence[str]) -> Iterator[str]:
    """The whole table, how much of it even a file leaves out, and last what its figures leave out."""
    return csv_lines(header_of(table), table.plain_rows, table.cut_in_files, *notes[-1:])


def header_of(table: Table) -> list[str]:
    """The names of the columns, with the unit of durations: a file has no words for them, only numbers."""
    return [
        _("%(column)s (seconds)") % {"column": column.label} if column.unit == SECONDS else str(column.label)
        for column in table.columns
    ]


def named_table(tables: Sequence[Table], key: str) -> Table:
    found = next((one for one in tables if one.key == key), None)
    if found is None:
        raise Http404
    return found


def as_workbook(tables: Sequence[Table], notes: Sequence[str]) -> IO[bytes]:
    """A file of its own that vanishes when it is closed: a sheet for each table, and one that says of what they are."""
    file: Any = tempfile.TemporaryFile()  # noqa: SIM115  closed by whoever sends it
    book = XlsxFile(file)
    for table in tables:
        book.add(str(table.title), header_of(table), table.plain_rows)
    book.note(_("About these figures"), [*notes[:-1], *filter(None, (one.cut_in_files for one in tables)), *notes[-1:]])
    book.close()
    return file  # type: ignore[no-any-return]
