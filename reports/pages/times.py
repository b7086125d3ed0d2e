"""Response and resolution: how long customers wait, how that is spread, and at which hours."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from reports.asking import Asked
from reports.kpi import SECONDS
from reports.metrics import KPIS
from reports.pages.bars import bars_of, counts_of
from reports.pages.base import Block, Heat, Page, Table, Words
from reports.pages.columns import spread, table_by
from reports.pages.tiles import tile
from reports.series import HOURS, figures_by_hour

KEY = "times"
NAME = _("Response and resolution")

LINED = ("first_response", "next_response", "resolution")
PLAIN = ("first_resolution", "active_resolution", "requester_wait", "agent_wait")
SETTLED = ("one_touch", "first_contact", "silent")


def build(asked: Asked) -> Page:
    tiles = [
        *(tile(key, asked) for key in LINED),
        *(tile(key, asked, line=False) for key in (*PLAIN, *SETTLED)),
    ]
    blocks: list[Block] = [
        bars_of("first_response", _("How long the first response took"), asked),
        bars_of("next_response", _("How long the next response took"), asked),
        bars_of("resolution", _("How long it took until tickets were solved"), asked),
        counts_of(
            "replies",
            _("Replies per solved ticket"),
            _("Replies"),
            asked,
            note=_("Tickets that were solved without any reply stand under 0; no response time counts them."),
        ),
        _created(asked),
        _answered(asked),
        *(_table(key, title, asked) for key, title in _BY),
    ]
    return Page(tiles, blocks)


_BY = (
    ("team", _("By team")),
    ("channel", _("By channel")),
    ("priority", _("By priority")),
)


def _table(by: str, title: Words, asked: Asked) -> Table:
    told = [
        *spread("first_response", _("First response, median"), _("First response, p90")),
        *spread("resolution", _("Resolution, median"), _("Resolution, p90")),
    ]
    return table_by(f"times_by_{by}", title, by, told, asked, order="" if by == "priority" else "resolution")


def _created(asked: Asked) -> Heat:
    figures = figures_by_hour(KPIS["created"], asked.selection)
    urls = [asked.narrowed("hour", hour).tickets("created") for hour in range(HOURS)]
    return Heat("created_by_hour", _("When tickets are created"), [one.n for one in figures], urls)


def _answered(asked: Asked) -> Heat:
    figures = figures_by_hour(KPIS["first_response"], asked.selection)
    urls = [asked.narrowed("hour", hour).tickets("first_response") for hour in range(HOURS)]
    return Heat(
        "first_response_by_hour",
        _("First response time, median, by when it was given"),
        [one.value for one in figures],
        urls,
        SECONDS,
        _("An answer counts in the hour in which it was given: what came in overnight makes the mornings long."),
        [one.n for one in figures],
    )
