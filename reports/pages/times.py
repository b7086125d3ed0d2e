"""Response and resolution: how long customers wait, how that is spread, and at which hours."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from reports.asking import Asked
from reports.kpi import SECONDS
from reports.metrics import KPIS
from reports.pages.bars import bars_of, counts_of
from reports.pages.base import Block, Heat, Page, Table, Words
from reports.pages.columns import spread, table_by
from reports.pages.tiles import tiles
from reports.series import HOURS, figures_by_hour

KEY = "times"
NAME = _("Response and resolution")

LINED = ("first_response", "next_response", "resolution")
PLAIN = ("first_resolution", "active_resolution", "requester_wait", "agent_wait")
SETTLED = ("one_touch", "first_contact", "silent")


def build(asked: Asked) -> Page:
    shown = tiles((*LINED, *PLAIN, *SETTLED), asked, lined=LINED)
    blocks: list[Block] = [
        bars_of("first_response", _("How long the first response took"), asked),
        bars_of("next_response", _("How long the next response took"), asked),
        bars_of("resolution", _("How long it took until tickets were solved"), asked),
        counts_of(
            "replies",
            _("Replies per solved ticket"),
            _("Replies"),
            asked,
            note=_("Tickets solved without any reply are shown under 0. They are part of no response time."),
        ),
        _created(asked),
        _answered(asked),
        *(_table(key, title, asked) for key, title in _BY),
    ]
    return Page(shown, blocks)


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
    values = [figure.n if _is_asked(hour, asked) else None for hour, figure in enumerate(figures)]
    return Heat("created_by_hour", _("When tickets are created"), values, _urls("created", asked))


def _answered(asked: Asked) -> Heat:
    figures = figures_by_hour(KPIS["first_response"], asked.selection)
    return Heat(
        "first_response_by_hour",
        _("First response time, median, by when it was given"),
        [one.value for one in figures],
        _urls("first_response", asked),
        SECONDS,
        _(
            "A reply counts in the hour in which it was given, so tickets that came in overnight make mornings look "
            "slow."
        ),
        [one.n for one in figures],
    )


def _urls(key: str, asked: Asked) -> list[str]:
    """An hour that is not asked for opens to nothing: its tickets are not those of this page."""
    return [asked.narrowed("hour", hour).tickets(key) if _is_asked(hour, asked) else "" for hour in range(HOURS)]


def _is_asked(hour: int, asked: Asked) -> bool:
    chosen = asked.slices.get("hour")
    return not chosen or hour in chosen
