"""The searchable words of tickets, read from their rows, in parts by who may find a ticket by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tickets.models import Attachment, Message, Participant, Ticket, TicketTag

if TYPE_CHECKING:
    from customers.models import Customer

LONGEST_MESSAGE = 20_000
"""Characters of one message that are indexed: what lies beyond is pasted logs."""


@dataclass
class Words:
    """Texts by part. `noted` is for those who work here: notes, tags, fields, and what was taken back."""

    subject: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    def add_message(self, text: str, *, public: bool, withdrawn: bool, files: Iterable[str] = ()) -> None:
        if public and not withdrawn:
            self.said.append(text[:LONGEST_MESSAGE])
            self.about.extend(files)
        else:
            self.noted.extend((text[:LONGEST_MESSAGE], *files))


def read(ticket_ids: Iterable[int]) -> Iterator[tuple[int, Words]]:
    """Everything that can be found of these tickets, in six statements however many they are."""
    ids = list(ticket_ids)
    tickets = Ticket.objects.filter(pk__in=ids).select_related("requester", "organization")
    parts = {ticket.pk: _head(ticket) for ticket in tickets.prefetch_related("requester__addresses")}
    copied = Participant.objects.filter(ticket__in=ids).select_related("customer")
    for participant in copied.prefetch_related("customer__addresses"):
        parts[participant.ticket_id].about.extend(_named(participant.customer))
    for ticket_id, name in TicketTag.objects.filter(ticket__in=ids).values_list("ticket_id", "tag__name"):
        parts[ticket_id].noted.append(name)
    files = defaultdict(list)
    for message_id, name in Attachment.objects.filter(message__ticket__in=ids).values_list("message_id", "name"):
        files[message_id].append(name)
    messages = Message.objects.filter(ticket__in=ids).order_by("pk")
    for row in messages.values("pk", "ticket_id", "text", "public", "withdrawn_at", "redacted_at"):
        if row["redacted_at"] is None:
            withdrawn = row["withdrawn_at"] is not None
            parts[row["ticket_id"]].add_message(
                row["text"], public=row["public"], withdrawn=withdrawn, files=files[row["pk"]]
            )
    yield from parts.items()


def _head(ticket: Ticket) -> Words:
    words = Words(subject=[str(ticket.pk), ticket.subject], about=list(_named(ticket.requester)))
    if ticket.organization:
        words.about.append(ticket.organization.name)
    words.noted.extend(field_values(ticket.custom))
    return words


def _named(customer: Customer) -> Iterator[str]:
    yield customer.name
    for address in customer.addresses.all():
        yield address.value


def field_values(custom: dict[str, Any]) -> Iterator[str]:
    """What custom fields hold, as far as it is words or numbers."""
    for value in custom.values():
        if value is not None and not isinstance(value, bool):
            yield str(value)
