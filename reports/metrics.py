"""Every figure of the house, defined once: its name, unit, better direction, definition in a sentence, and measure.

A figure and its drill-down come from one place and always agree, on every selection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.figures import Figure
from reports.measures import Counted, Measure, Net, Rate, Share, Spread, Standing, Unspoiled
from reports.models import Kind
from sla.models import Metric
from tickets.models import Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from reports.selection import Selection
    from tickets.querysets import TicketQuerySet

COUNT, SECONDS, SHARE, RATE = "count", "seconds", "share", "rate"
UP, DOWN, EITHER = "up", "down", ""

LAST = Q(last=True)
DECIDED = Q(outcome__in=("met", "missed"))
DAY = 24 * 3600


@dataclass(frozen=True)
class Kpi:
    """`better` says which direction is an improvement; "" means that neither is."""

    key: str
    name: Promise
    unit: str
    better: str
    definition: Promise
    make: Callable[[], Measure]
    # Of figures that may still alter by what happens so many days later.
    settles_after: str = ""

    @property
    def measure(self) -> Measure:
        return self.make()

    def figure(self, asked: Selection) -> Figure:
        return self.measure.figure(asked)

    def rows(self, asked: Selection) -> QuerySet[Any]:
        """What it was counted from: one fact, or one span of the backlog, for each thing that counts."""
        return self.measure.rows(asked)

    def tickets(self, asked: Selection, actor: Actor) -> TicketQuerySet:
        """The tickets behind it, as far as the actor may see them."""
        return Ticket.objects.visible_to(actor).filter(pk__in=self.rows(asked).order_by().values("ticket_id"))

    def provisional_since(self, at: datetime) -> datetime | None:
        """What happened since may still alter the figure; None when nothing can."""
        return at - timedelta(days=getattr(settings, self.settles_after)) if self.settles_after else None


def _solved(column: str, where: Q = LAST) -> Callable[[], Measure]:
    return lambda: Spread(Kind.SOLVED, column, f"{column}_business" if column != "seconds" else "business", where)


def _reopened_soon() -> Q:
    return Q(reopened_after__lte=settings.REPORTS_REOPEN_DAYS * DAY)


def _settled_by_one() -> Q:
    """Of a last solve: it was the only one, took one answer, held, and nobody came back."""
    back = Q(returned_after__isnull=True) | Q(returned_after__gt=settings.REPORTS_RETURN_DAYS * DAY)
    return Q(first=True, reopened_after__isnull=True, replies=1) & back


def _attained(metric: Metric) -> Callable[[], Measure]:
    return lambda: Share(Kind.PROMISE, Q(outcome="met"), DECIDED & Q(detail=str(metric)))


_PROMISED = _(
    "Of the promises of this kind whose due time or whose keeping, whichever was first, lies in the range: those that "
    "were kept. What still runs or stands still is in progress; what was called off is listed apart."
)

_ALL = (
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
        _("Solves in the range. A ticket that was reopened and solved again counts each time."),
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
        _("Created and reopened less solved, by what happened in the range."),
        lambda: Net((Kind.CREATED, Kind.REOPENED), (Kind.SOLVED,)),
    ),
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
        "backlog",
        _("Backlog"),
        COUNT,
        DOWN,
        _("Tickets created before the end of the range and not solved then, by their state at that time."),
        Standing,
    ),
    Kpi(
        "backlog_ours",
        _("Backlog with us"),
        COUNT,
        DOWN,
        _("Of the backlog at the end of the range: new, open and on hold."),
        lambda: Standing(~Q(status="pending")),
    ),
    Kpi(
        "backlog_theirs",
        _("Backlog with the customer"),
        COUNT,
        EITHER,
        _("Of the backlog at the end of the range: pending."),
        lambda: Standing(Q(status="pending")),
    ),
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
        lambda: Counted(Kind.PROMISE, Q(outcome="cancelled")),
    ),
    Kpi(
        "sla_unanswered",
        _("Promises solved without an answer"),
        COUNT,
        DOWN,
        _("Promises of an answer on tickets that were solved in time, but without one."),
        lambda: Counted(Kind.PROMISE, Q(outcome="unanswered")),
    ),
    Kpi(
        "one_touch",
        _("One-touch"),
        SHARE,
        UP,
        _("Of the tickets whose last solve lies in the range: those with exactly one public message of an agent."),
        lambda: Share(Kind.SOLVED, Q(replies=1), LAST),
    ),
    Kpi(
        "silent",
        _("Solved without a reply"),
        COUNT,
        DOWN,
        _("Tickets whose last solve lies in the range and that no agent ever answered in public."),
        lambda: Counted(Kind.SOLVED, LAST & Q(replies=0)),
    ),
    Kpi(
        "first_contact",
        _("First-contact resolution"),
        SHARE,
        UP,
        _(
            "Of the tickets whose last solve lies in the range: those with one public message of an agent that were "
            "never reopened and whose customer opened no other ticket within the days that the settings say (7)."
        ),
        lambda: Share(Kind.SOLVED, _settled_by_one(), LAST),
        settles_after="REPORTS_RETURN_DAYS",
    ),
    Kpi(
        "reopen_rate",
        _("Reopen rate"),
        SHARE,
        DOWN,
        _("Of the tickets solved in the range: those reopened within the days that the settings say (7)."),
        lambda: Share(Kind.SOLVED, _reopened_soon(), tickets=True),
        settles_after="REPORTS_REOPEN_DAYS",
    ),
    Kpi(
        "escalation_rate",
        _("Escalation rate"),
        RATE,
        DOWN,
        _("Escalations opened in the range for each ticket created in it."),
        lambda: Rate(Kind.ESCALATED, Kind.CREATED),
    ),
    Kpi(
        "acknowledgement",
        _("Time to acknowledge"),
        SECONDS,
        DOWN,
        _("From the opening of an escalation to its acknowledgement, of those opened in the range."),
        lambda: Spread(Kind.ESCALATED),
    ),
    Kpi(
        "hand_back_rate",
        _("Hand-back rate"),
        SHARE,
        DOWN,
        _(
            "Of the escalations that ended in the range: those handed back. Those that nobody took in time are left out."
        ),
        lambda: Share(Kind.ESCALATION_CLOSED, Q(outcome="handed_back")),
    ),
    Kpi(
        "reassignments",
        _("Reassignments"),
        COUNT,
        DOWN,
        _("Changes of assignee and of team in the range, after the first, without those that were undone."),
        lambda: Counted(Kind.REASSIGNED),
    ),
    Kpi(
        "replies",
        _("Replies per solved ticket"),
        COUNT,
        DOWN,
        _("Public messages of agents until the last solve, of tickets whose last solve lies in the range."),
        lambda: Spread(Kind.SOLVED, "replies", None, LAST),
    ),
)

KPIS: dict[str, Kpi] = {kpi.key: kpi for kpi in _ALL}
