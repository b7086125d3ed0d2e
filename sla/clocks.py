"""The clocks of tickets as rows: read before a Change is told to the engine, written as it leaves them.

A track, its clocks that go on and their open legs are read in one statement and written in four at most. What reaches
back into the past of a ticket is worked out from all its Events anew (`restate`), which is the same as a replay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Model

from sla.checkpoints import next_check_at
from sla.engine import Track, fold
from sla.history import histories
from sla.memory import CLOCK_COLUMNS, LEG_COLUMNS, clock_row, clocks_of, leg_row
from sla.models import CalendarVersion, ClockStep, SlaAssignment, SlaClock, SlaLeg, SlaPolicyVersion
from sla.occurrences import Assigned, Occurrence
from sla.statements import read_track, write_clocks, write_legs, write_tracks
from sla.terms import BOOK, wording
from sla.ticking import Clock, Leg
from tickets.models import Change, Ticket

if TYPE_CHECKING:
    pass


def assign(
    ticket: Ticket,
    policy_version: SlaPolicyVersion | None,
    calendar_version: CalendarVersion | None,
    cause: str,
    change: Change | None,
    at: datetime,
) -> SlaAssignment:
    """Put a policy in force on a ticket whose row the caller has locked, from `at` on, and let its clocks follow.

    Used time stays; a target that it exceeds is missed now. With cause "hand" no condition takes it away again.
    """
    row = note_assignment(ticket, policy_version, calendar_version, cause, change, at)
    follow(ticket, Occurrence(at.replace(microsecond=0), change.pk if change else None, assigned=_assigned(row)))
    return row


def note_assignment(
    ticket: Ticket,
    policy_version: SlaPolicyVersion | None,
    calendar_version: CalendarVersion | None,
    cause: str,
    change: Change | None,
    at: datetime,
) -> SlaAssignment:
    """The row alone. One without a Change remembers the ticket's newest Change, so that a replay knows its place."""
    newest = None
    if change is None:
        newest = Change.objects.filter(ticket=ticket).order_by("-pk").values_list("pk", flat=True).first()
    return SlaAssignment.objects.create(
        ticket=ticket,
        change=change,
        policy_version=policy_version,
        calendar_version=calendar_version,
        cause=cause,
        at=at,
        follows=newest,
    )


def follow(ticket: Ticket, told: Occurrence, track: Track | None = None) -> None:
    """Tell the clocks of a locked ticket what happened. A ticket that comes under its first policy is told all."""
    track = track or read_track(ticket.pk, also_solved=told.status is not None)
    if track is None:
        restate(ticket)
        return
    fold(track, told, BOOK)
    write([(ticket, track)])


def read_all(tickets: Sequence[int]) -> dict[int, list[Clock]]:
    """By ticket every clock with every leg."""
    by_ticket: dict[int, list[SlaLeg]] = {pk: [] for pk in tickets}
    legs = SlaLeg.objects.filter(clock__ticket__in=tickets).select_related("clock").order_by("clock", "position")
    for leg in legs:
        by_ticket[leg.clock.ticket_id].append(leg)
    return {pk: clocks_of(rows) for pk, rows in by_ticket.items()}


def replayed(told: Iterable[Occurrence]) -> Track:
    track = Track()
    for one in told:
        fold(track, one, BOOK)
    return track


def restate(ticket: Ticket) -> None:
    """Work the clocks of a locked ticket out from all its Events, and write what has come or altered."""
    track = replayed(histories([ticket.pk])[ticket.pk])
    stored = {(clock.metric, clock.sequence): clock for clock in read_all([ticket.pk])[ticket.pk]}
    rewritten = False
    for clock in track.clocks:
        was = stored.pop((clock.metric, clock.sequence), None)
        if was is None:
            continue
        clock.key = was.key
        clock.altered = clock_values(clock) != clock_values(was)
        legs = {leg.position: leg for leg in was.legs}
        for leg in clock.legs:
            known = legs.get(leg.position)
            leg.altered = known is None or leg_values(leg) != leg_values(known)
            rewritten |= known is not None and leg_beginning(leg) != leg_beginning(known)
        rewritten |= len(legs) > len(clock.legs)
    if stored or rewritten:
        # A ticket that was made by a split just now: its clocks begin before it was opened. Nobody has seen the others.
        SlaClock.objects.filter(ticket=ticket).delete()
        for clock in track.clocks:
            clock.altered = True
            for leg in clock.legs:
                leg.altered = True
    write([(ticket, track)])


