"""What this process has already made of versions of calendars and policies: they never change, so none goes stale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sla.calendar import Clockwork

if TYPE_CHECKING:
    from sla.terms import Wording

MOST = 500
BY_VERSION: dict[int, Clockwork] = {}
WORDINGS: dict[int, Wording] = {}


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was known of the policies of the house, until a moment of this process's own clock."""

    until: float
    idle: bool
    """No policy is active, and no ticket ever had one."""
    read: frozenset[str]
    """The facts that conditions of active policies read."""


POLICIES: dict[str, Remembered] = {}
"""One at most, under ""."""


def keep(version_id: int, clockwork: Clockwork) -> Clockwork:
    if len(BY_VERSION) >= MOST:
        BY_VERSION.clear()
    BY_VERSION[version_id] = clockwork
    return clockwork


def forget(version_id: int) -> None:
    """A row was just written under this number: what was known by it belonged to one that was rolled back."""
    BY_VERSION.pop(version_id, None)


def keep_wording(version_id: int, wording: Wording) -> None:
    if len(WORDINGS) >= MOST:
        WORDINGS.clear()
    WORDINGS[version_id] = wording


def forget_wording(version_id: int) -> None:
    """As forget(), of a version of a policy; and what is remembered of all of them."""
    WORDINGS.pop(version_id, None)
    forget_policies()


def forget_policies() -> None:
    """Policies were altered in this process."""
    POLICIES.clear()
