"""How often a ticket went from hand to hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from reports.past import Past
from tickets.bulk import taken_back

AGENT, TEAM = "agent", "team"


class Reassigned(NamedTuple):
    at: datetime
    what: str


class _Hand(NamedTuple):
    at: datetime
    holder: int


def reassignments(past: Past) -> list[Reassigned]:
    """Each time that another agent or team got it, after the first that had it, in order.

    Lying with nobody in between is no change of hands. Of a bulk edit that was undone neither it nor its undoing
    counts: nobody ever meant it.
    """
    if past.seen.isdisjoint(("assignee_changed", "team_changed")):
        return []
    undone = _undone(past)
    found = [*_of(AGENT, _hands(past, "assignee_changed", undone)), *_of(TEAM, _hands(past, "team_changed", undone))]
    return sorted(found)


def _of(what: str, hands: Iterator[_Hand]) -> list[Reassigned]:
    held: list[_Hand] = []
    for hand in hands:
        if not held or held[-1].holder != hand.holder:
            held.append(hand)
    return [Reassigned(hand.at, what) for hand in held[1:]]


def _undone(past: Past) -> frozenset[str]:
    """The names of undoings and of what they took back; no other Change lies between both (tickets.bulk.undo)."""
    found = set()
    for gesture in past.gestures:
        back = taken_back(gesture.via, gesture.name)
        if back and gesture.name:
            found |= {back, gesture.name}
    return frozenset(found)


def _hands(past: Past, kind: str, undone: frozenset[str]) -> Iterator[_Hand]:
    for gesture in past.gestures:
        if gesture.name in undone:
            continue
        for told, data in gesture.facts:
            named: dict[str, Any] | None = None
            if told == kind:
                named = data["to"]
            elif told == "opened" and kind == "team_changed":
                named = data["team"]
            if named:
                yield _Hand(gesture.at, named["id"])
