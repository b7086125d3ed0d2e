"""The next moment at which a clock sets something off by itself: it becomes late, or a step of its ladder falls due."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.calendar import NoOpening, OutOfReach
from sla.ladders import Step, steps_of
from sla.models.clock import ClockState, SlaClock
from sla.schedules import clockwork

SECOND = timedelta(seconds=1)
DUE = "due"
"""The label of the breach among the steps taken."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is to be done when; `step` is None for the breach itself."""

    at: datetime
    label: str
    step: Step | None


def next_check_at(clock: SlaClock, taken: Collection[str]) -> datetime | None:
    """When the sweep has to look at the clock again, as its row stands in memory; None: nothing will come by itself.

    `taken` are the labels of the ClockSteps of this clock. Whoever alters a clock writes this into its column.
    Asks the database for nothing but `clock.policy_version`, when that is not loaded.
    """
    found = next_checkpoint(clock, taken)
    return found.at if found else None


def next_checkpoint(clock: SlaClock, taken: Collection[str]) -> Checkpoint | None:
    """The earliest of what is still to come; at one moment the breach goes before the steps, these by their order."""
    return min(_to_come(clock, taken), key=_order, default=None)


def _order(found: Checkpoint) -> tuple[datetime, int]:
    return found.at, found.step.position if found.step else -1


def _to_come(clock: SlaClock, taken: Collection[str]) -> Iterator[Checkpoint]:
    if clock.state == ClockState.CANCELLED:
        return
    due_at = _due_at(clock)
    if DUE not in taken:
        if clock.breached_at is not None:
            # Also of a clock that was satisfied too late before anybody noticed: the breach is still to be told.
            yield Checkpoint(clock.breached_at, DUE, None)
        elif due_at is not None:
            # What comes in the due second itself is in time.
            yield Checkpoint(due_at + SECOND, DUE, None)
    if due_at is None or clock.target_seconds is None or clock.policy_version is None:
        return
    hours = clockwork(clock.calendar_version_id)
    for step in steps_of(clock.policy_version.ladder):
        if step.metric == clock.metric and step.label not in taken:
            try:
                at = step.moment(due_at, clock.target_seconds, hours)
            except (NoOpening, OutOfReach):
                continue  # the desk does not open again within reach, so that moment never comes
            # What follows the due time follows the breach.
            yield Checkpoint(at if at < due_at else max(at, due_at + SECOND), step.label, step)


def _due_at(clock: SlaClock) -> datetime | None:
    """When the target is, or was, used up; None while the clock stands still or has ended."""
    if clock.due_at is None or clock.state not in (ClockState.RUNNING, ClockState.BREACHED_OPEN):
        return None
    return clock.due_at.replace(microsecond=0)
