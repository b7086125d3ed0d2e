"""The past of tickets as the figures need it: Changes with their Events, promises and escalations, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F

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
    facts: Facts = field(default_factory=list)

    def told(self, kind: str) -> list[Mapping[str, Any]]:
        return [data for one, data in self.facts if one == kind]


class InForce(NamedTuple):
    """From a moment on this policy, under these opening hours."""

    at: datetime
    policy: int | None
    calendar_version: int | None


@dataclass(slots=True)
class Past:
    """Everything about one ticket."""

    ticket: int
    requester: int
    channel: str
    language: str
    merged: bool
    spam: bool = False
    gestures: list[Gesture] = field(default_factory=list)
    policies: list[InForce] = field(default_factory=list)
    clocks: list[SlaClock] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)


def pasts(tickets: Sequence[int]) -> list[Past]:
    """In six statements, however many tickets; those that are gone are left out."""
    columns = ("pk", "requester_id", "channel", "language", "merged_into_id")
    found = {
        row[0]: Past(row[0], row[1], row[2], row[3], merged=row[4] is not None)
        for row in Ticket.objects.filter(pk__in=tickets).values_list(*columns)
    }
    for pk in spam_among(found):
        found[pk].spam = True
    _read_gestures(found)
    rows = SlaAssignment.objects.filter(ticket__in=found).annotate(policy=F("policy_version__policy"))
    for row in rows.order_by("ticket", "pk"):
        found[row.ticket_id].policies.append(InForce(row.at, row.policy, row.calendar_version_id))
    clocks = SlaClock.objects.filter(ticket__in=found).annotate(policy=F("policy_version__policy"))
    for clock in clocks.order_by("ticket", "metric", "sequence"):
        found[clock.ticket_id].clocks.append(clock)
    for escalation in Escalation.objects.filter(ticket__in=found).order_by("ticket", "pk"):
        found[escalation.ticket_id].escalations.append(escalation)
    return [past for past in found.values() if past.gestures]


def _read_gestures(found: Mapping[int, Past]) -> None:
    """Rides change_in_ticket. Time never runs backwards: what is said to be earlier than the Change before it counts
    from then on, as promises count it."""
    last: dict[int, datetime] = {}
    known: dict[int, dict[int, Gesture]] = defaultdict(dict)
    columns = (
        "change_id",
        "change__ticket_id",
        "change__created_at",
        "change__actor_kind",
        "change__actor_id",
        "change__via",
        "kind",
        "data",
    )
    rows = Event.objects.filter(change__ticket__in=found, kind__in=KINDS).order_by("change_id", "pk")
    for key, ticket, at, actor_kind, actor_id, via, kind, data in rows.values_list(*columns):
        gesture = known[ticket].get(key)
        if gesture is None:
            last[ticket] = max(at, last.get(ticket, at))
            gesture = known[ticket][key] = Gesture(key, last[ticket], actor_kind, actor_id, via)
            found[ticket].gestures.append(gesture)
        gesture.facts.append((kind, data))
