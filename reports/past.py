"""The past of tickets as the figures need it: Changes with their Events, promises and escalations, many at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from sla.models import Escalation, SlaAssignment, SlaClock
from tickets.models import Event, Ticket
from tickets.spam import spam_among

# All that a figure is told from; a Change with none of them is passed over.
KINDS = (
    "opened",
    "message_added",
    "message_withdrawn",
    "status_changed",
    "priority_changed",
    "assignee_changed",
    "team_changed",
    "language_changed",
    "tag_added",
    "tag_removed",
    "merged_into",
    "merge_undone",
)

Facts = list[tuple[str, Mapping[str, Any]]]


@dataclass(slots=True)
class Gesture:
    """One Change: all that it says happened at once."""

    key: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    via: str
    # Under which the same press is done once.
    name: str | None = None
    facts: Facts = field(default_factory=list)

    def told(self, kind: str) -> list[Mapping[str, Any]]:
        return [data for one, data in self.facts if one == kind]


class InForce(NamedTuple):
    """From a moment on this policy, under these opening hours."""

    at: datetime
    policy: int | None
    calendar_version: int | None


class Clock(NamedTuple):
    """What a promise came to."""

    metric: str
    state: str
    target_seconds: int | None
    breached_at: datetime | None
    satisfied_at: datetime | None
    ended_at: datetime | None
    team: int | None
    policy: int | None


class Raised(NamedTuple):
    """One escalation; each level is one of its own."""

    source: str
    state: str
    opened_at: datetime
    acknowledged_at: datetime | None
    closed_at: datetime | None


@dataclass(slots=True)
class Past:
    """Everything about one ticket."""

    ticket: int
    requester: int
    channel: str
    language: str
    merged: bool
    organization: int | None = None
    spam: bool = False
    gestures: list[Gesture] = field(default_factory=list)
    # Every kind of Event that it has: most lives know few, and what never happened needs no search.
    seen: set[str] = field(default_factory=set)
    policies: list[InForce] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    escalations: list[Raised] = field(default_factory=list)


def pasts(tickets: Sequence[int]) -> list[Past]:
    """In six statements, however many tickets; those that are gone are left out. A range stands for all tickets with
    these numbers: for the database two bounds instead of a long list.

    Tuples, never rows of a model: a million tickets are told from ten million rows.
    """
    columns = ("pk", "requester_id", "channel", "language", "merged_into_id", "organization_id")
    found = {
        row[0]: Past(row[0], row[1], row[2], row[3], merged=row[4] is not None, organization=row[5])
        for row in Ticket.objects.filter(**among(tickets, "pk")).values_list(*columns)
    }
    if not found:
        return []
    for pk in spam_among(found):
        found[pk].spam = True
    _read_gestures(tickets, found)
    given = SlaAssignment.objects.order_by("ticket", "pk")
    for past, row in _of_each(given, tickets, found, ("at", "policy_version__policy", "calendar_version")):
        past.policies.append(InForce(*row))
    clocks = SlaClock.objects.order_by("ticket", "metric", "sequence")
    for past, row in _of_each(clocks, tickets, found, (*Clock._fields[:-2], "team_id_then", "policy_version__policy")):
        past.clocks.append(Clock(*row))
    for past, row in _of_each(Escalation.objects.order_by("ticket", "pk"), tickets, found, Raised._fields):
        past.escalations.append(Raised(*row))
    return [past for past in found.values() if past.gestures]


def among(tickets: Sequence[int], column: str) -> dict[str, Any]:
    """What filters rows of these tickets."""
    if isinstance(tickets, range):
        return {f"{column}__gte": tickets.start, f"{column}__lt": tickets.stop}
    return {f"{column}__in": tickets}


def _of_each(
    rows: QuerySet[Any], tickets: Sequence[int], found: Mapping[int, Past], columns: Sequence[str]
) -> Iterator[tuple[Past, Sequence[Any]]]:
    for ticket, *row in rows.filter(**among(tickets, "ticket")).values_list("ticket_id", *columns):
        if ticket in found:  # not one that came between two statements
            yield found[ticket], row


def _read_gestures(tickets: Sequence[int], found: Mapping[int, Past]) -> None:
    """Rides change_in_ticket. Time never runs backwards: what is said to be earlier than the Change before it counts
    from then on, as promises count it."""
    columns = (
        "change_id",
        "change__ticket_id",
        "change__created_at",
        "change__actor_kind",
        "change__actor_id",
        "change__via",
        "change__gesture",
        "kind",
        # As text, so that one call decodes them all.
        Cast("data", TextField()),
    )
    told = Event.objects.filter(**among(tickets, "change__ticket"), kind__in=KINDS).order_by("change_id", "pk")
    rows = list(told.values_list(*columns))
    datas = json.loads(f"[{','.join([row[8] for row in rows])}]")
    known: dict[int, Gesture] = {}
    for (key, ticket, at, actor_kind, actor_id, via, name, kind, _text), data in zip(rows, datas, strict=True):
        gesture = known.get(key)
        if gesture is None:
            past = found.get(ticket)
            if past is None:
                continue
            if past.gestures:
                at = max(at, past.gestures[-1].at)
            gesture = known[key] = Gesture(key, at, actor_kind, actor_id, via, name)
            past.gestures.append(gesture)
        gesture.facts.append((kind, data))
        found[ticket].seen.add(kind)
