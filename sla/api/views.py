"""What is promised: on one ticket with its whole account, clocks and escalations of all, policies and calendars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.door import Door
from agents.permissions import Permission
from helpdesk.lib.rest.documenting import PAGING, listed, operation, text
from helpdesk.lib.rest.paging import PARAMETERS, page
from helpdesk.lib.rest.shapes import chosen, expect_parameters, key_in
from helpdesk.lib.rest.single import found, shown, versioned
from sla.api.serializers import (
    AccountShape,
    CalendarShape,
    ClockShape,
    EscalationShape,
    PolicyShape,
    PromisesShape,
)
from sla.models import Calendar, ClockState, Escalation, Metric, SlaClock, SlaPolicy
from sla.panel import Promises, Standing, promises
from tickets.models import Ticket

OF_TICKET = text("ticket_id", "Of this ticket.")


class TicketPromises(Door):
    @operation(
        "Get what is promised on a ticket, and how each second was counted",
        answers={200: PromisesShape},
        name="ticket_sla_get",
    )
    def get(self, request: Request, ticket_id: int) -> Response:
        expect_parameters(request, ())
        ticket = Ticket.objects.get_visible(ticket_id, self.actor)
        at = now()
        return Response(_told(promises(ticket, at, whole=True)) | {"read_at": at})


def _told(promised: Promises) -> dict[str, Any]:
    version = promised.track.policy_version if promised.track else None
    return {
        "ticket_id": promised.ticket.pk,
        "policy_id": version.policy_id if version else None,
        "policy_name": version.policy.name if version else None,
        "policy_version": version.number if version else None,
        "by_hand": bool(promised.track and promised.track.by_hand),
        "clocks": [_account(one) for one in (*promised.going_on, *promised.ended)],
        "more": promised.more,
    }


def _account(standing: Standing) -> Any:
    clock, entries = standing.clock, list(standing.entries)
    used = entries[-1].line.total if entries else 0
    target = clock.target_seconds
    known: dict[str, Any] = {name: getattr(clock, name) for name in map(str, ClockShape().fields)}
    known |= {"used_seconds": used, "sentence": standing.sentence, "account": entries}
    known["left_seconds"] = target - used if standing.goes_on and target is not None else None
    return AccountShape(known).data


class Clocks(Door):
    @operation(
        "List clocks",
        answers={200: listed(ClockShape, "ClockPage")},
        parameters=[
            OF_TICKET,
            text("state", "In this state.", enum=[str(value) for value in ClockState.values]),
            text("metric", "Of this promise.", enum=[str(value) for value in Metric.values]),
            *PAGING,
        ],
        name="clocks_list",
    )
    def get(self, request: Request) -> Response:
        expect_parameters(request, ("ticket_id", "state", "metric", *PARAMETERS))
        rows = SlaClock.objects.visible_to(self.actor)
        return page(request, _asked(request, rows, state=ClockState.values, metric=Metric.values), _clocks)


class OneClock(Door):
    @operation("Get a clock", answers={200: ClockShape}, sends=["ETag"], name="clocks_get")
    def get(self, request: Request, clock_id: int) -> Response:
        expect_parameters(request, ())
        clock = found(SlaClock.objects.visible_to(self.actor), clock_id, _("There is no such clock."))
        return shown(ClockShape(clock))


class Escalations(Door):
    @operation(
        "List escalations",
        answers={200: listed(EscalationShape, "EscalationPage")},
        parameters=[
            OF_TICKET,
            text("state", "In this state.", enum=[str(value) for value in Escalation.State.values]),
            *PAGING,
        ],
        name="escalations_list",
    )
    def get(self, request: Request) -> Response:
        """They are raised and answered by actions on the ticket: escalate, acknowledge_escalation, and the like."""
        expect_parameters(request, ("ticket_id", "state", *PARAMETERS))
        rows = Escalation.objects.visible_to(self.actor)
        return page(request, _asked(request, rows, state=Escalation.State.values), _escalations)


class OneEscalation(Door):
    @operation("Get an escalation", answers={200: EscalationShape}, sends=["ETag"], name="escalations_get")
    def get(self, request: Request, escalation_id: int) -> Response:
        expect_parameters(request, ())
        rows = Escalation.objects.visible_to(self.actor)
        return shown(EscalationShape(found(rows, escalation_id, _("There is no such escalation."))))


class Policies(Door):
    @operation(
        "List SLA policies",
        answers={200: listed(PolicyShape, "PolicyPage")},
        parameters=PAGING,
        name="sla_policies_list",
    )
    def get(self, request: Request) -> Response:
        expect_parameters(request, PARAMETERS)
        self.actor.require(Permission.MANAGE_SLA)
        return page(request, SlaPolicy.objects.prefetch_related("versions"), _policies)


class OnePolicy(Door):
    @operation("Get an SLA policy", answers={200: PolicyShape}, sends=["ETag"], name="sla_policies_get")
    def get(self, request: Request, policy_id: int) -> Response:
        expect_parameters(request, ())
        self.actor.require(Permission.MANAGE_SLA)
        rows = SlaPolicy.objects.prefetch_related("versions")
        return versioned(_policies([found(rows, policy_id, _("There is no such policy."))])[0])


class Calendars(Door):
    @operation(
        "List calendars",
        answers={200: listed(CalendarShape, "CalendarPage")},
        parameters=PAGING,
        name="calendars_list",
    )
    def get(self, request: Request) -> Response:
        expect_parameters(request, PARAMETERS)
        self.actor.require(Permission.MANAGE_SLA)
        return page(request, Calendar.objects.prefetch_related("versions"), _calendars)


class OneCalendar(Door):
    @operation("Get a calendar", answers={200: CalendarShape}, sends=["ETag"], name="calendars_get")
    def get(self, request: Request, calendar_id: int) -> Response:
        expect_parameters(request, ())
        self.actor.require(Permission.MANAGE_SLA)
        rows = Calendar.objects.prefetch_related("versions")
        return versioned(_calendars([found(rows, calendar_id, _("There is no such calendar."))])[0])


def _asked(request: Request, rows: QuerySet[Any], **known: Sequence[str]) -> QuerySet[Any]:
    """Those of the ticket that is named, and of one of the words that are `known` of each column."""
    if (ticket_id := key_in(request, "ticket_id")) is not None:
        rows = rows.filter(ticket_id=ticket_id)
    for name, words in known.items():
        if (word := chosen(request, name, words)) is not None:
            rows = rows.filter(**{name: word})
    return rows


def _clocks(rows: Sequence[SlaClock]) -> list[Any]:
    return list(ClockShape(rows, many=True).data)


def _escalations(rows: Sequence[Escalation]) -> list[Any]:
    return list(EscalationShape(rows, many=True).data)


def _with_newest(rows: Sequence[Any]) -> Sequence[Any]:
    """Each with its newest version, which is in force."""
    for row in rows:
        row.version = max(row.versions.all(), key=lambda one: one.number, default=None)
    return rows


def _policies(rows: Sequence[SlaPolicy]) -> list[Any]:
    return list(PolicyShape(_with_newest(rows), many=True).data)


def _calendars(rows: Sequence[Calendar]) -> list[Any]:
    return list(CalendarShape(_with_newest(rows), many=True).data)
