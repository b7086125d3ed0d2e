"""What customers wrote in another system, filed in their name: a form, an app, a chat, an importer."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.door import Door
from agents.models import ApiToken, Team
from agents.permissions import Permission
from customers.known_elsewhere import customer_known_as
from customers.matching import follow
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.rest.documenting import operation
from helpdesk.lib.rest.shapes import Flag, Key, Slug, Strict, Text, expect_parameters, read_body
from tickets.actions.conversation import LONGEST_BODY
from tickets.api.orders import MOST_FILES, CustomFields, FieldValue, changed
from tickets.api.shapes import PRIORITIES
from tickets.intake import ADDED, FOLLOW_UP, OPENED, REPEATED, Words, file_words
from tickets.models import TicketType

# Of a ticket that is opened; whoever files on one that is there says nothing of it.
ONLY_NEW = ("subject", "language", "team_id", "priority", "type", "tags", "custom")


class Writer(Strict):
    """Who wrote: by `id`, by the id in the other system, by mail address, or by the last two together, which a new
    customer is then made with. Whom we know by the address alone is given the id only with `email_verified`: say so
    when your system has checked that the address is theirs, not when they typed it. Somebody without an address cannot
    be mailed; answers are told by the feed and by webhooks."""

    id = Key(required=False)
    external_id = Text(max_length=120, required=False)
    email = serializers.EmailField(max_length=254, required=False)
    email_verified = Flag(default=False)
    name = Text(max_length=160, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        by_id = "id" in attrs
        if by_id == bool(attrs.keys() & {"external_id", "email"}):
            raise serializers.ValidationError(
                {"id": _("Give id, or external_id and email or one of them.")}, "required"
            )
        return attrs


class NewCustomerMessage(Strict):
    """Words of a customer. With `ticket_id` they are added to that ticket, else they open one, which needs a
    `subject`. `external_message_id` is what the other system calls this message: it is filed once."""

    external_message_id = Text(max_length=200)
    customer = Writer()
    ticket_id = Key(required=False)
    body = Text(max_length=LONGEST_BODY, allow_blank=True, required=False, default="", trim_whitespace=False)
    attachments = serializers.ListField(child=Text(max_length=40), required=False, max_length=MOST_FILES)
    subject = Text(max_length=250, required=False)
    language = Text(max_length=10, required=False, allow_blank=True)
    team_id = Key(required=False, allow_null=True)
    priority = Slug(choices=PRIORITIES, required=False)
    type = Slug(choices=TicketType.choices, required=False)
    tags = serializers.ListField(child=Text(max_length=60), required=False, max_length=100)
    custom = CustomFields(child=FieldValue(allow_null=True), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "ticket_id" not in attrs:
            if "subject" not in attrs:
                raise serializers.ValidationError({"subject": _("A new ticket needs a subject.")}, "required")
            return attrs
        if extra := [name for name in ONLY_NEW if name in attrs]:
            words = _("Only a new ticket takes this; change this one with PATCH.")
            raise serializers.ValidationError(dict.fromkeys(extra, words), "only_new")
        return attrs


class FiledShape(serializers.Serializer[Any]):
    """Where the words stand. `outcome`: `opened` a ticket, `added` to the one that was named (or to the one into which
    it was merged), opened a `follow_up` of it as it was closed, or `repeated` what was filed before."""

    ticket_id = serializers.IntegerField()
    message_id = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=[OPENED, ADDED, FOLLOW_UP, REPEATED])

    EXAMPLE = {"ticket_id": 7, "message_id": 31, "outcome": "opened"}


class CustomerMessages(Door):
    scope = ApiToken.Scope.FILE

    @operation(
        "File what a customer wrote",
        answers={200: FiledShape, 201: FiledShape},
        takes=NewCustomerMessage,
        example={
            "external_message_id": "form-8812",
            "customer": {"email": "kim@alpha.example", "name": "Kim Jensen"},
            "subject": "Invoice 4711 was paid twice",
            "body": "My card was charged twice. Please send one payment back.",
        },
        writes=True,
        name="customer_messages_create",
    )
    def post(self, request: Request) -> Response:
        """In the customer's name, and treated as a mail is: promises begin, a solved ticket reopens, a closed one gets
        a follow-up, colleagues are told. The history names whoever filed it. Needs the permission
        `ticket.file_for_customers`, which administrators have and give to integrations; a token of the scope `file`
        may do this, upload files for it, and nothing else. The customer must be the requester or take part.

        What was filed before under the same `external_message_id` is answered with 200 and not filed again; other
        words under it are refused."""
        expect_parameters(request, ())
        self.actor.require(Permission.FILE_FOR_CUSTOMERS)
        given = read_body(NewCustomerMessage, request)
        writer, team_id = given["customer"], given.get("team_id")
        if team_id is not None and not Team.objects.active().filter(pk=team_id).exists():
            raise HelpdeskError("no_such_team", _("There is no such team."), field="team_id")
        words = Words(
            given["external_message_id"],
            given["body"],
            from_address=writer.get("email", "").lower(),
            files=given.get("attachments", ()),
            ticket_id=given.get("ticket_id"),
            subject=given.get("subject", ""),
            team_id=team_id,
            language=given.get("language", ""),
            actions=changed({name: given[name] for name in ("type", "custom", "tags", "priority") if name in given}),
        )
        with transaction.atomic():  # who is refused makes no customer either
            filed = file_words(words, self._customer(writer, words), self.actor)
        return Response(FiledShape(filed).data, status=200 if filed.outcome == REPEATED else 201)

    def _customer(self, writer: dict[str, Any], words: Words) -> Customer:
        if "id" in writer:
            found = Customer.objects.filter(pk=writer["id"]).select_related("merged_into").first()
            if found is None:
                raise HelpdeskError("no_such_customer", _("There is no such customer."), field="customer.id")
            return follow(found)
        return customer_known_as(
            writer.get("external_id", ""),
            writer.get("email", ""),
            writer["name"],
            words.language,
            by=self.actor,
            verified=writer["email_verified"],
        )
