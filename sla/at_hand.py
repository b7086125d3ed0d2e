"""Conditions that a ticket in memory answers by itself, so that a new ticket asks the database for the others only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tickets.models import Priority, Ticket
from tickets.query_keys import KEYS
from tickets.query_moments import split
from tickets.query_text import NOT, single
from tickets.query_words import OPERATORS

_KEYS = {key.name: key for key in KEYS}
_COLUMNS = {
    "team": "team_id",
    "assignee": "assignee_id",
    "requester": "requester_id",
    "organization": "organization_id",
}
_WORDS = ("status", "type", "channel")
_RANKS = {item.slug: int(item) for item in Priority}


def meets(ticket: Ticket, parameters: Mapping[str, Sequence[str]]) -> bool | None:
    """Whether it meets the set, as TicketFilter would find; None when that takes the database."""
    answers = [_meets_one(ticket, name, values) for name, values in parameters.items() if values]
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def _meets_one(ticket: Ticket, name: str, values: Sequence[str]) -> bool | None:
    plain = name.removeprefix(NOT)
    if plain not in _COLUMNS and plain not in _WORDS and plain != "priority":
        return None
    wanted = single(_KEYS[plain], values)
    if plain == "priority":
        met = _ranks_among(ticket.priority, wanted)
    elif plain in _WORDS:
        met = getattr(ticket, plain) in wanted
    else:
        if not all(value == "none" or value.isdigit() for value in wanted):
            return None
        held = getattr(ticket, _COLUMNS[plain])
        met = ("none" if held is None else str(held)) in wanted
    return met is not name.startswith(NOT)


def _ranks_among(rank: int, wanted: Sequence[str]) -> bool:
    """Single values by OR; ranges by AND, also with those."""
    plain = [_RANKS.get(value) for value in wanted if not value.startswith(OPERATORS)]
    if plain and rank not in plain:
        return False
    return all(_within(rank, value) for value in wanted if value.startswith(OPERATORS))


def _within(rank: int, value: str) -> bool:
    operator, slug = split(value)
    bound = _RANKS[slug]
    return {">=": rank >= bound, "<=": rank <= bound, ">": rank > bound, "<": rank < bound}[operator]
