"""Which teams hand out by themselves, remembered for some seconds, so that a change of a ticket need not ask."""

from __future__ import annotations

import time

from automation.models import TeamRouting

# What another process has switched is known here so much later; until then the sweep sees to that team.
KNOWN_FOR = 10.0

_teams: frozenset[int] = frozenset()
_read_at: float | None = None


def automatic_teams() -> frozenset[int]:
    global _teams, _read_at
    if _read_at is None or time.monotonic() - _read_at > KNOWN_FOR:
        remember(frozenset(TeamRouting.objects.automatic().values_list("pk", flat=True)))
    return _teams


def remember(teams: frozenset[int]) -> None:
    global _teams, _read_at
    _teams, _read_at = teams, time.monotonic()


def forget() -> None:
    """A team was switched: the next question asks the database."""
    global _read_at
    _read_at = None
