"""One clock as the engine holds it: a chain of legs, each counted or not, and what follows from them. Knows no rows.

Every moment is in UTC and a whole second; every duration is whole seconds of the clock's own time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sla.calendar import Clockwork, NoOpening

FIRST, NEXT, UPDATE = "first_response", "next_response", "periodic_update"
RESOLUTION, TEAM = "resolution", "team_handling"

DEFAULT_PAUSES: Mapping[str, frozenset[str]] = {
    FIRST: frozenset(),
    NEXT: frozenset(),
    UPDATE: frozenset({"pending", "solved"}),
    RESOLUTION: frozenset({"pending", "on_hold"}),
    TEAM: frozenset({"pending", "on_hold"}),
}
"""In which states a metric stands still when its policy does not say."""

By = Callable[[int | None], Clockwork]
"""By what a clock under this version of a calendar runs; under None by the wall clock."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a version of a policy says, as the engine reads it. `targets` are seconds by metric and priority."""

    key: int
    targets: Mapping[str, Mapping[str, int]]
    wall_clock: frozenset[str] = frozenset()
    pauses: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def promises(self, metric: str) -> bool:
        """Something, of some priority."""
        return bool(self.targets.get(metric))

    def pauses_in(self, metric: str, status: str) -> bool:
        # Nobody is owed news of a matter that is settled, whatever the policy says.
        if metric == UPDATE and status == "solved":
            return True
        return status in self.pauses.get(metric, DEFAULT_PAUSES[metric])


class Rule(NamedTuple):
    """What holds for a clock at a moment, and so for the leg that begins then."""

    running: bool
    status: str
    policy: int | None
    calendar: int | None
    target: int | None


@dataclass(slots=True)
class Leg:
    """The span [began, ended) of a clock; `used` counts once it has ended."""

    position: int
    rule: Rule
    reason: str
    began: datetime
    change: int | None
    ended: datetime | None = None
    used: int = 0
    altered: bool = True
    """Not yet written as it is."""


@dataclass(slots=True)
class Clock:
    """One promise. Goes on while `ended` is None; then its last leg is open, and no other is."""

    metric: str
    sequence: int
    started: datetime
    team: int | None = None
    used: int = 0
    due: datetime | None = None
    satisfied: datetime | None = None
    breached: datetime | None = None
    detected: datetime | None = None
    breach_cause: str = ""
    ended: datetime | None = None
    ended_cause: str = ""
    outcome: str = ""
    """Of an ended clock: "met", "unanswered" or "cancelled", whether or not it was late."""
    legs: list[Leg] = field(default_factory=list)
    """All of them, or only the last when that is all that was read."""
    key: int | None = None
    altered: bool = True

    @property
    def last(self) -> Leg:
        return self.legs[-1]

    @property
    def rule(self) -> Rule:
        return self.legs[-1].rule

    @property
    def state(self) -> str:
        if self.ended is not None:
            if self.outcome == "cancelled":
                return "cancelled"
            return "breached_closed" if self.breached else self.outcome
        if self.breached:
            return "breached_open"
        return "running" if self.rule.running else "paused"

    def begin_leg(self, rule: Rule, reason: str, at: datetime, change: int | None, by: By) -> None:
        """Close the open leg, if there is one, and open the next."""
        self._close_leg(at, by)
        position = self.legs[-1].position + 1 if self.legs else 1
        self.legs.append(Leg(position, rule, reason, at, change))
        self._see_due(by)

    def _close_leg(self, at: datetime, by: By) -> None:
        self.altered = True
        if not self.legs or self.legs[-1].ended is not None:
            return
        leg = self.legs[-1]
        leg.ended, leg.altered = at, True
        if leg.rule.running:
            leg.used = by(leg.rule.calendar).between(leg.began, at)
            self.used += leg.used

    def _see_due(self, by: By) -> None:
        """The late stay due when they were; a clock whose hours do not come within ten years has no due time."""
        leg, self.due = self.legs[-1], None
        if leg.ended is not None or not leg.rule.running or leg.rule.target is None:
            return
        if self.breached is not None:
            self.due = self.breached
            return
        try:
            self.due = by(leg.rule.calendar).add(leg.began, max(0, leg.rule.target - self.used))
        except NoOpening:
            self.due = None

    def notice(self, at: datetime, known_at: datetime) -> None:
        """It is late once its due second is over: what comes in the due second itself is in time."""
        if self.due is not None and self.breached is None and self.due < at:
            self.breached, self.detected, self.breach_cause, self.altered = self.due, known_at, "due", True

    def switch(self, rule: Rule, reason: str, at: datetime, change: int | None, by: By) -> None:
        """Go on under another rule. What was used stays; a target that this exceeds is missed now, never before."""
        self.begin_leg(rule, reason, at, change, by)
        self._see_target(at, by)

    def _see_target(self, at: datetime, by: By) -> None:
        target = self.rule.target
        if self.breached is None and target is not None and self.used > target:
            self.breached = self.detected = at
            self.breach_cause = "rebase"
            self._see_due(by)

    def end(self, at: datetime, outcome: str, cause: str, by: By) -> None:
        self._close_leg(at, by)
        self.due, self.ended, self.ended_cause, self.outcome = None, at, cause, outcome
        self.satisfied = at if outcome == "met" else None

    def go_on(self, rule: Rule, reason: str, at: datetime, change: int | None, by: By) -> None:
        """An ended clock goes on, from the moment of its end or later; time in between stands as solved.

        The target may have become another meanwhile, as in switch().
        """
        ended = self.ended or at
        if ended < at:
            rested = self.rule._replace(running=False, status="solved")
            self.begin_leg(rested, "solved", ended, change, by)
        self.ended = self.satisfied = None
        self.ended_cause = self.outcome = ""
        self.begin_leg(rule, reason, at, change, by)
        self._see_target(at, by)
