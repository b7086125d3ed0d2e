"""What no figure counts, in words: beside the figures of pages, lists, mails, files and the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.exclusions import Exclusions, exclusions
from reports.filter_bar import words_of
from reports.flowing import FLOWING
from reports.kpi import COUNT
from reports.showing import shown
from reports.templatetags.reports import moment_range
from reports.zone import zone

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from reports.asking import Asked
    from reports.drilling import Opened
    from reports.selection import Selection


def said(found: Exclusions) -> str:
    """One sentence."""
    parts = (
        ngettext(
            "%(shown)s ticket that was merged into another",
            "%(shown)s tickets that were merged into others",
            found.merged,
        )
        % {"shown": shown(found.merged, COUNT)},
        ngettext("%(shown)s imported ticket", "%(shown)s imported tickets", found.imported)
        % {"shown": shown(found.imported, COUNT)},
        ngettext("%(shown)s ticket tagged as spam", "%(shown)s tickets tagged as spam", found.spam_tickets)
        % {"shown": shown(found.spam_tickets, COUNT)},
        ngettext("%(shown)s mail set aside as spam", "%(shown)s mails set aside as spam", found.spam)
        % {"shown": shown(found.spam, COUNT)},
    )
    return f"{_('Not counted in this range:')} {', '.join(parts)}."


def left_out(asked: Selection) -> str:
    return said(exclusions(asked))


def left_out_of(found: Opened) -> str:
    """Beside the tickets behind a number; nothing beside a part of the balance, which counts what was merged later."""
    return "" if found.kpi.key in FLOWING else left_out(found.selection)


def notes(name: str | Promise, asked: Asked, selection: Selection, without: str) -> list[str]:
    """What a file is about, line by line, the last of them what its figures leave out."""
    days = _("%(days)s, days of %(zone)s") % {"days": moment_range(selection), "zone": zone().key}
    flags = ((asked.business, _("durations in opening hours")), (asked.imported, _("with imported history")))
    return [str(name), days, *words_of(asked), *(words for told, words in flags if told), without]
