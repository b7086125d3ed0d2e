"""A ticket as lists show it: plain values instead of five models a row, read with names and tags in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import F, Func, OuterRef, Subquery, Value
from django.db.models.query import BaseIterable, ValuesListIterable
from django.utils.translation import gettext as _

from tickets.models.ticket import Priority, Status
from tickets.querysets import OPEN_STATUSES, IsOneOf
from tickets.reading import is_unread, newest_words, read_up_to

_TAG_BREAK = "\x1f"
_PLAIN = 18
_STATUS = 2


@dataclass(frozen=True, slots=True)
class ListedTicket:
    """The columns and names of one row, with the words that Ticket has for them. The order is that of `dressed()`."""

    pk: int
    subject: str
    status: str
    priority: int
    snoozed_until: datetime | None
    waiting_since: datetime | None
    created_at: datetime
    activity_at: datetime
    excerpt: str
    next_due_at: datetime | None
    sla_state: str
    organization_name: str | None
    team_name: str | None
    assignee_name: str | None
    requester_id: int
    requester_name: str
    requester_merged_into: int | None
    tags: tuple[str, ...]
    unread: bool

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_snoozed(self) -> bool:
        return self.snoozed_until is not None

    @property
    def waits_on_us(self) -> bool:
        return self.is_open and self.waiting_since is not None

    @property
    def priority_slug(self) -> str:
        return Priority(self.priority).slug

    def get_priority_display(self) -> str:
        return str(Priority(self.priority).label)

    def get_status_display(self) -> str:
        return str(Status(self.status).label)


class ListedRows(BaseIterable):  # type: ignore[type-arg]
    """What a queryset for lists gives when it is read. Only then are names and tags joined: whatever narrows and slices
    the question before (TicketQuerySet.first_rows asks it five times over) does not carry them."""

    def __iter__(self) -> Iterator[ListedTicket]:
        asked: Any = self.queryset
        found: Iterable[Any] = ValuesListIterable(dressed(asked))
        rows = [_listed(columns, marked=asked.reader_id is not None) for columns in found]
        return iter(_named(rows))


def dressed(tickets: Any) -> Any:
    """The question with everything that a row shows, in the order of ListedTicket."""
    return found_first(tickets).values_list(
        "pk",
        "subject",
        "status",
        "priority",
        "snoozed_until",
        "waiting_since",
        "created_at",
        "activity_at",
        "excerpt",
        "next_due_at",
        "sla_state",
        "organization__name",
        "team__name",
        "assignee__name",
        "requester_id",
        "requester__name",
        "requester__merged_into_id",
        tags_beside(),
        *_looks(tickets.reader_id),
    )


def found_first(tickets: Any) -> Any:
    """The tickets of one page by their keys, before anything is joined to them.

    PostgreSQL takes state and due time for independent and expects a handful where thousands wait; it would join and
    sort them all instead of leaving the index, which has them in order, when the page is full.
    """
    if connection.vendor != "postgresql" or not tickets.query.is_sliced:
        return tickets
    rows = tickets.model.objects.filter(IsOneOf("pk", ArraySubquery(tickets.values("pk"))))
    rows = rows.order_by(*tickets.query.order_by)
    rows.reader_id = tickets.reader_id
    return rows


def _looks(reader_id: int | None) -> tuple[Subquery, ...]:
    """How far the reader has read, and what there is to read: two index probes a row, for the rows that are shown."""
    return (read_up_to(reader_id), newest_words(reader_id)) if reader_id is not None else ()


def _listed(columns: tuple[Any, ...], *, marked: bool) -> ListedTicket:
    """A row as dressed() gave it. Of what was read only the answer is kept, so that a drawn row serves many readers."""
    *shown, tags = columns[:_PLAIN]
    read, newest = columns[_PLAIN:] if marked else (0, 0)
    unread = is_unread(read, newest, is_open=columns[_STATUS] in OPEN_STATUSES)
    return ListedTicket(*(*shown, tag_names(tags), unread))


def _named(rows: list[ListedTicket]) -> list[ListedTicket]:
    """Where there is no name the mail address stands for it, after a merge that of whoever took over: the twin of
    Customer.display_name. One statement by the addresses' index on customer, and only when a row needs it."""
    nameless = [row for row in rows if not row.requester_name]
    if not nameless:
        return rows
    from customers.models import Address

    people = {key for row in nameless for key in (row.requester_id, row.requester_merged_into) if key}
    emails = Address.objects.filter(customer__in=people, kind=Address.Kind.EMAIL).order_by("is_primary", "-pk")
    best = dict(emails.values_list("customer_id", "value"))  # the last one stays

    def name(row: ListedTicket) -> str:
        return best.get(row.requester_id) or best.get(row.requester_merged_into or 0) or _("Unknown")

    return [row if row.requester_name else replace(row, requester_name=name(row)) for row in rows]


def tags_beside() -> Subquery:
    """The names in their order: an array, or on SQLite one text that tag_names() takes apart."""
    from tickets.models import TicketTag

    ours = TicketTag.objects.filter(ticket_id=OuterRef("pk"))
    if connection.vendor == "postgresql":
        return ArraySubquery(ours.order_by("tag__name").values("tag__name"))
    joined = Func(F("tag__name"), Value(_TAG_BREAK), function="group_concat", output_field=models.TextField())
    return Subquery(ours.values(names=joined))


def tag_names(tags: list[str] | str | None) -> tuple[str, ...]:
    if isinstance(tags, str):
        return tuple(sorted(tags.split(_TAG_BREAK)))
    return tuple(tags or ())
