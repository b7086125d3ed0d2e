"""Clocks and legs made by hand, for what only reads them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from sla.models import Calendar, CalendarVersion, ClockState, SlaClock, SlaLeg, SlaPolicy, SlaPolicyVersion
from sla.schedules import clockwork

_NUMBERS = count(1)
WORKDAYS = [[[540, 1020]]] * 5 + [[], []]


def hours(weekly: list[Any] = WORKDAYS, zone: str = "Europe/Copenhagen", **columns: Any) -> CalendarVersion:
    calendar = Calendar.objects.create(name=f"Hours {next(_NUMBERS)}")
    return CalendarVersion.objects.create(calendar=calendar, number=1, weekly=weekly, zone=zone, **columns)


def policy(name: str = "", **columns: Any) -> SlaPolicyVersion:
    owner = SlaPolicy.objects.create(name=name or f"Policy {next(_NUMBERS)}")
    return SlaPolicyVersion.objects.create(policy=owner, number=1, **columns)


def chain(
    ticket: Any, version: SlaPolicyVersion, calendar: CalendarVersion | None, *legs: Any, **columns: Any
) -> SlaClock:
    """A clock of `ticket` whose legs are (from, status, runs[, other columns]); each ends where the next begins, the
    last with `ended_at`, if that is given."""
    ended_at: datetime | None = columns.get("ended_at")
    given = {"metric": "resolution", "target_seconds": 4 * 3600} | columns
    clock = SlaClock.objects.create(
        ticket=ticket, policy_version=version, calendar_version=calendar, started_at=legs[0][0], **given
    )
    work = clockwork(calendar.pk if calendar else None)
    rows = []
    for place, (begins, status, runs, *more) in enumerate(legs):
        ends = legs[place + 1][0] if place + 1 < len(legs) else ended_at
        told = {"reason": "started" if place == 0 else "resumed" if runs else "paused"} | (more[0] if more else {})
        rows.append(
            SlaLeg.objects.create(
                clock=clock,
                position=place + 1,
                running=runs,
                status=status,
                policy_version=told.pop("policy_version", version),
                calendar_version=calendar,
                target_seconds=clock.target_seconds,
                began_at=begins,
                ended_at=ends,
                used_seconds=work.between(begins, ends) if runs and ends else 0,
                **told,
            )
        )
    clock.used_seconds = sum(row.used_seconds for row in rows)
    running = rows[-1].running and ended_at is None and clock.target_seconds is not None
    if running and "due_at" not in columns:
        clock.due_at = work.add(rows[-1].began_at, max(0, clock.target_seconds - clock.used_seconds))
    if ended_at is None and not rows[-1].running and clock.state == ClockState.RUNNING:
        clock.state = ClockState.PAUSED
    clock.save()
    return clock


def legs_of(clock: SlaClock) -> list[SlaLeg]:
    return list(clock.legs.order_by("position"))
