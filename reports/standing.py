"""How a ticket stood at each time of its life: its state, whose it was, its tags and the policy in force."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from reports.past import Gesture, InForce, Past
from tickets.models import Priority

OPEN = frozenset({"new", "open", "pending", "on_hold"})
_PRIORITIES = {item.slug: int(item) for item in Priority}


@dataclass(frozen=True, slots=True)
class Stand:
    """The ticket from `at` on."""

    at: datetime
    status: str
    team: int | None = None
    agent: int | None = None
    priority: int = int(Priority.NORMAL)
    language: str = ""
    tags: frozenset[str] = frozenset()
    policy: int | None = None
    calendar_version: int | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class Stands:
    """The stands of one ticket in order; several gestures of one instant leave the last of them."""

    def __init__(self, past: Past) -> None:
        self.undone = undone_moves(past)
        self.stands: list[Stand] = []
        begun = past.gestures[0].at
        stand = Stand(begun, "", language=_first_language(past))
        # Of one instant the policy first: a gesture is told under what it was given.
        steps: list[tuple[datetime, int, Gesture | InForce]] = [(one.at, 1, one) for one in past.gestures]
        steps += [(max(one.at, begun), 0, one) for one in past.policies]
        for at, _order, step in sorted(steps, key=lambda step: step[:2]):
            if isinstance(step, InForce):
                stand = replace(stand, policy=step.policy, calendar_version=step.calendar_version)
            else:
                stand = self._after(stand, step)
            stand = replace(stand, at=at)
            self._stood(stand)
        self._moments = [one.at for one in self.stands]

    def at(self, moment: datetime) -> Stand:
        """How it stood at that moment; before its creation, as it was created."""
        return self.stands[max(0, bisect_right(self._moments, moment) - 1)]

    def _stood(self, stand: Stand) -> None:
        if self.stands and self.stands[-1].at == stand.at:
            self.stands[-1] = stand
        else:
            self.stands.append(stand)

    def _after(self, stand: Stand, gesture: Gesture) -> Stand:
        for place, (kind, data) in enumerate(gesture.facts):
            if (gesture.key, place) not in self.undone:
                stand = _told(stand, kind, data)
        return stand


def _told(stand: Stand, kind: str, data: Mapping[str, Any]) -> Stand:
    match kind:
        case "opened":
            return replace(
                stand, status=data["status"], team=_key(data["team"]), priority=_PRIORITIES[data["priority"]]
            )
        case "status_changed":
            return replace(stand, status=data["to"])
        case "priority_changed":
            return replace(stand, priority=_PRIORITIES[data["to"]])
        case "assignee_changed":
            return replace(stand, agent=_key(data["to"]))
        case "team_changed":
            return replace(stand, team=_key(data["to"]))
        case "language_changed":
            return replace(stand, language=data["to"])
        case "tag_added":
            return replace(stand, tags=stand.tags | {data["tag"]})
        case "tag_removed":
            return replace(stand, tags=stand.tags - {data["tag"]})
    return stand


def undone_moves(past: Past) -> frozenset[tuple[int, int]]:
    """(Change, place) of moves that were never meant: sending set a state, and taking the reply back put it back."""
    found: set[tuple[int, int]] = set()
    for gesture in past.gestures:
        withdrawn = {data["message"] for data in gesture.told("message_withdrawn")}
        back = [
            n for n, (kind, data) in enumerate(gesture.facts) if _is_move(kind) and data.get("reason") == "withdrawn"
        ]
        if not withdrawn or not back:
            continue
        added = [one for one in past.gestures if withdrawn & {data["message"] for data in one.told("message_added")}]
        found |= {(gesture.key, place) for place in back}
        for sent in added:
            found |= {(sent.key, place) for place, (kind, _data) in enumerate(sent.facts) if _is_move(kind)}
    return frozenset(found)


def _is_move(kind: str) -> bool:
    return kind == "status_changed"


def _first_language(past: Past) -> str:
    """The creation does not say it: what the first alteration altered, or what was never altered."""
    for gesture in past.gestures:
        for data in gesture.told("language_changed"):
            return str(data["from"])
    return past.language


def _key(named: Mapping[str, Any] | None) -> int | None:
    return named["id"] if named else None
