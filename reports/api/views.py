"""Figures: which there are, what each says of a period, and which tickets are behind it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, QueryDict
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agents.actors import Actor
from agents.api.door import Door
from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError, NotVisible
from helpdesk.lib.rest.documenting import PAGING, listed, operation, text
from helpdesk.lib.rest.paging import PARAMETERS
from helpdesk.lib.rest.shapes import chosen, expect_parameters
from reports.api.shapes import MeasuredShape, MetricShape
from reports.asking import written
from reports.drilling import Opened, opened
from reports.kpi import Kpi
from reports.metrics import KPIS
from reports.ranges import RANGE_WORDS
from reports.series import by_slice, daily
from reports.slices import SLICES
from tickets.api.reading import SHAPING, some_tickets
from tickets.api.shapes import TicketShape
from tickets.api.views import SHAPING as SHAPING_TOLD

DAY = "day"
BY = (DAY, *SLICES)
MOST_PARTS = 2000
"""Of people, organisations and tags there are any number."""
ASKED = ("range", "from", "to", "hours", "imported", *SLICES)
NARROWING = [
    text("range", "The period, in days of the reporting zone; usually 28d.", enum=list(RANGE_WORDS)),
    text("from", "The first day, as 2026-11-01; with range=own."),
    text("to", "The last day; with range=own."),
    text("hours", "Durations inside opening hours.", enum=["business"]),
    text("imported", "With the history that an import brought.", enum=["1"]),
    *(text(key, f"{one.name}: only this value, by its id or short name; - for none.") for key, one in SLICES.items()),
]


class Metrics(Door):
    @operation("List metrics with their definitions", answers={200: MetricShape(many=True)}, name="metrics_list")
    def get(self, request: Request) -> Response:
        expect_parameters(request, ())
        self.actor.require(Permission.REPORTS)
        return Response(MetricShape(KPIS.values(), many=True).data)


class OneMetric(Door):
    @operation(
        "Get the figure of a period",
        answers={200: MeasuredShape},
        parameters=[*NARROWING, text("by", "Part it as well by this.", enum=list(BY))],
        name="metrics_get",
    )
    def get(self, request: Request, kpi: str) -> Response:
        """A slice may be given several times. The figure is the one that the pages of reports show."""
        expect_parameters(request, (*ASKED, "by"))
        self.actor.require(Permission.REPORTS)
        by = chosen(request, "by", BY)
        return Response(MeasuredShape(_measured(_opened(kpi, request, self.actor), by)).data)


class MetricTickets(Door):
    @operation(
        "List the tickets behind a figure",
        answers={200: listed(TicketShape, "MetricTicketPage")},
        parameters=[*NARROWING, *SHAPING_TOLD, *PAGING],
        name="metrics_tickets",
    )
    def get(self, request: Request, kpi: str) -> Response:
        """As far as the agent sees them, oldest activity first. Several of what is counted may be on one ticket."""
        expect_parameters(request, (*ASKED, *SHAPING, *PARAMETERS))
        self.actor.require(Permission.REPORTS)
        return some_tickets(request, _opened(kpi, request, self.actor).tickets)


def _opened(key: str, request: Request, actor: Actor) -> Opened:
    """Raises NotVisible for what is no figure, HelpdeskError for a filter that is wrong."""
    if any("\x00" in value for _name, values in request.query_params.lists() for value in values):
        raise HelpdeskError("bad_filter", _("This has characters that cannot be looked for."))
    asked = QueryDict(mutable=True)
    for name, values in request.query_params.lists():
        if name in ASKED:
            asked.setlist(name, values)
    try:
        return opened(key, asked, actor=actor, at=now())
    except Http404:
        raise NotVisible("not_found", _("There is no such figure.")) from None


def _measured(found: Opened, by: str | None) -> dict[str, Any]:
    kpi, selection = found.kpi, found.selection
    return {
        **{name: getattr(kpi, name) for name in ("key", "name", "unit", "better", "definition", "settles_after")},
        "start": selection.start,
        "end": selection.end,
        "provisional_since": kpi.provisional_since(found.asked.at),
        "figure": kpi.figure(selection),
        "previous": kpi.figure(found.asked.compared),
        "parts": _parts(kpi, found, by),
    }


def _parts(kpi: Kpi, found: Opened, by: str | None) -> list[dict[str, Any]]:
    if by is None:
        return []
    if by == DAY:
        days = daily(kpi, found.asked.period, found.asked.at, **found.asked.more)
        return [{"value": str(day), "figure": figure} for day, figure in days]
    parts = by_slice(kpi, found.selection, by)
    if len(parts) > MOST_PARTS:
        raise HelpdeskError("too_many_parts", _("This is too much at once; send it in smaller parts."), field="by")
    return [{"value": written(by, value), "figure": figure} for value, figure in parts]
