"""Ranges of days as pages of reports say them, in the reporting zone whatever the reader's."""

from __future__ import annotations

from datetime import date, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports.selection import Period, Selection
from reports.zone import day_of

register = template.Library()


@register.simple_tag
def day_range(period: Period) -> str:
    """ "1 Nov 2026 – 28 Nov 2026"; one day alone by itself."""
    return days_words(period.first, period.last - timedelta(days=1))


@register.simple_tag
def moment_range(selection: Selection) -> str:
    """The days of a range; one that ends within a day says when."""
    return days_words(day_of(selection.start), day_of(max(selection.start, selection.end - timedelta(microseconds=1))))


def days_words(first: date, last: date) -> str:
    if first == last:
        return str(date_format(first, "DATE_FORMAT"))
    words = {"first": date_format(first, "DATE_FORMAT"), "last": date_format(last, "DATE_FORMAT")}
    return _("%(first)s – %(last)s") % words
