"""The clockworks that this process has already made, by calendar version: versions never change, so none goes stale."""

from __future__ import annotations

from sla.calendar import Clockwork

MOST = 500
BY_VERSION: dict[int, Clockwork] = {}


def keep(version_id: int, clockwork: Clockwork) -> Clockwork:
    if len(BY_VERSION) >= MOST:
        BY_VERSION.clear()
    BY_VERSION[version_id] = clockwork
    return clockwork


def forget(version_id: int) -> None:
    """A row was just written under this number: what was known by it belonged to one that was rolled back."""
    BY_VERSION.pop(version_id, None)
