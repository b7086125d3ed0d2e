"""The most important figures at a glance, and how tickets came and went."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.asking import Asked
from reports.pages.base import Page
from reports.pages.tiles import tiles
from reports.pages.trends import trend_chart

KEY = "overview"
NAME = gettext_lazy("Overview")
FIGURES = (
    "created",
    "solved",
    "net_flow",
    "backlog",
    "first_response",
    "resolution",
    "sla_tickets",
    "sla_first_response",
    "csat",
    "reopen_rate",
    "one_touch",
    "escalation_rate",
)


def build(asked: Asked) -> Page:
    return Page(
        tiles(FIGURES, asked),
        [
            trend_chart("flow", _("Tickets created and solved"), ["created", "solved"], asked, look="bar"),
            trend_chart("answered", _("Median first response time"), ["first_response"], asked),
        ],
    )
