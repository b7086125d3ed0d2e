"""CSAT: what customers answered, in numbers and in their own words, and who was not asked."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reports.asking import Asked
from reports.kpi import COUNT, SHARE
from reports.metrics import KPIS, the
from reports.pages.base import Block, Cell, Chart, Column, Custom, Page, Series, Table
from reports.pages.columns import NAME as BY_NAME
from reports.pages.columns import Told, share, table_by
from reports.pages.tiles import tiles
from reports.pages.trends import trend_chart
from reports.showing import DAY, TEXT
from reports.zone import day_of
from surveys.models import Reason, Survey
from surveys.shown import Shown, rows_of
from surveys.wording import SCALE

KEY = "csat"
NAME = _("Satisfaction")
TEMPLATE = "reports/csat.html"

COMMENTS = 12
MOST_COMMENTS = 5000
TITLE = _("Newest comments")


def build(asked: Asked) -> Page:
    shown = tiles(("csat", "csat_score", "csat_low", "csat_response"), asked, lined=("csat", "csat_score"))
    told = [
        *share("csat", _("Satisfaction"), _("Below 4")),
        Told("csat_score", _("Average score"), with_n=True),
        Told("csat_response", _("Response rate"), with_n=True),
    ]
    blocks: list[Block] = [
        _scores(asked),
        trend_chart("csat_trend", _("Satisfaction over time"), ["csat", "csat_response"], asked, note=_BY_SENT),
        _comments(asked),
        table_by("csat_by_team", _("By team"), "team", told, asked),
        table_by(
            "csat_by_agent",
            _("By agent who solved the ticket"),
            "agent",
            told,
            asked,
            order=BY_NAME,
            few=("csat", "csat_score"),
            note=_FEW,
        ),
        _reasons(asked),
    ]
    return Page(shown, blocks)


_BY_SENT = _("An answer counts on the day on which its survey was sent.")
_FEW = _("Sorted by name, not by score: with fewer than 10 answers a score is mostly chance.")


def _scores(asked: Asked) -> Chart:
    counts = dict(KPIS["csat_score"].rows(asked.selection).order_by().values_list("score").annotate(n=Count("pk")))
    values = [counts.get(score, 0) for score in range(1, len(SCALE) + 1)]
    labels = [f"{score} · {words}" for score, words in enumerate(SCALE, start=1)]
    urls = [asked.tickets(f"csat_score.score-{score}") for score in range(1, len(SCALE) + 1)]
    series = [Series(_("Answers"), values, urls)]
    return Chart("csat_scores", _("Answers by score"), labels, series, look="bar", of=_("Score"), note=_BY_SENT)


def _comments(asked: Asked) -> Custom:
    """Of tickets that the reader may see, the newest answer first."""
    surveys = Survey.objects.filter(pk__in=KPIS["csat_score"].rows(asked.selection).order_by().values("pk"))
    commented = surveys.exclude(comment="").visible_to(asked.actor).order_by("-answered_at", "-pk")
    newest, total = rows_of(commented, COMMENTS), commented.count()
    columns = [Column(_("Ticket"), TEXT), Column(_("Score")), Column(_("Comment"), TEXT), Column(_("Answered"), DAY)]
    every = (lambda: [_remark(one) for one in rows_of(commented, MOST_COMMENTS)]) if total > len(newest) else None
    rows = [_remark(one) for one in newest]
    table = Table("csat_comments", TITLE, columns, rows, total=total, every=every, most=MOST_COMMENTS)
    context = {"comments": newest, "title": TITLE, "table": table, "page_key": KEY, "query": asked.query}
    return Custom("reports/_comments.html", context, table)


def _remark(one: Shown) -> list[Cell]:
    return [
        Cell(f"#{one.survey.ticket_id} {one.survey.ticket.subject}", TEXT, _page(one.survey)),
        Cell(one.survey.score, COUNT),
        Cell(one.survey.comment, TEXT),
        Cell(day_of(one.survey.answered_at) if one.survey.answered_at else None, DAY),
    ]


def _page(survey: Survey) -> str:
    return reverse("tickets:detail", args=[survey.ticket_id])


def _reasons(asked: Asked) -> Table:
    """Who was not asked, and why."""
    counts = dict(the("csat_not_asked").rows(asked.selection).order_by().values_list("reason").annotate(n=Count("pk")))
    every = sum(counts.values())
    rows = [
        [
            Cell(str(reason.label), TEXT),
            Cell(counts[reason.value], COUNT, asked.tickets(f"csat_not_asked.why-{reason}")),
            Cell(counts[reason.value] / every, SHARE),
        ]
        for reason in sorted(Reason, key=lambda reason: -counts.get(reason.value, 0))
        if reason.value in counts
    ]
    columns = [Column(_("Reason"), TEXT), Column(_("Surveys")), Column(_("Share"), SHARE)]
    note = _(
        "Solved tickets about which the customer was not asked. Surveys that were sent or are still planned are not "
        "listed here."
    )
    return Table("csat_reasons", _("Why customers were not asked"), columns, rows, note, _("Everybody was asked."))
