"""How long customers waited for answers: the first, and one for each run of messages that nobody had answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import datetime
from typing import Any, NamedTuple

from reports.past import Past
from reports.standing import OPEN

DONE = frozenset({"solved", "closed"})


class Answer(NamedTuple):
    """A public message of an agent that somebody waited for."""

    at: datetime
    since: datetime
    author: int | None
    first: bool


def answers(past: Past, undone: Set[tuple[int, int]]) -> Iterator[Answer]:
    """In order. A ticket that an agent opened has no first answer; from the first on each run counts once, and a
    solve ends it without one. What was taken back was never said; notes, automatic mail, plain thanks and what people
    in copy write say nothing.
    """
    withdrawn = taken_back(past)
    opening = past.gestures[0]
    first_owed = not opened_by_agent(past)
    asked: datetime | None = None
    for gesture in past.gestures:
        solved = False
        for place, (kind, data) in enumerate(gesture.facts):
            if kind == "status_changed":
                solved |= data["from"] in OPEN and data["to"] in DONE and (gesture.key, place) not in undone
            elif kind != "message_added" or data["message"] in withdrawn or not is_public(data):
                continue
            elif data["author"] == "agent":
                if first_owed:
                    yield Answer(gesture.at, opening.at, gesture.actor_id, first=True)
                elif asked is not None:
                    yield Answer(gesture.at, asked, gesture.actor_id, first=False)
                first_owed, asked = False, None
            elif not first_owed and asked is None:
                asked = gesture.at
        if solved:
            asked = None


def is_public(data: Mapping[str, Any]) -> bool:
    """Words between who asks and an agent."""
    quiet = data["author"] == "system" or data.get("thanks") or data.get("participant")
    return bool(data["public"]) and not quiet


def taken_back(past: Past) -> frozenset[int]:
    if "message_withdrawn" not in past.seen:
        return frozenset()
    return frozenset(data["message"] for one in past.gestures for data in one.told("message_withdrawn"))


def opened_by_agent(past: Past) -> bool:
    """Nobody asked: an agent opened it, and no words of the requester came with it."""
    opening = past.gestures[0]
    if opening.actor_kind == "customer":
        return False
    said = opening.told("message_added")
    return not any(data["author"] == "customer" and not data.get("participant") for data in said)
