"""What the engine is told: one Change of a ticket, reduced to what concerns its clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

# Facts that concern clocks. A Change with none of them is passed over, unless a policy was assigned with it.
KINDS = frozenset(
    {
        "opened",
        "message_added",
        "message_withdrawn",
        "status_changed",
        "priority_changed",
        "team_changed",
        "merged_into",
        "merge_undone",
        "split_from",
        "split_off",
        "split_undone",
        "sla_breached",
    }
)
# Facts that reach back into the past of the ticket: its clocks are made anew from all of it.
REACHING_BACK = frozenset({"message_withdrawn", "merge_undone", "split_from", "split_off", "split_undone"})

Facts = Iterable[tuple[str, Mapping[str, Any]]]


class Said(NamedTuple):
    """A public message: of who asks, or an answer of ours."""

    message: int
    by_customer: bool


class Assigned(NamedTuple):
    """The versions that hold from now on; None for no policy, or for the wall clock."""

    policy: int | None
    calendar: int | None
    by_hand: bool = False


@dataclass(slots=True)
class Occurrence:
    """One Change, or an assignment that came without one. What is None did not alter."""

    at: datetime
    change: int | None = None
    known_at: datetime | None = None
    """When we came to know of it, if that was later than it happened."""
    opened: bool = False
    by_customer: bool = False
    status: str | None = None
    priority: str | None = None
    team: int | None = None
    team_changed: bool = False
    said: list[Said] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    merged: bool = False
    merge_undone: bool = False
    taken_away: frozenset[int] = frozenset()
    """Messages that were split off."""
    given_back: bool = False
    """A split was undone."""
    assigned: Assigned | None = None
    noticed: bool = False
    """Somebody looks at the clocks: the sweep found one late, or the ticket comes from another just now."""

    @property
    def concerns_clocks(self) -> bool:
        """Something in it does. What does not is passed over by the subscriber and by a replay alike."""
        return bool(
            self.said
            or self.status
            or self.assigned
            or self.priority
            or self.team_changed
            or self.opened
            or self.withdrawn
            or self.merged
            or self.merge_undone
            or self.taken_away
            or self.given_back
            or self.noticed
        )


def occurrence(
    facts: Facts, at: datetime, change: int | None, *, by_customer: bool = False, assigned: Assigned | None = None
) -> Occurrence:
    """What these facts of one Change say. Moments are cut to their second."""
    told = Occurrence(at.replace(microsecond=0), change, assigned=assigned)
    for kind, data in facts:
        if kind == "message_added":
            _hear(told, data)
        elif kind == "status_changed":
            told.status = data["to"]
        elif kind == "priority_changed":
            told.priority = data["to"]
        elif kind == "team_changed":
            told.team, told.team_changed = _key(data["to"]), True
        elif kind == "opened":
            told.opened, told.by_customer = True, by_customer
            told.status, told.priority = data["status"], data["priority"]
            told.team, told.team_changed = _key(data["team"]), True
        elif kind == "message_withdrawn":
            told.withdrawn.append(data["message"])
        elif kind == "merged_into":
            told.merged = True
        elif kind == "merge_undone":
            told.merge_undone = bool(data.get("from_far_side"))
        elif kind == "split_undone":
            told.given_back = True
        elif kind in ("sla_breached", "split_from"):
            told.noticed = True
    return told


def _hear(told: Occurrence, data: Mapping[str, Any]) -> None:
    """Notes, automatic mails, plain thanks and words of people in copy neither start nor stop anything."""
    quiet = data["author"] == "system" or data.get("thanks") or data.get("participant")
    if data["public"] and not quiet:
        told.said.append(Said(data["message"], data["author"] == "customer"))


def _key(named: Mapping[str, Any] | None) -> int | None:
    return named["id"] if named else None
