"""What is known about a ticket: subject, priority, type, language, requester, and the admin's own fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agents.permissions import Permission
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.text import one_line
from tickets.actions.base import Action, Fact
from tickets.models.fields import FieldDefinition
from tickets.models.ticket import Priority, TicketType

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket


@dataclass(frozen=True)
class SetSubject(Action):
    name = "set_subject"
    permission = Permission.EDIT
    subject: str

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        subject = one_line(self.subject, 2000)  # as it is cleaned when a ticket opens: no bidi or zero-width tricks
        if not subject:
            raise HelpdeskError("empty_subject", _("A ticket needs a subject."), field="subject")
        if len(subject) > 250:
            raise HelpdeskError("long_subject", _("A subject has at most 250 characters."), field="subject")
        if subject != ticket.subject:
            yield Fact("subject_changed", {"from": ticket.subject, "to": subject})
            ticket.subject = subject


@dataclass(frozen=True)
class SetPriority(Action):
    """`priority` is a slug: low, normal, high or urgent."""

    name = "set_priority"
    permission = Permission.EDIT
    priority: str

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        by_slug = {item.slug: item for item in Priority}
        if self.priority not in by_slug:
            raise HelpdeskError("bad_priority", _("There is no such priority."), field="priority")
        if ticket.priority_slug != self.priority:
            yield Fact("priority_changed", {"from": ticket.priority_slug, "to": self.priority})
            ticket.priority = by_slug[self.priority]


@dataclass(frozen=True)
class SetType(Action):
    name = "set_type"
    permission = Permission.EDIT
    type: str

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if self.type not in TicketType.values:
            raise HelpdeskError("bad_type", _("There is no such type."), field="type")
        if ticket.type != self.type:
            yield Fact("type_changed", {"from": str(ticket.type), "to": self.type})
            ticket.type = self.type


@dataclass(frozen=True)
class SetLanguage(Action):
    """The language in which the customer is written to, as a short tag ("da", "pt-br"); "" forgets it."""

    name = "set_language"
    permission = Permission.EDIT
    language: str

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        language = self.language.strip().lower()
        if len(language) > 10 or (not language.replace("-", "").isalnum() and language):
            raise HelpdeskError("bad_language", _("There is no such language."), field="language")
        if ticket.language != language:
            yield Fact("language_changed", {"from": ticket.language, "to": language})
            ticket.language = language


@dataclass(frozen=True)
class SetRequester(Action):
    """Another customer asks: replies go to them from now on, and the organisation follows."""

    name = "set_requester"
    permission = Permission.EDIT
    customer_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if ticket.requester_id == self.customer_id:
            return
        customer = Customer.objects.current().filter(pk=self.customer_id).first()
        if customer is None:
            raise HelpdeskError("no_such_customer", _("There is no such customer."), field="requester")
        before = {"id": ticket.requester_id, "name": ticket.requester.display_name}
        yield Fact("requester_changed", {"from": before, "to": {"id": customer.pk, "name": customer.display_name}})
        ticket.requester = customer
        ticket.organization_id = customer.organization_id


@dataclass(frozen=True)
class SetField(Action):
    """Fill in one custom field; the value is read and checked by its definition. None or "" empties it."""

    name = "set_field"
    permission = Permission.EDIT
    key: str
    value: Any

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        definition = FieldDefinition.objects.filter(key=self.key, active=True).first()
        if definition is None:
            raise HelpdeskError("no_such_field", _("There is no such field."), field=f"custom_{self.key}")
        value = definition.parse(self.value)
        before = ticket.custom.get(self.key)
        if before == value:
            return
        yield Fact("field_changed", {"key": self.key, "label": definition.label, "from": before, "to": value})
        ticket.custom = {key: kept for key, kept in ticket.custom.items() if key != self.key}
        if value is not None:
            ticket.custom[self.key] = value
