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
            "From the creation of a ticket to the first public reply of an agent, for tickets first answered in the "
            "range. It is credited to the agent who wrote that reply. Tickets opened by agents are left out; "
            "automatic mails are not replies."
        ),
        lambda: Spread(Kind.FIRST_REPLY),
    ),
    Kpi(
        "next_response",
        _("Next response time"),
        SECONDS,
        DOWN,
        _(
            "How long customers who wrote again waited for the next public reply, from their oldest message without a "
            "reply. Each such wait is one value, and counts when the reply was given."
        ),
        lambda: Spread(Kind.NEXT_REPLY),
    ),
    Kpi(
        "resolution",
        _("Resolution time"),
        SECONDS,
        DOWN,
        _("From the creation of a ticket until it was last solved, for tickets last solved in the range."),
        _solved("seconds"),
    ),
    Kpi(
        "first_resolution",
        _("First resolution time"),
        SECONDS,
        DOWN,
        _("From the creation of a ticket until it was first solved, for tickets first solved in the range."),
        _solved("seconds", Q(first=True)),
    ),
    Kpi(
        "active_resolution",
        _("Active resolution time"),
        SECONDS,
        DOWN,
        _("Resolution time without the time in which the ticket was pending, on hold or solved."),
        _solved("active"),
    ),
    Kpi(
        "requester_wait",
        _("Requester wait"),
        SECONDS,
        DOWN,
        _("All the time in which the ticket was new, open or on hold, until it was last solved."),
        _solved("ours"),
    ),
    Kpi(
        "agent_wait",
        _("Wait for the customer"),
        SECONDS,
        EITHER,
        _("All the time in which the ticket was pending, until it was last solved."),
        _solved("theirs"),
    ),
    Kpi(
        "acknowledgement",
        _("Time to acknowledge"),
        SECONDS,
        DOWN,
        _("From the opening of an escalation until somebody acknowledged it, for escalations opened in the range."),
        lambda: Spread(Kind.ESCALATED),
    ),
)
