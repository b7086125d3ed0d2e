"""How much came, went and stands: counted by what happened in the range."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.kpi import COUNT, DOWN, EITHER, UP, Kpi
from reports.measures import Counted
from reports.models import Kind
from reports.ratios import Net
from reports.unsolved import Standing

VOLUME = (
    Kpi(
        "created",
        _("Tickets created"),
        COUNT,
        EITHER,
        _("Tickets that were opened in the range."),
        lambda: Counted(Kind.CREATED),
    ),
    Kpi(
        "solved",
        _("Tickets solved"),
        COUNT,
        UP,
        _("How often tickets were solved in the range. A ticket that was reopened and solved again counts each time."),
        lambda: Counted(Kind.SOLVED),
    ),
    Kpi(
        "reopened",
        _("Tickets reopened"),
        COUNT,
        DOWN,
        _("Solved tickets that became open again in the range."),
        lambda: Counted(Kind.REOPENED),
    ),
    Kpi(
        "net_flow",
        _("Net flow"),
        COUNT,
        DOWN,
        _("Tickets created and reopened in the range, minus tickets solved in it."),
        lambda: Net((Kind.CREATED, Kind.REOPENED), (Kind.SOLVED,)),
    ),
    Kpi(
        "backlog",
        _("Backlog"),
        COUNT,
        DOWN,
        _("Tickets that were not solved at the end of the range, by their state at that time."),
        Standing,
    ),
    Kpi(
        "backlog_ours",
        _("Backlog with us"),
        COUNT,
        DOWN,
        _("Tickets that waited for us at the end of the range: new, open or on hold."),
        lambda: Standing(~Q(status="pending")),
    ),
    Kpi(
        "backlog_theirs",
        _("Backlog with the customer"),
        COUNT,
        EITHER,
        _("Tickets that waited for the customer at the end of the range: pending."),
        lambda: Standing(Q(status="pending")),
    ),
)
