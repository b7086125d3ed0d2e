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
    "Share of the promises of this kind that were kept. A promise counts when it was due or when it was kept, "
    "whichever came first. Running and paused promises are still in progress; promises that were called off are "
    "listed separately."
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
        _(
            "Share of the tickets on which no promise was broken, out of all tickets with a promise that was kept or "
            "broken in the range."
        ),
        lambda: Unspoiled(Kind.PROMISE, Q(outcome="missed"), DECIDED),
    ),
    Kpi(
        "sla_cancelled",
        _("Promises called off"),
        COUNT,
        EITHER,
        _(
            "Promises that ended in the range because the ticket was merged or closed, or because no SLA policy "
            "applied to it any more."
        ),
        lambda: Counted(Kind.PROMISE, Q(outcome="cancelled"), detailed=True),
    ),
    Kpi(
        "sla_unanswered",
        _("Solved without an answer"),
        COUNT,
        DOWN,
        _("Promises to answer on tickets that were solved in time, but without that answer."),
        lambda: Counted(Kind.PROMISE, Q(outcome="unanswered"), detailed=True),
    ),
)
