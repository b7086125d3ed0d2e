"""What no figure counts, in words: beside the figures of pages, lists, mails, files and the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.exclusions import LEFT, Exclusions, exclusions
from reports.filter_bar import words_of
from reports.flowing import FLOWING
from reports.kpi import COUNT
from reports.showing import shown
from reports.templatetags.reports import moment_range
from reports.zone import zone

if TYPE_CHECKING:
    from django.utils.functional import Promise
    from django.utils.safestring import SafeString

    from reports.asking import Asked
    from reports.drilling import Opened
    from reports.selection import Selection


def said(found: Exclusions) -> str:
    """One sentence."""
    return f"{_begin()} {', '.join(words for _key, _n, words in _parts(found))}."


def _begin() -> str:
    return _("Not counted in this range:")


def _parts(found: Exclusions) -> list[tuple[str, int, str]]:
    """The key of what opens it, how many, and in words; mails that were set aside are no tickets to be opened."""
    n = {"shown": shown(found.merged, COUNT)}
    merged = ngettext(
        "%(shown)s ticket that was merged into another", "%(shown)s tickets that were merged into others", found.merged
    )
    imported = ngettext("%(shown)s imported ticket", "%(shown)s imported tickets", found.imported)
    standing = ngettext(
        "%(shown)s imported ticket in the backlog at its end",
        "%(shown)s imported tickets in the backlog at its end",
        found.standing,
    )
    spam = ngettext("%(shown)s ticket tagged as spam", "%(shown)s tickets tagged as spam", found.spam_tickets)
    mails = ngettext("%(shown)s mail set aside as spam", "%(shown)s mails set aside as spam", found.spam)
    return [
        ("left_merged", found.merged, merged % n),
        ("left_imported", found.imported, imported % {"shown": shown(found.imported, COUNT)}),
        *(
            [("left_backlog", found.standing, standing % {"shown": shown(found.standing, COUNT)})]
            if found.standing
            else []
        ),
        ("left_spam", found.spam_tickets, spam % {"shown": shown(found.spam_tickets, COUNT)}),
        ("", found.spam, mails % {"shown": shown(found.spam, COUNT)}),
    ]


def left_out(asked: Asked) -> str:
    """Beneath the figures of a page wherever it has no chips: in files and mails."""
    return _together(said(exclusions(asked.selection)), lacks_days=asked.lacks_days_before, every_hour=_hours(asked))


def _together(sentence: str, *, lacks_days: bool, every_hour: bool) -> str:
    """With what pages mark by chips."""
    marks = (
        (lacks_days, _("The previous period begins before the first ticket, so there is less to compare with.")),
        (every_hour, _("Any backlog here is that of every hour of the week: the filter by hours does not narrow it.")),
    )
    return " ".join(words for told, words in ((bool(sentence), sentence), *marks) if told)


def _hours(asked: Asked) -> bool:
    return bool(asked.slices.get("hour"))


def left_out_linked(asked: Asked, *, past: bool = False) -> SafeString:
    """The same sentence for a page: each number opens to its tickets."""
    parts = _parts(exclusions(asked.compared if past else asked.selection))
    linked = format_html_join(
        ", ",
        "{}",
        (
            [format_html('<a href="{}">{}</a>', asked.tickets(key, past=past), words) if key and n else words]
            for key, n, words in parts
        ),
    )
    return format_html("{} {}.", _begin(), linked)


def left_out_of(found: Opened) -> str:
    """The same beneath the tickets behind a number."""
    sentence = said(exclusions(found.selection)) if _leaves_out(found) else ""
    return _together(sentence, lacks_days=found.lacks_days, every_hour=found.ignores_hours)


def left_out_linked_of(found: Opened) -> str:
    return left_out_linked(found.asked, past=found.past) if _leaves_out(found) else ""


def _leaves_out(found: Opened) -> bool:
    """A part of the balance counts what was merged later, and what is left out leaves out nothing itself."""
    return found.kpi.key not in FLOWING and found.kpi.key not in LEFT


def notes(name: str | Promise, asked: Asked, selection: Selection, without: str) -> list[str]:
    """What a file is about, line by line, the last of them what its figures leave out."""
    days = _("%(days)s, days of %(zone)s") % {"days": moment_range(selection), "zone": zone().key}
    flags = ((asked.business, _("durations in opening hours")), (asked.imported, _("with imported history")))
    return [str(name), days, *words_of(asked), *(words for told, words in flags if told), without]
