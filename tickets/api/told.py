"""Tickets as programs are told them: what TicketShape promises, written without serializers.

A list of fifty would pay them for each of 1,300 fields. That both say the same is shown by tests/api/test_told.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.conf import settings
from django.db.models.query import BaseIterable, ValuesListIterable
from django.urls import reverse

from customers.models import Customer
from tickets.listed import found_first, tag_names, tags_beside
from tickets.models.ticket import Priority
from tickets.told_events import moment

if TYPE_CHECKING:
    from django.db import models

    from tickets.querysets import TicketQuerySet

PRIORITIES = {int(item): item.slug for item in Priority}
NAMES = ("organization", "team", "assignee")
"""What can be expanded and is told by its id and name, which are read with the row."""


class TicketRow(NamedTuple):
    """The columns of one ticket, read with its tags, and with the names of NAMES, in one statement."""

    pk: int
    subject: str
    status: str
    priority: int
    type: str
    channel: str
    language: str
    requester_id: int
    organization_id: int | None
    team_id: int | None
    assignee_id: int | None
    custom: dict[str, Any]
    excerpt: str
    created_at: datetime
    activity_at: datetime
    waiting_since: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None
    snoozed_until: datetime | None
    next_due_at: datetime | None
    sla_state: str
    escalated_at: datetime | None
    merged_into_id: int | None
    version: int
    tags: list[str]
    organization_name: str | None = None
    team_name: str | None = None
    assignee_name: str | None = None


_COLUMNS = TicketRow._fields[: TicketRow._fields.index("tags")]


class _Rows(BaseIterable):  # type: ignore[type-arg]
    """As ListedRows: what narrows and slices the question before it is read does not carry tags and names."""

    names: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[TicketRow]:
        place = len(_COLUMNS)
        rows = found_first(self.queryset).values_list(*_COLUMNS, tags_beside(), *self.names)
        found: Iterable[Any] = ValuesListIterable(rows)
        for columns in found:
            yield TicketRow(*(*columns[:place], list(tag_names(columns[place])), *columns[place + 1 :]))


class _NamedRows(_Rows):
    names = tuple(f"{name}__name" for name in NAMES)


def read_plain(tickets: TicketQuerySet, expand: Sequence[str]) -> models.QuerySet[Any, TicketRow]:
    """The same question, answered with rows for tell_tickets(): one statement."""
    rows = tickets.all()
    rows._iterable_class = _NamedRows if any(name in expand for name in NAMES) else _Rows
    return cast("models.QuerySet[Any, TicketRow]", rows)


def _plain(name: str) -> Callable[[TicketRow], Any]:
    return itemgetter(TicketRow._fields.index(name))


def _moment(name: str) -> Callable[[TicketRow], Any]:
    column = _plain(name)
    return lambda row: moment(column(row))


def _reference(name: str) -> Callable[[TicketRow], Any]:
    key, words = _plain(f"{name}_id"), _plain(f"{name}_name")
    return lambda row: {"id": key(row), "name": words(row)} if key(row) else None


_WRITERS: dict[str, Callable[[TicketRow], Any]] = {
    "id": _plain("pk"),
    **{name: _plain(name) for name in ("subject", "status")},
    "priority": lambda row: PRIORITIES[row.priority],
    **{name: _plain(name) for name in ("type", "channel", "language", "requester_id", "organization_id")},
    **{name: _plain(name) for name in ("team_id", "assignee_id")},
    "requester": lambda row: None,  # known for all rows at once
    **{name: _reference(name) for name in NAMES},
    **{name: _plain(name) for name in ("tags", "custom", "excerpt")},
    **{name: _moment(name) for name in ("created_at", "activity_at", "waiting_since", "solved_at", "closed_at")},
    **{name: _moment(name) for name in ("snoozed_until", "next_due_at")},
    "sla_state": _plain("sla_state"),
    "escalated_at": _moment("escalated_at"),
    **{name: _plain(name) for name in ("merged_into_id", "version")},
    "url": lambda row: None,  # one address for all, but for the number
}


def tell_tickets(rows: Sequence[TicketRow], only: Sequence[str], expand: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of read_plain() with the fields that were asked for, in the order of TicketShape. Two statements more when
    requesters are expanded: for them and their addresses."""
    asked = set(expand) | (set(only) or _WRITERS.keys() - {"requester", *NAMES})
    writers = {name: write for name, write in _WRITERS.items() if name in asked}
    if "url" in writers:
        before, after = f"{settings.BASE_URL}{reverse('tickets:detail', args=(0,))}".rsplit("0", 1)
        writers["url"] = lambda row: f"{before}{row.pk}{after}"
    if "requester" in writers:
        people = _people({row.requester_id for row in rows})
        writers["requester"] = lambda row: people[row.requester_id]
    return [{name: write(row) for name, write in writers.items()} for row in rows]


def _people(keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    found = Customer.objects.filter(pk__in=keys).prefetch_related("addresses")
    return {one.pk: {"id": one.pk, "name": one.display_name, "email": one.email} for one in found}
