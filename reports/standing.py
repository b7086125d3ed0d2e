"""How a ticket stood at each time of its life: its state, whose it was, its tags and the policy in force."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from reports.past import Gesture, InForce, Past
from tickets.models import Priority

OPEN = frozenset({"new", "open", "pending", "on_hold"})
_PRIORITIES = {item.slug: int(item) for item in Priority}
_NOTHING: frozenset[Any] = frozenset()


class Stand(NamedTuple):
    """The ticket from `at` on."""

    at: datetime
    status: str
    team: int | None = None
    agent: int | None = None
    priority: int = int(Priority.NORMAL)
    language: str = ""
    tags: frozenset[str] = _NOTHING
    policy: int | None = None
    calendar_version: int | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def told(self) -> tuple[Any, ...]:
        """All that a span says of it: neither when it began nor by which opening hours."""
        return self[1:-1]


class Stands:
    """The stands of one ticket in order, each differing from the one before; several gestures of one instant leave the
    last of them."""

    def __init__(self, past: Past) -> None:
        self.undone = undone_moves(past)
        begun = past.gestures[0].at
        stand = Stand(begun, "", language=_first_language(past))
        self.stands = [stand]
        for at, step in _steps(past):
            if isinstance(step, InForce):
                after = stand._replace(policy=step.policy, calendar_version=step.calendar_version)
            else:
                after = self._after(stand, step)
            if after is stand:
                continue
            if at == stand.at:
                self.stands[-1] = stand = after
            else:
                stand = after._replace(at=at)
                self.stands.append(stand)
        self._moments = [one.at for one in self.stands]

    def at(self, moment: datetime) -> Stand:
        """How it stood at that moment; before its creation, as it was created."""
        return self.stands[max(0, bisect_right(self._moments, moment) - 1)]

    def _after(self, stand: Stand, gesture: Gesture) -> Stand:
        for place, (kind, data) in enumerate(gesture.facts):
            if kind in _TOLD and (gesture.key, place) not in self.undone:
                stand = _TOLD[kind](stand, data)
        return stand


def _steps(past: Past) -> list[tuple[datetime, Gesture | InForce]]:
    if not past.policies:
        return [(one.at, one) for one in past.gestures]
    begun = past.gestures[0].at
    # Of one instant the policy first: a gesture is told under what it was given.
    steps: list[tuple[datetime, Gesture | InForce]] = [(max(one.at, begun), one) for one in past.policies]
    return sorted([*steps, *((one.at, one) for one in past.gestures)], key=itemgetter(0))


def _opened(stand: Stand, data: Mapping[str, Any]) -> Stand:
    return stand._replace(status=data["status"], team=_key(data["team"]), priority=_PRIORITIES[data["priority"]])


_TOLD: dict[str, Callable[[Stand, Mapping[str, Any]], Stand]] = {
    "opened": _opened,
    "status_changed": lambda stand, data: stand._replace(status=data["to"]),
    "priority_changed": lambda stand, data: stand._replace(priority=_PRIORITIES[data["to"]]),
    "assignee_changed": lambda stand, data: stand._replace(agent=_key(data["to"])),
    "team_changed": lambda stand, data: stand._replace(team=_key(data["to"])),
    "language_changed": lambda stand, data: stand._replace(language=data["to"]),
    "tag_added": lambda stand, data: stand._replace(tags=stand.tags | {data["tag"]}),
    "tag_removed": lambda stand, data: stand._replace(tags=stand.tags - {data["tag"]}),
}


def undone_moves(past: Past) -> frozenset[tuple[int, int]]:
    """(Change, place) of moves that were never meant: sending set a state, and taking the reply back put it back."""
    if "message_withdrawn" not in past.seen:
        return _NOTHING
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
    if "language_changed" in past.seen:
        for gesture in past.gestures:
            for data in gesture.told("language_changed"):
                return str(data["from"])
    return past.language


def _key(named: Mapping[str, Any] | None) -> int | None:
    return named["id"] if named else None
