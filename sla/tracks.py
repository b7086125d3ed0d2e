"""What the engine holds of one ticket between two Changes, and where it looks things up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sla.ticking import By, Clock, Terms


@dataclass(frozen=True, slots=True)
class Book:
    """Where the engine looks things up; both answers never change for one key."""

    terms: Callable[[int], Terms]
    clockwork: By


@dataclass(slots=True)
class Answer:
    """A public reply, and how it stood before: what it takes to undo it."""

    message: int
    at: datetime
    ended: list[Clock]
    began: Clock | None
    phase: str
    asked: list[tuple[int, datetime]]
    answered_at: datetime | None


@dataclass(slots=True)
class Track:
    """What the engine knows of one ticket between two Changes, besides the clocks that have ended for good."""

    at: datetime | None = None
    opened_at: datetime | None = None
    status: str = ""
    priority: str = ""
    team: int | None = None
    team_since: datetime | None = None
    solved_at: datetime | None = None
    phase: str = "silent"
    """"silent" until the customer has written, "asked" until the first answer to that, then "over"."""
    asked: list[tuple[int, datetime]] = field(default_factory=list)
    """What the customer wrote that nobody has answered."""
    answered_at: datetime | None = None
    policy: int | None = None
    calendar: int | None = None
    by_hand: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    """How many clocks of each metric there have been."""
    clocks: list[Clock] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    """Filled by a replay only."""

    def going_on(self, metric: str | None = None) -> list[Clock]:
        return [c for c in self.clocks if c.ended is None and (metric is None or c.metric == metric)]
