"""Calendar and business seconds between two moments, by the opening hours in force on the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sla.calendar import WALL_CLOCK, NoOpening
from sla.schedules import clockwork

Part = tuple[datetime, datetime]


def lasted(parts: Sequence[Part], calendar_version: int | None) -> tuple[int, int | None]:
    """(calendar seconds, business seconds) of these times together; the second is None without opening hours.

    Moments are cut to their second first, as promises cut them.
    """
    calendar = sum([WALL_CLOCK.between(a, b) for a, b in parts])
    if calendar_version is None:
        return calendar, None
    hours = clockwork(calendar_version)
    try:
        return calendar, sum([hours.between(a, b) for a, b in parts])
    except (NoOpening, OverflowError):
        return calendar, None
