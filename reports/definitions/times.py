"""How long things took: medians and p90 of durations, by the calendar or inside opening hours."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.kpi import DOWN, EITHER, LAST, SECONDS, Kpi
from reports.measures import Measure, Spread
from reports.models import Kind


def _solved(column: str, where: Q = LAST) -> Callable[[], Measure]:
    return lambda: Spread(Kind.SOLVED, column, f"{column}_business" if column != "seconds" else "business", where)


TIMES = (
    Kpi(
        "first_response",
        _("First response time"),
        SECONDS,
        DOWN,
        _(
            "From the creation to the first public message of an agent, of tickets first answered in the range; "
            "credited to whoever wrote it. Tickets opened by agents are left out. Automatic mail is no answer."
        ),
        lambda: Spread(Kind.FIRST_REPLY),
    ),
    Kpi(
        "next_response",
        _("Next response time"),
        SECONDS,
        DOWN,
        _(
            "After the first answer: from the oldest message of each unanswered run of the customer to the next public "
            "message of an agent in the range. One value for each run."
        ),
        lambda: Spread(Kind.NEXT_REPLY),
    ),
    Kpi(
        "resolution",
        _("Resolution time"),
        SECONDS,
        DOWN,
        _("From the creation to the last solve, of tickets whose last solve lies in the range."),
        _solved("seconds"),
    ),
    Kpi(
        "first_resolution",
        _("First resolution time"),
        SECONDS,
        DOWN,
        _("From the creation to the first solve, of tickets whose first solve lies in the range."),
        _solved("seconds", Q(first=True)),
    ),
    Kpi(
        "active_resolution",
        _("Active resolution time"),
        SECONDS,
        DOWN,
        _("The resolution time less all time in which the ticket was pending, on hold or solved."),
        _solved("active"),
    ),
    Kpi(
        "requester_wait",
        _("Requester wait"),
        SECONDS,
        DOWN,
        _("Until the last solve: all time in which the ticket was new, open or on hold."),
        _solved("ours"),
    ),
    Kpi(
        "agent_wait",
        _("Wait for the customer"),
        SECONDS,
        EITHER,
        _("Until the last solve: all time in which the ticket was pending."),
        _solved("theirs"),
    ),
    Kpi(
        "acknowledgement",
        _("Time to acknowledge"),
        SECONDS,
        DOWN,
        _("From the opening of an escalation to its acknowledgement, of those opened in the range."),
        lambda: Spread(Kind.ESCALATED),
    ),
)
