"""Tickets: the list, one of them, opening, changing, and doing several things to one or to many."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.door import Door
from agents.models import Team
from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError, NotVisible, Stale
from helpdesk.lib.rest.documenting import PAGING, listed, operation, text
from helpdesk.lib.rest.shapes import expect_parameters, read_body
from helpdesk.lib.rest.versions import Changed, asked_version
from tickets.api.orders import NewTicket, TicketEdit, changed, requester_of, said
from tickets.api.reading import one_ticket, ticket_page
from tickets.api.shapes import EXPANDABLE, TicketShape
from tickets.api.steps import Steps
from tickets.models import Change, Ticket
from tickets.opening import open_ticket
from tickets.perform import perform
from tickets.query_keys import KEYS
from tickets.sorting import SORTS
from tickets.steps import actions_of

SHAPING = [
    text("fields", "Only these fields, parted by commas."),
    text("expand", f"Also these, whole: {', '.join(EXPANDABLE)}."),
]
FILTERS = [
    text("query", "A text in the query language of the pages: is:open team:billing priority:urgent"),
    text("q", "Words to search for; filters of the query language may stand among them."),
    text("view", "The id of a saved view, which the other parameters narrow."),
    text("sort", "The order.", enum=list(SORTS)),
    text("created_after", "Opened at this moment or later."),
    text("created_before", "Opened before this moment."),
    *(text(key.name, f"{key.label}; several values parted by commas. not_{key.name} takes away.") for key in KEYS),
]
EXAMPLE = {
    "subject": "Invoice 4711 was paid twice",
    "requester": {"email": "kim@alpha.example", "name": "Kim Jensen"},
    "message": {"body": "We have received your call and look into it.", "public": True},
    "priority": "high",
    "tags": ["refund"],
}


class Tickets(Door):
    in_one_commit = False  # the gesture names what was done

    @operation(
        "List tickets",
        answers={200: listed(TicketShape, "TicketPage")},
        parameters=[*FILTERS, *SHAPING, *PAGING],
        name="tickets_list",
    )
    def get(self, request: Request) -> Response:
        return ticket_page(request, self.actor)

    @operation(
        "Open a ticket",
        answers={201: TicketShape},
        takes=NewTicket,
        example=EXAMPLE,
        writes=True,
        sends=["ETag"],
        name="tickets_create",
    )
    def post(self, request: Request) -> Response:
        expect_parameters(request, ())
        self.actor.require(Permission.OPEN)
        given = read_body(NewTicket, request)
        self.actor.require(Permission.REPLY if given["message"]["public"] else Permission.NOTE)
        ticket, _change = open_ticket(
            given["subject"],
            requester_of(given),
            *changed(given),
            *said(given["message"]),
            by=self.actor,
            via="api",
            channel=given["channel"],
            team=self._team(given),
            gesture=self.gesture,
        )
        return seen(ticket.pk, self, 201)

    @staticmethod
    def _team(given: dict[str, Any]) -> Team | None:
        if given.get("team_id") is None:
            return None
        team = Team.objects.active().filter(pk=given["team_id"]).first()
        if team is None:
            raise HelpdeskError("no_such_team", _("There is no such team."), field="team_id")
        return team


class OneTicket(Door):
    @operation("Get a ticket", answers={200: TicketShape}, parameters=SHAPING, sends=["ETag"], name="tickets_get")
    def get(self, request: Request, ticket_id: int) -> Response:
        return one_ticket(ticket_id, request, self.actor)

    @operation(
        "Change a ticket",
        answers={200: TicketShape, 204: None},
        takes=TicketEdit,
        example={"priority": "urgent", "assignee_id": 3, "tags": ["refund", "vip"]},
        writes=True,
        versioned=True,
        keyed=False,
        name="tickets_update",
    )
    def patch(self, request: Request, ticket_id: int) -> Response:
        """All fields together are one change. With If-Match it is refused when somebody was faster. 204 when the
        ticket is out of the agent's sight afterwards."""
        expect_parameters(request, ())
        ticket = Ticket.objects.get_visible(ticket_id, self.actor)
        given = read_body(TicketEdit, request)
        version = asked_version(request, ticket.version)
        try:
            perform(ticket_id, *changed(given, ticket), by=self.actor, via="api", version=version)
        except Stale:
            raise Changed("stale", _("It was changed since you read it.")) from None
        return seen(ticket_id, self)


class TicketActions(Door):
    in_one_commit = False  # the gesture names what was done

    @operation(
        "Do several things to a ticket",
        answers={200: TicketShape, 204: None},
        takes=Steps,
        example={"actions": [{"do": "set_status", "status": "solved"}, {"do": "add_tag", "tag": "refund"}]},
        writes=True,
        versioned=True,
        name="tickets_act",
    )
    def post(self, request: Request, ticket_id: int) -> Response:
        """The actions are done in order, as one change: all of them or none. 204 as for a change."""
        expect_parameters(request, ())
        if self.gesture and Change.objects.made_by(self.actor, self.gesture):
            # Done, and its answer was lost: by now the version is another, and the ticket perhaps out of sight.
            return seen(ticket_id, self)
        ticket = Ticket.objects.get_visible(ticket_id, self.actor)
        steps = read_body(Steps, request)["actions"]
        version = asked_version(request, ticket.version)
        try:
            perform(ticket_id, *actions_of(steps), by=self.actor, via="api", version=version, gesture=self.gesture)
        except Stale:
            raise Changed("stale", _("It was changed since you read it.")) from None
        return seen(ticket_id, self)


def seen(ticket_id: int, door: Door, status: int = 200) -> Response:
    """The ticket after a gesture, or nothing when the gesture took it out of the actor's sight."""
    try:
        return one_ticket(ticket_id, None, door.actor, status)
    except NotVisible:
        return Response(status=204)
