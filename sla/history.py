"""What happened on tickets, as the engine is told it: from their Changes, Events and assignments, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sla.models import SlaAssignment
from sla.occurrences import KINDS, Assigned, Occurrence, Said, occurrence
from tickets.models import Event, Message, Split


@dataclass(slots=True)
class _Told:
    """One Change while it is gathered."""

    ticket: int
    at: datetime
    by_customer: bool
    facts: list[tuple[str, Any]] = field(default_factory=list)


def histories(tickets: Sequence[int], *, assigned: bool = True, upto: int | None = None) -> dict[int, list[Occurrence]]:
    """By ticket all that concerns its clocks, in the order in which it was committed; two statements and, where
    tickets were split, two more. Without `assigned` as if no policy had ever been in force."""
    changes = _changes(tickets, upto)
    given = _assignments(tickets) if assigned else {}
    for change, rows in given.items():
        if change is not None and change not in changes:
            row = rows[-1]
            changes[change] = _Told(row.ticket_id, row.at, by_customer=False)
    found: dict[int, list[Occurrence]] = {pk: [] for pk in tickets}
    for key in sorted(changes):
        told = changes[key]
        rows = given.get(key, [])
        found[told.ticket].append(
            occurrence(
                told.facts,
                told.at,
                key,
                by_customer=told.by_customer,
                assigned=as_assigned(rows[-1]) if rows else None,
            )
        )
    for row in given.get(None, []):
        _put_in_place(found[row.ticket_id], row)
    _tell_of_splits(changes, found)
    return {pk: [one for one in told if one.concerns_clocks] for pk, told in found.items()}


def as_assigned(row: SlaAssignment) -> Assigned:
    return Assigned(row.policy_version_id, row.calendar_version_id, row.cause == SlaAssignment.Cause.HAND)


def _changes(tickets: Sequence[int], upto: int | None) -> dict[int, _Told]:
    """Rides change_in_ticket."""
    rows = Event.objects.filter(change__ticket__in=tickets, kind__in=KINDS)
    if upto is not None:
        rows = rows.filter(change_id__lte=upto)
    found: dict[int, _Told] = {}
    columns = ("change_id", "change__ticket_id", "change__created_at", "change__actor_kind", "kind", "data")
    for change, ticket, at, actor, kind, data in rows.order_by("change_id", "pk").values_list(*columns):
        told = found.get(change) or found.setdefault(change, _Told(ticket, at, actor == "customer"))
        told.facts.append((kind, data))
    return found


def _assignments(tickets: Sequence[int]) -> dict[int | None, list[SlaAssignment]]:
    """By Change; those without one under None. Rides sla_assignment_of_ticket."""
    found: dict[int | None, list[SlaAssignment]] = defaultdict(list)
    for row in SlaAssignment.objects.filter(ticket__in=tickets).order_by("ticket", "pk"):
        found[row.change_id].append(row)
    return found


def _put_in_place(told: list[Occurrence], row: SlaAssignment) -> None:
    """An assignment without a Change comes after the Change that was the newest then."""
    place = len(told)
    while place and (told[place - 1].change or 0) > (row.follows or 0):
        place -= 1
    at = row.at.replace(microsecond=0)
    told.insert(place, Occurrence(at, assigned=as_assigned(row)))


def _tell_of_splits(changes: dict[int, _Told], found: dict[int, list[Occurrence]]) -> None:
    parted = {
        key: kind for key, told in changes.items() for kind, _data in told.facts if kind in ("split_from", "split_off")
    }
    if not parted:
        return
    for key, kind in parted.items():
        ticket = changes[key].ticket
        data = next(data for one, data in changes[key].facts if one == kind)
        made = ticket if kind == "split_from" else data["ticket"]
        moved = Split.objects.filter(made=made).values_list("inverse", flat=True).first()
        # While it is being split there is no row yet, and the messages stand on the ticket that was made.
        keys = moved["messages"] if moved else _messages_on(made)
        if kind == "split_off":
            here = next(one for one in found[ticket] if one.change == key)
            here.taken_away = frozenset(keys)
        else:
            asked = set(keys) - set(data.get("participants", ()))
            found[ticket] = _begun_before(found[ticket], key, changes[key].at, asked)


def _messages_on(ticket: int) -> list[int]:
    return list(Message.objects.filter(ticket=ticket).values_list("pk", flat=True))


def _begun_before(told: list[Occurrence], split: int, at: datetime, keys: Iterable[int]) -> list[Occurrence]:
    """The ticket that was made begins when the first of its requester's messages was said; we know of it since the
    split. Its policy holds from that beginning on. `keys` are without words of others who are in copy there."""
    rows = Message.objects.filter(pk__in=list(keys), public=True).exclude(author_kind=Message.Author.SYSTEM)
    said = [
        (row.created_at.replace(microsecond=0), Said(row.pk, row.from_customer))
        for row in rows.order_by("created_at", "pk")
        if row.withdrawn_at is None or row.withdrawn_at > at
    ]
    begins = next((n for n, (_at, one) in enumerate(said) if one.by_customer), None)
    if begins is None:
        return told
    known_at = at.replace(microsecond=0)
    opened, *rest = told
    opened.at, opened.known_at, opened.by_customer = min(said[begins][0], opened.at), known_at, False
    opened.said = [said[begins][1]]
    earlier = [
        Occurrence(min(moment, known_at), opened.change, known_at, said=[one]) for moment, one in said[begins + 1 :]
    ]
    return [opened, *earlier, *rest]
