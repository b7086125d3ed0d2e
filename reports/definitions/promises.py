"""How many promises were kept."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.kpi import COUNT, DOWN, EITHER, SHARE, UP, Kpi
from reports.measures import Counted, Measure, Share, Unspoiled
from reports.models import Kind
from sla.models import Metric

DECIDED = Q(outcome__in=("met", "missed"))


def _attained(metric: Metric) -> Callable[[], Measure]:
    return lambda: Share(Kind.PROMISE, Q(outcome="met"), DECIDED & Q(detail=str(metric)))


_PROMISED = _(
    "Of the promises of this kind whose due time or whose keeping, whichever was first, lies in the range: those that "
    "were kept. What still runs or stands still is in progress; what was called off is listed apart."
)


PROMISES = (
    *(
        Kpi(f"sla_{metric}", label, SHARE, UP, _PROMISED, _attained(metric))
        for metric, label in (
            (Metric.FIRST_RESPONSE, _("SLA: first response")),
            (Metric.NEXT_RESPONSE, _("SLA: next response")),
            (Metric.PERIODIC_UPDATE, _("SLA: periodic update")),
            (Metric.RESOLUTION, _("SLA: resolution")),
            (Metric.TEAM_HANDLING, _("SLA: team handling")),
        )
    ),
    Kpi(
        "sla_tickets",
        _("Tickets with every promise kept"),
        SHARE,
        UP,
        _("Of the tickets with a promise decided in the range: those on which none of these was broken."),
        lambda: Unspoiled(Kind.PROMISE, Q(outcome="missed"), DECIDED),
    ),
    Kpi(
        "sla_cancelled",
        _("Promises called off"),
        COUNT,
        EITHER,
        _("Promises that ended in the range because the ticket was merged or closed, or its policy taken away."),
        lambda: Counted(Kind.PROMISE, Q(outcome="cancelled"), detailed=True),
    ),
    Kpi(
        "sla_unanswered",
        _("Promises solved without an answer"),
        COUNT,
        DOWN,
        _("Promises of an answer on tickets that were solved in time, but without one."),
        lambda: Counted(Kind.PROMISE, Q(outcome="unanswered"), detailed=True),
    ),
)
