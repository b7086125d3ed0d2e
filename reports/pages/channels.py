"""Channels and tags: by which way tickets come, and what they are about."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from reports.asking import Asked
from reports.naming import none_of
from reports.pages.base import Chart, Page, Series, Table
from reports.pages.columns import Told, share, table_by
from reports.pages.tiles import tiles

KEY = "channels"
NAME = _("Channels and tags")

FIGURES = ("created", "solved", "first_response", "resolution", "csat")


def build(asked: Asked) -> Page:
    shown = tiles(FIGURES, asked, lined=FIGURES[:2])
    channels = table_by("channels_table", _("By channel"), "channel", _TOLD, asked, order="created")
    tags = table_by("tags_table", _("By tag"), "tag", _TOLD[1:], asked, order="solved", most=100, note=_TAGS)
    return Page(shown, [_chart(channels), _tags(tags), channels, tags])


_TAGS = _(
    "A ticket counts under each tag that it had at that time, so the rows add up to more than all tickets. Created "
    "tickets are not shown: hardly any ticket has a tag yet when it is created."
)
TOP = 10
_TOLD = [
    Told("created", _("Created")),
    Told("solved", _("Solved")),
    Told("backlog", _("Open")),
    Told("first_response", _("First response, median"), with_n=True),
    Told("first_response", _("First response, p90"), "p90"),
    Told("resolution", _("Resolution, median"), with_n=True),
    *share("csat", _("Satisfaction")),
]


def _chart(table: Table) -> Chart:
    """The first two columns of the table, side by side."""
    labels = [row[0].words for row in table.rows]
    series = [_series(table, place, tone) for place, tone in ((1, "blue"), (2, "green"))]
    return Chart("channels_chart", _("Created and solved by channel"), labels, series, look="bar", of=_("Channel"))


def _tags(table: Table) -> Chart:
    """Of the tags, which stand in the order of the solves, the first ones."""
    rows = [row for row in table.rows if row[0].value != none_of("tag")][:TOP]
    series = [_series(replace(table, rows=rows), 1, "teal")]
    labels = [row[0].words for row in rows]
    title = _("Solved by tag, the ten most frequent")
    return Chart("tags_chart", title, labels, series, look="bar", horizontal=True, of=_("Tag"))


def _series(table: Table, place: int, tone: str) -> Series:
    cells = [row[place] for row in table.rows]
    values = [cell.value if isinstance(cell.value, int | float) else None for cell in cells]
    return Series(table.columns[place].label, values, [cell.url for cell in cells], tone)
