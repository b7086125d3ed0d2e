"""Writes one mailed report: the figures of the overview in words, the tables of its page as files, for one reader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agents.middleware import known_language
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.file_names import safe_name
from helpdesk.lib.text import one_line
from reports.filter_bar import words_of
from reports.page_files import PageFile, as_workbook, csv_of, file_of, read_filter
from reports.pages import page_of
from reports.pages.overview import FIGURES
from reports.pages.tiles import tiles
from reports.zone import day_of, zone

if TYPE_CHECKING:
    from agents.actors import Actor
    from reports.asking import Asked
    from reports.models import ReportMail, ReportSchedule

DAY = timedelta(days=1)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def compose(mail: ReportMail, actor: Actor) -> EmailMultiAlternatives:
    """As of the time it was planned for, with what `actor` may see, in the language of its reader.

    A filter that cannot be read any more is said in the mail, instead of figures that nobody asked for.
    """
    schedule = mail.schedule
    with translation.override(known_language(mail.agent.language)):
        context: dict[str, object] = {"name": schedule.name, "zone": zone().key}
        context["schedules_url"] = settings.BASE_URL + reverse("reports:schedules")
        files: list[tuple[str, bytes, str]] = []
        page = page_of(schedule.page)
        try:
            if page is None:
                raise HelpdeskError("bad_filter", _("There is no such page any more."))
            asked = read_filter(QueryDict(schedule.query), actor, mail.planned_for)
        except HelpdeskError as error:
            context["wrong"] = str(error)
        else:
            made = file_of(page, asked)
            context |= _told(asked, str(page.NAME), schedule.page) | {"left_out": made.notes[-1]}
            files = list(_files(schedule, made, day_of(asked.at)))
        letter = EmailMultiAlternatives(
            one_line(_("Report: %(name)s") % {"name": schedule.name}, 200),
            render_to_string("reports/mail/report.txt", context),
            settings.DEFAULT_FROM_EMAIL,
            [mail.agent.email],
            headers={
                "Message-ID": f"<{mail.header_id}>",
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "List-Id": f"<reports.{settings.MAIL_DOMAIN}>",
            },
        )
        letter.attach_alternative(render_to_string("reports/mail/report.html", context), "text/html")
        for name, content, kind in files:
            letter.attach(name, content, kind)
    return letter


def _told(asked: Asked, page_name: str, page: str) -> dict[str, object]:
    """The last day is that of the range, not the one after it."""
    first, last = asked.period.first, asked.period.last - DAY
    return {
        "page": page_name,
        "said": words_of(asked),
        "first": date_format(first, "SHORT_DATE_FORMAT"),
        "last": date_format(last, "SHORT_DATE_FORMAT"),
        "tiles": tiles(FIGURES, asked, lined=()),
        "url": settings.BASE_URL + asked.url(f"reports:{page}"),
    }


def _files(schedule: ReportSchedule, made: PageFile, day: date) -> Iterator[tuple[str, bytes, str]]:
    if schedule.format == "xlsx":
        with as_workbook(made.tables, made.notes) as file:
            file.seek(0)
            yield _named(schedule.name, day, "xlsx"), file.read(), XLSX
        return
    for table in made.tables:
        content = "".join(csv_of(table, made.notes)).encode()
        yield _named(f"{schedule.name} {table.title}", day, "csv"), content, "text/csv"


def _named(words: str, day: date, ending: str) -> str:
    return safe_name(f"{words} {day}.{ending}") or f"report.{ending}"
