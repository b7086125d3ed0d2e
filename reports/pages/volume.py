"""How much came, went and stands, how old it is, and the balance that ties all of it together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.asking import Asked
from reports.backlog import backlog_at_end, balance
from reports.drilling import AGE_WORDS
from reports.expecting import expect
from reports.flowing import FLOWING
from reports.metrics import KPIS
from reports.models import Kind
from reports.pages.base import Block, Cell, Chart, Column, Custom, Page, Series, Table
from reports.pages.parting import slice_table
from reports.pages.tiles import tiles
from reports.pages.trends import goals_of, labels_of, step_name, trend, trend_chart
from reports.showing import TEXT

KEY = "volume"
NAME = gettext_lazy("Volume and backlog")
FIGURES = ("created", "solved", "reopened", "net_flow", "backlog", "backlog_ours", "backlog_theirs")
# What a ticket keeps all its life: only by these does the balance come out even.
LASTING = frozenset({"organization", "tier"})


def build(asked: Asked) -> Page:
    shown = tiles(FIGURES, asked)
    flows = trend_chart(
        "flows",
        _("Created, reopened and solved"),
        ["created", "reopened", "solved"],
        asked,
        look="bar",
    )
    blocks: list[Block] = [flows, _net(asked), backlog_chart(asked), *_balance(asked), _ages(asked), _teams(asked)]
    return Page(shown, blocks)


def _net(asked: Asked) -> Chart:
    return replace(trend_chart("net", _("Net flow"), ["net_flow"], asked, look="bar"), note=KPIS["net_flow"].definition)


def backlog_chart(asked: Asked) -> Chart:
    """What stood at the end of each step: with us and with the customer, one upon the other."""
    series = []
    for key, tone in (("backlog_ours", "blue"), ("backlog_theirs", "amber")):
        told = trend(key, asked)
        urls = [asked.within(step.first, step.last).tickets(key) for step, _figure in told]
        series.append(Series(KPIS[key].name, [figure.value for _step, figure in told], urls, tone))
    labels = labels_of(asked)
    note = _("At the end of each day.") if all(step.is_day for step in asked.steps) else _("At the end of each week.")
    # One upon the other the whole ends at the sum of both, and what is ours where it ends alone.
    goals = goals_of({"backlog": "grey", "backlog_ours": "blue"}, asked)
    of = step_name(asked)
    return Chart("backlog", _("Backlog"), labels, series, look="line", stacked=True, goals=goals, note=note, of=of)


@dataclass(frozen=True)
class Term:
    """One number of the balance, with the sign before it."""

    sign: str
    label: str
    cell: Cell


def _balance(asked: Asked) -> list[Custom]:
    """Nothing when a slice is asked for that tickets move in and out of unnoticed."""
    if set(asked.slices) - LASTING:
        return []
    expect(FLOWING.values(), asked)
    found = balance(asked.selection)
    before = asked.within(asked.period.first - timedelta(days=1), asked.period.first)
    flows = [
        Term(sign, str(FLOWING[f"flow_{kind}"].name), Cell(value, url=asked.tickets(f"flow_{kind}")))
        for sign, kind, value in (
            ("+", Kind.CREATED, found.created),
            ("+", Kind.REOPENED, found.reopened),
            ("+", Kind.RESTORED, found.restored),
            ("−", Kind.SOLVED, found.solved),
            ("−", Kind.MERGED_AWAY, found.merged_away),
        )
    ]
    terms = [
        Term("", _("Backlog at the start"), Cell(found.start, url=before.tickets("backlog"))),
        *flows,
        Term("=", _("Backlog at the end"), Cell(found.end, url=asked.tickets("backlog"))),
    ]
    columns = [Column(_("Part"), TEXT), Column(_("Tickets"))]
    rows = [[Cell(f"{term.sign} {term.label}".strip(), TEXT), term.cell] for term in terms]
    table = Table("balance", _("Balance of the backlog"), columns, rows)
    context = {
        "terms": terms,
        "even": found.is_even,
        "title": table.title,
        "spam_url": asked.tickets("left_spam"),
    }
    return [Custom("reports/_balance.html", context, table)]


def _ages(asked: Asked) -> Chart:
    found = backlog_at_end(asked.selection)
    urls = [asked.tickets("backlog", age=age) for age in range(len(AGE_WORDS))]
    series = [Series(_("Tickets"), found.ages, urls, "violet")]
    title = _("Age of the backlog") if not asked.is_over else _("Age of the backlog at the end of the range")
    return Chart("ages", title, AGE_WORDS, series, look="bar", horizontal=True, of=_("Age"))


def _teams(asked: Asked) -> Table:
    return slice_table("teams", _("By team"), "team", ["created", "solved", "reopened", "backlog"], asked)
