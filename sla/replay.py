"""Plays the past of tickets through the engine again: to see that the stored clocks are right, or how another policy
would have fared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import now

from sla.clocks import clock_values, leg_values, projection, read_all, replayed
from sla.engine import Track, fold
from sla.history import histories
from sla.memory import CLOCK_COLUMNS, LEG_COLUMNS, remembered
from sla.models import SlaPolicyVersion, SlaTrack
from sla.occurrences import Assigned, Occurrence
from sla.terms import BOOK
from sla.ticking import Clock
from tickets.models import Ticket

BATCH = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """What a stored row says, and what the past says; `where` is "clock resolution 1", "leg 3 of …", "track"."""

    ticket: int
    where: str
    what: str
    stored: Any
    replayed: Any


def check(tickets: Sequence[int]) -> Iterator[Difference]:
    """What differs between the rows of these tickets and a replay of their Events; nothing when all is well."""
    for start in range(0, len(tickets), BATCH):
        some = tickets[start : start + BATCH]
        told, stored = histories(some), read_all(some)
        rows = {row.pk: row for row in SlaTrack.objects.filter(pk__in=some)}
        shown = {
            row[0]: row[1:] for row in Ticket.objects.filter(pk__in=some).values_list("pk", "next_due_at", "sla_state")
        }
        for pk in some:
            yield from _compare(pk, replayed(told[pk]) if pk in rows else Track(), stored[pk], rows.get(pk))
            track = rows.get(pk) and _as_stored(stored[pk])
            seen = projection(track) if track else (None, "")
            if seen != shown.get(pk, seen):
                yield Difference(pk, "ticket", "next_due_at, sla_state", shown[pk], seen)


def _as_stored(clocks: list[Clock]) -> Track:
    return Track(clocks=clocks)


def _compare(ticket: int, track: Track, stored: list[Clock], row: SlaTrack | None) -> Iterator[Difference]:
    again = {(clock.metric, clock.sequence): clock for clock in track.clocks}
    for clock in stored:
        name = f"{clock.metric} {clock.sequence}"
        twin = again.pop((clock.metric, clock.sequence), None)
        if twin is None:
            yield Difference(ticket, f"clock {name}", "exists", True, False)
            continue
        for what, one, other in zip(CLOCK_COLUMNS, clock_values(clock), clock_values(twin), strict=True):
            if one != other:
                yield Difference(ticket, f"clock {name}", what, one, other)
        yield from _compare_legs(ticket, name, clock, twin)
    for metric, sequence in again:
        yield Difference(ticket, f"clock {metric} {sequence}", "exists", False, True)
    if row is not None and row.memory != remembered(track):
        yield Difference(ticket, "track", "memory", row.memory, remembered(track))


def _compare_legs(ticket: int, name: str, clock: Clock, twin: Clock) -> Iterator[Difference]:
    if len(clock.legs) != len(twin.legs):
        yield Difference(ticket, f"clock {name}", "legs", len(clock.legs), len(twin.legs))
    for leg, other in zip(clock.legs, twin.legs, strict=False):
        for what, one, two in zip(LEG_COLUMNS, leg_values(leg), leg_values(other), strict=True):
            if one != two:
                yield Difference(ticket, f"leg {leg.position} of {name}", what, one, two)
    counted = sum(leg.used for leg in clock.legs)
    if counted != clock.used:
        yield Difference(ticket, f"clock {name}", "sum of its legs", clock.used, counted)


@dataclass(slots=True)
class Attainment:
    """Clocks by metric: met, missed, and those of which neither can be said yet or at all."""

    tickets: int = 0
    met: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    other: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, more: Attainment) -> Attainment:
        self.tickets += more.tickets
        self.met += more.met
        self.missed += more.missed
        self.other += more.other
        return self

    def count(self, clocks: Iterable[Clock], at: datetime) -> None:
        for clock in clocks:
            if clock.rule.target is None and clock.breached is None:
                continue
            if clock.breached or (clock.due and clock.due < at):
                counter = self.other if clock.outcome == "cancelled" else self.missed
            else:
                counter = self.met if clock.outcome == "met" else self.other
            counter[clock.metric] += 1


def as_if(tickets: Sequence[int], version: SlaPolicyVersion, calendar_version: int | None) -> Attainment:
    """How these tickets would have fared under this version from their opening on."""
    found, at = Attainment(), now().replace(microsecond=0)
    assigned = Assigned(version.pk, calendar_version)
    for start in range(0, len(tickets), BATCH):
        told = histories(tickets[start : start + BATCH], assigned=False)
        for history in told.values():
            found.tickets += 1
            found.count(under(history, assigned).clocks, at)
    return found


def under(history: Sequence[Occurrence], assigned: Assigned) -> Track:
    track = Track()
    for one in history:
        if one.opened:
            one.assigned = assigned
        fold(track, one, BOOK)
    return track
