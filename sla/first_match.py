"""Which of several policies each of many tickets meets first: a few statements for hundreds of tickets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from agents.actors import Actor
from tickets.filters import TicketFilter
from tickets.models import Ticket

Key = TypeVar("Key")
Rule = tuple[Key, Sequence[Mapping[str, Sequence[str]]]]
"""A policy by whatever names it, and its conditions."""
HOUSE = Actor.system("sla")


def first_matches(rules: Iterable[Rule[Key]], tickets: Iterable[int]) -> dict[int, Key]:
    """By ticket the key of the first rule whose conditions it meets; tickets that meet none are left out.

    One statement for each parameter set, by the primary keys: give it some hundred tickets at a time.
    """
    found: dict[int, Key] = {}
    left = set(tickets)
    for key, conditions in rules:
        if not left:
            break
        met = meeting(conditions, left)
        found |= dict.fromkeys(met, key)
        left -= met
    return found


def meeting(conditions: Sequence[Mapping[str, Sequence[str]]], tickets: set[int]) -> set[int]:
    """Those of the tickets that meet any one of the parameter sets; all of them when there is none."""
    if not conditions:
        return set(tickets)
    met: set[int] = set()
    for parameters in conditions:
        rows = Ticket.objects.filter(pk__in=tickets - met)
        asked = TicketFilter(parameters, queryset=rows, actor=HOUSE)
        # What cannot be read any more (a field that is gone) is met by none, rather than by all.
        if asked.is_sound:
            met |= set(asked.qs.order_by().values_list("pk", flat=True))
    return met
