"""SLA: which promises were kept, where they were not and why, and what had to be escalated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from reports.asking import Asked
from reports.figures import Figure
from reports.kpi import COUNT, SHARE
from reports.metrics import KPIS, the
from reports.pages.base import Block, Cell, Column, Custom, Page, Table, Words
from reports.pages.columns import Told, share, table_by
from reports.pages.tiles import tiles
from reports.pages.trends import trend_chart
from reports.showing import TEXT
from reports.summing import DETAIL
from sla.breach_pareto import UNKNOWN, Pareto, ranked
from sla.models import Escalation, Metric

KEY = "sla"
NAME = _("SLA")

LINED = ("sla_tickets", "sla_first_response", "sla_next_response", "sla_resolution")
PLAIN = ("sla_periodic_update", "sla_team_handling")
ESCALATED = ("escalation_rate", "acknowledgement", "hand_back_rate")
ROW = 10
"""The height of a row of the chart of causes in units of its drawing; it is as wide as 100 of them."""


def build(asked: Asked) -> Page:
    shown = tiles((*LINED, *PLAIN, *ESCALATED), asked, lined=LINED)
    blocks: list[Block] = [
        _metrics(asked, {one.kpi.key: one.figure for one in shown}),
        trend_chart("sla_trend", _("Promises kept over time"), LINED[1:], asked),
        causes(asked),
        *(_table(key, title, asked) for key, title in _BY),
        _sources(asked),
        _escalated(asked),
    ]
    return Page(shown, blocks)


_BY = (
    ("policy", _("By policy")),
    ("team", _("By team")),
    ("priority", _("By priority")),
)


def _metrics(asked: Asked, known: Mapping[str, Figure]) -> Table:
    """One row for each kind of promise; what is not decided, or was called off, stands apart."""
    apart = {
        **{key: _by_kind(key, asked) for key in ("sla_unanswered", "sla_cancelled")},
        "sla_running": _running(asked),
    }
    rows = []
    for metric in Metric:
        key = f"sla_{metric}"
        figure = known.get(key) or KPIS[key].figure(asked.selection)
        hits = figure.hits or 0
        rows.append(
            [
                Cell(str(metric.label), TEXT),
                Cell(figure.value, SHARE, asked.tickets(key), figure.n or None),
                Cell(hits, COUNT, asked.tickets(f"{key}.yes")),
                Cell(figure.n - hits, COUNT, asked.tickets(f"{key}.no")),
                *(Cell(apart[one].get(metric.value, 0), COUNT, asked.tickets(f"{one}.of-{metric}")) for one in apart),
            ]
        )
    columns = [
        Column(_("Promise"), TEXT),
        Column(_("Attained"), SHARE),
        Column(_("Kept")),
        Column(_("Broken")),
        Column(_("Solved without an answer")),
        Column(_("Called off")),
        Column(_("In progress now")),
    ]
    note = _(
        "Attained is the share kept out of all promises kept or broken. Promises in progress, called off or solved "
        "without an answer do not count in it."
    )
    return Table("sla_by_promise", _("By kind of promise"), columns, rows, note)


def _by_kind(key: str, asked: Asked) -> dict[Any, int]:
    return {kind: figure.n for kind, figure in KPIS[key].measure.parts(asked.selection, DETAIL, key).items()}


def _running(asked: Asked) -> dict[Any, int]:
    rows = the("sla_running").rows(asked.selection).order_by().values_list("metric").annotate(n=Count("pk"))
    return dict(rows)


def _table(by: str, title: Words, asked: Asked) -> Table:
    told = [
        Told("sla_tickets", _("Tickets with every promise kept"), with_n=True),
        Told("sla_tickets", _("Tickets with a broken one"), "misses", "broken"),
        *share("sla_first_response", _("First response")),
        *share("sla_next_response", _("Next response")),
        *share("sla_resolution", _("Resolution")),
    ]
    return table_by(f"sla_by_{by}", title, by, told, asked)


def causes(asked: Asked) -> Custom:
    """Why promises were broken, the most frequent cause first; each ticket counts once."""
    rows = the("sla_tickets.broken").rows(asked.selection).order_by().values_list("ticket__breach_cause__code")
    found = ranked(dict(rows.annotate(n=Count("ticket", distinct=True))))
    most = max((bar.count for bar in found.bars), default=1)
    bars = [
        {
            "bar": bar,
            "url": asked.tickets(f"sla_tickets.cause-{bar.code}"),
            "top": place * ROW + 2,
            "width": round(100 * bar.count / most, 2),
            "x": round(100 * bar.cumulative, 2),
            "y": place * ROW + ROW // 2,
        }
        for place, bar in enumerate(found.bars)
    ]
    context = {
        "pareto": found,
        "bars": bars,
        "line": " ".join(f"{bar['x']},{bar['y']}" for bar in bars),
        "height": len(bars) * ROW,
        "unexplained_url": asked.tickets(f"sla_tickets.cause-{UNKNOWN}"),
        "title": CAUSES,
    }
    return Custom("reports/_causes.html", context, _causes_table(found, asked))


CAUSES = _("Why promises were broken")


def _causes_table(found: Pareto, asked: Asked) -> Table:
    rows = [
        [
            Cell(bar.label, TEXT),
            Cell(bar.count, COUNT, asked.tickets(f"sla_tickets.cause-{bar.code}")),
            Cell(bar.share, SHARE),
            Cell(bar.cumulative, SHARE),
        ]
        for bar in found.bars
    ]
    if found.unexplained:
        opens = asked.tickets(f"sla_tickets.cause-{UNKNOWN}")
        rows.append([Cell(str(_("Not explained yet")), TEXT), Cell(found.unexplained, COUNT, opens), _no(), _no()])
    columns = [Column(_("Cause"), TEXT), Column(_("Tickets")), Column(_("Share"), SHARE), Column(_("Together"), SHARE)]
    return Table("sla_causes", CAUSES, columns, rows)


def _no() -> Cell:
    return Cell(None, SHARE)


def _sources(asked: Asked) -> Table:
    """Escalations by who asked for them."""
    parts = KPIS["escalation_rate"].measure.parts(asked.selection, DETAIL, "escalation_rate")
    counts: dict[Any, int] = {source: figure.hits for source, figure in parts.items() if figure.hits}
    rows = [
        [
            Cell(str(source.label), TEXT),
            Cell(counts[source.value], COUNT, asked.tickets(f"escalation_rate.of-{source}")),
        ]
        for source in Escalation.Source
        if source.value in counts
    ]
    columns = [Column(_("Source"), TEXT), Column(_("Escalations"))]
    return Table("escalations_by_source", _("Escalations by source"), columns, rows, empty=_("Nothing was escalated."))


def _escalated(asked: Asked) -> Table:
    told = [
        Told("escalation_rate", _("Escalations"), "hits", "yes"),
        Told("escalation_rate", _("For each ticket created")),
        Told("acknowledgement", _("Acknowledged after, median"), with_n=True),
        Told("acknowledgement", _("Acknowledged after, p90"), "p90"),
        Told("hand_back_rate", _("Handed back"), with_n=True),
    ]
    return table_by("escalations_by_team", _("Escalations by team"), "team", told, asked)