def clock_values(clock: Clock) -> tuple[object, ...]:
    """All that a replay must find again."""
    return _values(clock_row(0, clock), CLOCK_COLUMNS)


def leg_beginning(leg: Leg) -> tuple[object, ...]:
    """What is never altered once it was written."""
    return leg.rule, leg.reason, leg.began, leg.change


def leg_values(leg: Leg) -> tuple[object, ...]:
    return _values(leg_row(0, leg), LEG_COLUMNS)


def _values(row: Model, columns: Sequence[str]) -> tuple[object, ...]:
    held = vars(row)
    return tuple(held[name] if name in held else held[f"{name}_id"] for name in columns)


def write(tracks: Sequence[tuple[Ticket, Track]]) -> None:
    """Clocks, legs, tracks and what lists show of them: four statements, for however many tickets."""
    _write_clocks(tracks)
    legs = [
        (clock.key or 0, leg)
        for _ticket, track in tracks
        for clock in track.clocks
        for leg in clock.legs
        if leg.altered
    ]
    write_legs(legs)
    write_tracks([(ticket.pk, track) for ticket, track in tracks])
    project(tracks)


def _write_clocks(tracks: Sequence[tuple[Ticket, Track]]) -> None:
    altered = [(ticket, clock) for ticket, track in tracks for clock in track.clocks if clock.altered]
    taken = _steps_taken([clock for _ticket, clock in altered])
    rows = []
    for ticket, clock in altered:
        row = clock_row(ticket.pk, clock)
        if clock.rule.policy is not None:
            row.policy_version = wording(clock.rule.policy).row
        row.next_check_at = next_check_at(row, taken.get(clock.key or 0, ()))
        rows.append(row)
    write_clocks(rows)
    for (_ticket, clock), row in zip(altered, rows, strict=True):
        clock.key, clock.altered = row.pk, False


def _steps_taken(altered: Iterable[Clock]) -> dict[int, set[str]]:
    """By clock, of those on which a step can have been taken."""
    keys = [c.key for c in altered if c.key and (c.breached or (c.rule.policy and wording(c.rule.policy).row.ladder))]
    found: dict[int, set[str]] = {}
    if keys:
        for clock, step in ClockStep.objects.filter(clock__in=keys).values_list("clock_id", "step"):
            found.setdefault(clock, set()).add(step)
    return found


def project(tracks: Iterable[tuple[Ticket, Track]]) -> None:
    """Write what lists sort by and show into the tickets, where it has altered."""
    altered = []
    for ticket, track in tracks:
        shown = projection(track)
        if shown != (ticket.next_due_at, ticket.sla_state):
            ticket.next_due_at, ticket.sla_state = shown
            altered.append(ticket)
    if len(altered) == 1:
        ticket = altered[0]
        Ticket.objects.filter(pk=ticket.pk).project(next_due_at=ticket.next_due_at, sla_state=ticket.sla_state)
    elif altered:
        Ticket.objects.bulk_update(altered, ["next_due_at", "sla_state"], batch_size=250)


def projection(track: Track) -> tuple[datetime | None, str]:
    """Of the clocks that go on and promise something: the earliest due time (of the late ones, when they were due),
    and "late", "running", "paused" or "" for all of them."""
    going = [clock for clock in track.going_on() if clock.breached or clock.rule.target is not None]
    due = [moment for clock in going if (moment := clock.breached or clock.due)]
    if any(clock.breached for clock in going):
        state = "late"
    elif any(clock.rule.running for clock in going):
        state = "running"
    else:
        state = "paused" if going else ""
    return min(due, default=None), state


def _assigned(row: SlaAssignment) -> Assigned:
    return Assigned(row.policy_version_id, row.calendar_version_id, row.cause == SlaAssignment.Cause.HAND)
