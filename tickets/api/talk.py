"""What was said and what happened on one ticket, what is said next, and what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.door import Door
from helpdesk.lib.errors import NotVisible
from helpdesk.lib.rest.documenting import PAGING, listed, operation
from helpdesk.lib.rest.paging import PARAMETERS, page
from helpdesk.lib.rest.shapes import Flag, Key, Slug, Strict, expect_parameters, read_body
from helpdesk.lib.rest.single import shown
from tickets.api.orders import NewMessage, said
from tickets.api.shapes import EventShape, MessageShape, TicketShape
from tickets.api.views import seen
from tickets.linking import link_tickets, unlink_tickets
from tickets.models import Change, Event, Message, Ticket, TicketLink
from tickets.perform import perform
from tickets.told_events import tell_events


class Messages(Door):
    in_one_commit = False  # the gesture names what was done

    @operation(
        "List the messages of a ticket",
        answers={200: listed(MessageShape, "MessagePage")},
        parameters=PAGING,
        name="messages_list",
    )
    def get(self, request: Request, ticket_id: int) -> Response:
        expect_parameters(request, PARAMETERS)
        Ticket.objects.get_visible(ticket_id, self.actor)
        rows = Message.objects.visible_to(self.actor).filter(ticket_id=ticket_id)
        return page(request, rows.prefetch_related("attachments__blob"), _messages)

    @operation(
        "Answer, or write a note",
        answers={201: MessageShape},
        takes=NewMessage,
        example={"body": "The money is on its way.", "public": True, "status": "solved"},
        writes=True,
        sends=["ETag"],
        name="messages_create",
    )
    def post(self, request: Request, ticket_id: int) -> Response:
        expect_parameters(request, ())
        Ticket.objects.get_visible(ticket_id, self.actor)
        given = read_body(NewMessage, request)
        change = perform(ticket_id, *said(given), by=self.actor, via="api", gesture=self.gesture)
        return shown(MessageShape(_written(change)), 201)


class OneMessage(Door):
    @operation("Get a message", answers={200: MessageShape}, sends=["ETag"], name="messages_get")
    def get(self, request: Request, ticket_id: int, message_id: int) -> Response:
        expect_parameters(request, ())
        Ticket.objects.get_visible(ticket_id, self.actor)
        rows = Message.objects.visible_to(self.actor).prefetch_related("attachments__blob")
        message = rows.filter(pk=message_id, ticket_id=ticket_id).first()
        if message is None:
            raise NotVisible("not_found", _("There is no such message."))
        return shown(MessageShape(message))


class TicketEvents(Door):
    @operation(
        "List what happened on a ticket",
        answers={200: listed(EventShape, "TicketEventPage")},
        parameters=PAGING,
        name="ticket_events_list",
    )
    def get(self, request: Request, ticket_id: int) -> Response:
        """Oldest first. `limit` counts changes, each of which is one or more events."""
        expect_parameters(request, PARAMETERS)
        Ticket.objects.get_visible(ticket_id, self.actor)
        return page(request, Change.objects.filter(ticket_id=ticket_id), tell_events)


def _written(change: Change | None) -> Message:
    """What the gesture wrote, as it is at hand; a gesture that was done before is read again."""
    if change is not None:
        for message in change.ticket.just_written.values():
            prefetch_related_objects([message], "attachments__blob")
            return message
    words = Event.objects.filter(change=change, kind="message_added").earliest("pk").data["message"]
    return Message.objects.prefetch_related("attachments__blob").get(pk=words)


def _messages(rows: Sequence[Message]) -> list[Any]:
    return list(MessageShape(rows, many=True).data)


class LinkShape(serializers.Serializer[Any]):
    """Read from source to target: the source is the parent, the duplicate, the follow-up of the target."""

    source_id = serializers.IntegerField()
    target_id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=TicketLink.Kind.choices)

    EXAMPLE = {"source_id": 7, "target_id": 8, "kind": "duplicate"}


class NewLink(Strict):
    """This ticket is `kind` of the other, which must be seen too."""

    ticket_id = Key()
    kind = Slug(choices=TicketLink.Kind.choices)
    remove = Flag(default=False)


class Links(Door):
    @operation("List the links of a ticket", answers={200: LinkShape(many=True)}, name="links_list")
    def get(self, request: Request, ticket_id: int) -> Response:
        """Only links to tickets that the agent sees."""
        expect_parameters(request, ())
        ticket = Ticket.objects.get_visible(ticket_id, self.actor)
        seen_too = Ticket.objects.visible_to(self.actor)
        rows = [*ticket.links_from.filter(target__in=seen_too), *ticket.links_to.filter(source__in=seen_too)]
        return Response(LinkShape(sorted(rows, key=lambda row: row.pk), many=True).data)

    @operation(
        "Link a ticket to another, or part them",
        answers={200: TicketShape},
        takes=NewLink,
        example={"ticket_id": 8, "kind": "duplicate"},
        writes=True,
        sends=["ETag"],
        name="links_create",
    )
    def post(self, request: Request, ticket_id: int) -> Response:
        expect_parameters(request, ())
        Ticket.objects.get_visible(ticket_id, self.actor)
        given = read_body(NewLink, request)
        do = unlink_tickets if given["remove"] else link_tickets
        do(ticket_id, given["ticket_id"], given["kind"], by=self.actor, via="api")
        return seen(ticket_id, self)
