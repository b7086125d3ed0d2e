"""Tables of reports and the tickets behind figures as files: at once, as a stream, or from a worker."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import IO, Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.decorators import needs
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.file_names import safe_name
from helpdesk.lib.http import is_fragment
from reports import exporting
from reports.drilling import opened
from reports.left_out import left_out_of, notes
from reports.models import ExportJob
from reports.page_files import as_workbook, csv_of, named_table, page_file
from reports.spreadsheets import csv_lines
from reports.ticket_sheet import TicketSheet
from reports.zone import day_of

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_safe
@needs(Permission.REPORTS)
def table(request: AgentRequest, page: str, table: str, file_format: str) -> HttpResponseBase:
    """One table of a page, as the same filter shows it to the same reader."""
    _known(file_format)
    made = page_file(page, request.GET, request.actor, now())
    found = named_table(made.tables, table)
    if file_format == "csv":
        return _stream(csv_of(found, made.notes), found.title)
    return _file(as_workbook([found], made.notes), found.title, "xlsx")


@require_safe
@needs(Permission.REPORTS)
def page(request: AgentRequest, page: str) -> HttpResponseBase:
    """Every table of a page in one file of XLSX, a sheet for each."""
    made = page_file(page, request.GET, request.actor, now())
    return _file(as_workbook(made.tables, made.notes), page, "xlsx")


@require_safe
@needs(Permission.REPORTS)
def tickets(request: AgentRequest, kpi: str, file_format: str) -> HttpResponseBase:
    """The tickets behind a figure, all of them, not a page; a long list is asked for with a POST (start)."""
    _known(file_format)
    figure = opened(kpi, request.GET, actor=request.actor, at=now())
    sheet = TicketSheet(figure.tickets, request.actor, exporting.LONG)
    if len(sheet.keys) > exporting.LONG:
        context = {"kpi": figure.kpi, "query": request.GET.urlencode(), "format": file_format, "total": figure.found}
        return render(request, "reports/exports/long.html", context)
    title = str(figure.kpi.name)
    beneath = notes(title, figure.asked, figure.selection, left_out_of(figure))
    if file_format == "csv":
        return _stream(csv_lines(sheet.header, sheet.rows(), beneath[-1]), title)
    file: Any = tempfile.TemporaryFile()  # noqa: SIM115  closed with the answer
    exporting.write_file(file, "xlsx", title, sheet.header, sheet.rows(), beneath)
    return _file(file, title, "xlsx")


@require_POST
@needs(Permission.REPORTS)
def start(request: AgentRequest, kpi: str, file_format: str) -> HttpResponse:
    """Ask for a long list: the filter stands in the address, as for a short one."""
    _known(file_format)
    figure = opened(kpi, request.GET, actor=request.actor, at=now())
    job = exporting.ask(request.actor, request.user, kpi, request.GET, file_format, figure.found)
    return redirect("reports:export", job.pk)


@require_safe
@needs(Permission.REPORTS)
def job(request: AgentRequest, job_id: int) -> HttpResponse:
    """How far it is; for htmx, which asks every other second while it goes on, only that."""
    found = get_object_or_404(ExportJob.objects.visible_to(request.actor), pk=job_id)
    template = "reports/exports/_job.html" if is_fragment(request) else "reports/exports/job.html"
    return render(request, template, {"job": found})


@require_safe
@needs(Permission.REPORTS)
def listing(request: AgentRequest) -> HttpResponse:
    """One's own files that are there or on their way."""
    jobs = ExportJob.objects.visible_to(request.actor).filter(expires_at__gt=now()).order_by("-pk")[:50]
    return render(request, "reports/exports/list.html", {"jobs": jobs})


@require_safe
@needs(Permission.REPORTS)
def download(request: AgentRequest, job_id: int) -> HttpResponseBase:
    found = get_object_or_404(ExportJob.objects.visible_to(request.actor), pk=job_id)
    return _file(exporting.opened(found, request.actor), found.kpi, found.format)


def _known(file_format: str) -> None:
    if file_format not in exporting.FORMATS:
        raise Http404


def _stream(lines: Iterable[str], title: object) -> StreamingHttpResponse:
    answered = StreamingHttpResponse((line.encode() for line in lines), content_type=TYPES["csv"])
    answered["Content-Disposition"] = _disposition(title, "csv")
    _make_private(answered)
    return answered


def _file(file: IO[bytes], title: object, file_format: str) -> FileResponse:
    file.seek(0)
    answered = FileResponse(file, as_attachment=True, filename=_name(title, file_format))
    answered["Content-Type"] = TYPES[file_format]
    _make_private(answered)
    return answered


def _make_private(answered: HttpResponseBase) -> None:
    answered["Content-Security-Policy"] = SANDBOX
    answered["X-Content-Type-Options"] = "nosniff"
    answered["Cache-Control"] = "private, no-store"


def _name(title: object, file_format: str) -> str:
    return safe_name(f"{title} {day_of(now())}.{file_format}") or f"{_('report')}.{file_format}"


def _disposition(title: object, file_format: str) -> str:
    return content_disposition_header(True, _name(title, file_format)) or "attachment"
