"""How often a ticket went from hand to hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from reports.past import Past

AGENT, TEAM = "agent", "team"


class Reassigned(NamedTuple):
    at: datetime
    what: str


class _Hand(NamedTuple):
    at: datetime
    holder: int
    via: str


def reassignments(past: Past) -> list[Reassigned]:
    """Each time that another agent or team got it, after the first that had it, in order.

    Lying with nobody in between is no change of hands. A bulk edit that gives it back to whoever had it before is the
    undoing of one: neither counts.
    """
    if past.seen.isdisjoint(("assignee_changed", "team_changed")):
        return []
    found = [*_of(AGENT, _hands(past, "assignee_changed")), *_of(TEAM, _hands(past, "team_changed"))]
    return sorted(found)


def _of(what: str, hands: Iterator[_Hand]) -> list[Reassigned]:
    held: list[_Hand] = []
    for hand in hands:
        if held and held[-1].holder == hand.holder:
            continue
        if len(held) > 1 and held[-2].holder == hand.holder and held[-1].via == hand.via == "bulk":
            held.pop()
            continue
        held.append(hand)
    return [Reassigned(hand.at, what) for hand in held[1:]]


def _hands(past: Past, kind: str) -> Iterator[_Hand]:
    for gesture in past.gestures:
        for told, data in gesture.facts:
            named: dict[str, Any] | None = None
            if told == kind:
                named = data["to"]
            elif told == "opened" and kind == "team_changed":
                named = data["team"]
            if named:
                yield _Hand(gesture.at, named["id"], gesture.via)
