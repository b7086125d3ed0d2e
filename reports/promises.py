"""What became of the promises on a ticket, read from their rows, which a replay would give."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from reports.past import Past
from sla.models import ClockState, Metric


class Promise(NamedTuple):
    """A clock of which something can be said; `at` is its due time or its satisfaction, whichever was first."""

    at: datetime
    metric: str
    outcome: str
    # Its policy; of a promise about a team's part also the team that was visited.
    slices: dict[str, int | None]


def kept_promises(past: Past) -> Iterator[Promise]:
    """Those that are decided, and those that were called off. A clock without a target promised nothing."""
    for clock in past.clocks:
        told = {"policy_id": clock.policy}
        if clock.metric == Metric.TEAM_HANDLING:
            told["team_id"] = clock.team
        if clock.state == ClockState.CANCELLED:
            if clock.ended_at and (clock.target_seconds or clock.breached_at):
                yield Promise(clock.ended_at, clock.metric, "cancelled", told)
        elif clock.breached_at:
            yield Promise(clock.breached_at, clock.metric, "missed", told)
        elif clock.target_seconds is None:
            continue
        elif clock.state == ClockState.MET and clock.satisfied_at:
            yield Promise(clock.satisfied_at, clock.metric, "met", told)
        elif clock.state == ClockState.UNANSWERED and clock.ended_at:
            yield Promise(clock.ended_at, clock.metric, "unanswered", told)
