"""What programs may ask for: bodies that are checked for shape and end in Actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from customers.matching import customer_for_email
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.rest.shapes import Flag, Key, Slug, Strict, Text
from tickets.actions import (
    Action,
    AddNote,
    AddReply,
    AddTag,
    AssignTo,
    MoveToTeam,
    RemoveTag,
    SetField,
    SetLanguage,
    SetPriority,
    SetRequester,
    SetStatus,
    SetSubject,
    SetType,
    Snooze,
    Wake,
)
from tickets.actions.conversation import LONGEST_BODY
from tickets.actions.tags import normalise_tag
from tickets.api.shapes import PRIORITIES
from tickets.models import Channel, Status, Ticket, TicketType

MOST_FILES = 100


class FieldValue(serializers.JSONField):
    """What a custom field holds: text, a number, true or false, or null for nothing; its definition reads it."""

    def to_internal_value(self, data: Any) -> Any:
        if data is None or isinstance(data, bool | int | float):
            return data
        if not isinstance(data, str) or len(data) > 2000:
            self.fail("invalid")
        return data


class CustomFields(serializers.DictField):
    """Values by the keys of fields. PostgreSQL does not even look for a key with a NUL."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and any("\x00" in key for key in data):
            raise HelpdeskError("no_such_field", _("There is no such field."), field="custom")
        return super().to_internal_value(data)


class NewMessage(Strict):
    """Words: to the customer if `public`, else a note for colleagues. `status` moves the ticket in the same gesture."""

    body = Text(max_length=LONGEST_BODY, allow_blank=True, required=False, default="", trim_whitespace=False)
    public = Flag(default=True)
    to = serializers.ListField(child=Text(max_length=254), required=False, max_length=50)
    cc = serializers.ListField(child=Text(max_length=254), required=False, max_length=500)
    attachments = serializers.ListField(child=Text(max_length=40), required=False, max_length=MOST_FILES)
    status = Slug(choices=Status.choices, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["public"] and ("to" in attrs or "cc" in attrs):
            raise serializers.ValidationError({"to": _("A note goes to nobody.")}, code="note_has_no_recipients")
        return attrs


def said(given: dict[str, Any]) -> list[Action]:
    """The Actions of a NewMessage; the state before the words, which would open a new ticket first."""
    first: list[Action] = [SetStatus(given["status"])] if "status" in given else []
    files = tuple(given.get("attachments", ()))
    if not given["public"]:
        return [*first, AddNote(given["body"], attachments=files)]
    cc = tuple(given["cc"]) if "cc" in given else None
    return [*first, AddReply(given["body"], to=tuple(given.get("to", ())), cc=cc, attachments=files)]


class Requester(Strict):
    """Somebody by mail address; a new one makes a new customer."""

    email = serializers.EmailField(max_length=254)
    name = Text(max_length=160, required=False, allow_blank=True, default="")


class TicketEdit(Strict):
    """What may be changed of a ticket; what is left out stays. All of it is one change. `tags` replaces the tags."""

    subject = Text(max_length=250, required=False)
    type = Slug(choices=TicketType.choices, required=False)
    language = Text(max_length=10, required=False, allow_blank=True)
    requester_id = Key(required=False)
    custom = CustomFields(child=FieldValue(allow_null=True), required=False)
    tags = serializers.ListField(child=Text(max_length=60), required=False, max_length=100)
    priority = Slug(choices=PRIORITIES, required=False)
    team_id = Key(required=False, allow_null=True)
    assignee_id = Key(required=False, allow_null=True)
    status = Slug(choices=Status.choices, required=False)
    snoozed_until = serializers.DateTimeField(required=False, allow_null=True)


class NewTicket(Strict):
    """A ticket to be opened, with its first words. Give `requester` or `requester_id`."""

    subject = Text(max_length=250)
    requester = Requester(required=False)
    requester_id = Key(required=False)
    message = NewMessage()
    channel = Slug(choices=Channel.choices, default=Channel.API)
    type = Slug(choices=TicketType.choices, required=False)
    language = Text(max_length=10, required=False, allow_blank=True)
    custom = CustomFields(child=FieldValue(allow_null=True), required=False)
    tags = serializers.ListField(child=Text(max_length=60), required=False, max_length=100)
    priority = Slug(choices=PRIORITIES, required=False)
    team_id = Key(required=False, allow_null=True)
    assignee_id = Key(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("requester" in attrs) == ("requester_id" in attrs):
            raise serializers.ValidationError({"requester": _("Give requester or requester_id.")}, code="required")
        return attrs


def requester_of(given: dict[str, Any]) -> Customer:
    """Whom a NewTicket is for. Call it after the actor was found to be allowed to open tickets."""
    if "requester" in given:
        return customer_for_email(given["requester"]["email"], given["requester"]["name"])
    customer = Customer.objects.current().filter(pk=given["requester_id"]).first()
    if customer is None:
        raise HelpdeskError("no_such_customer", _("There is no such customer."), field="requester_id")
    return customer


def changed(given: dict[str, Any], ticket: Ticket | None = None) -> list[Action]:
    """The Actions of a TicketEdit or NewTicket. Fields come before the state, since solving may need them filled."""
    actions: list[Action] = []
    if ticket is not None and "subject" in given:
        actions.append(SetSubject(given["subject"]))
    if "type" in given:
        actions.append(SetType(given["type"]))
    if "language" in given:
        actions.append(SetLanguage(given["language"]))
    if ticket is not None and "requester_id" in given:
        actions.append(SetRequester(given["requester_id"]))
    actions += [SetField(key, value) for key, value in given.get("custom", {}).items()]
    if "tags" in given:
        actions += _tags(given["tags"], ticket)
    if "priority" in given:
        actions.append(SetPriority(given["priority"]))
    if ticket is not None and "team_id" in given:
        actions.append(MoveToTeam(given["team_id"]))
    if "assignee_id" in given:
        actions.append(AssignTo(given["assignee_id"]))
    if ticket is not None and "status" in given:
        actions.append(SetStatus(given["status"]))
    if "snoozed_until" in given:
        until = given["snoozed_until"]
        actions.append(Snooze(until.isoformat()) if until else Wake())
    return actions


def _tags(wanted: list[str], ticket: Ticket | None) -> list[Action]:
    names = list(dict.fromkeys(normalise_tag(name) for name in wanted))
    present = list(ticket.tags.values_list("name", flat=True)) if ticket is not None else []
    added: list[Action] = [AddTag(name) for name in names if name not in present]
    return [*added, *(RemoveTag(name) for name in present if name not in names)]
