"""Says of a row in hand whether a condition holds for it: what SQL asks and what is summed stay one definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q

Row = tuple[Any, ...]
Test = Callable[[Row], bool]


def test_of(condition: Q, places: Mapping[str, int]) -> Test:
    """`places` say where in a row each column stands. As in SQL nothing compares with NULL but `isnull`."""
    children: list[Any] = condition.children
    tests = [test_of(one, places) if isinstance(one, Q) else _compared(places, *one) for one in children]
    if condition.connector not in (Q.AND, Q.OR):
        raise ValueError(condition.connector)
    together, negated = all if condition.connector == Q.AND else any, condition.negated
    if len(tests) == 1 and not negated:
        return tests[0]
    return lambda row: together([test(row) for test in tests]) != negated


def _compared(places: Mapping[str, int], name: str, wanted: Any) -> Test:
    column, _sep, lookup = name.partition("__")
    place = places[column]
    match lookup:
        case "":
            return lambda row: row[place] == wanted
        case "in":
            those = frozenset(wanted)
            return lambda row: row[place] in those
        case "isnull":
            return lambda row: (row[place] is None) == wanted
        case "lte":
            return lambda row: row[place] is not None and row[place] <= wanted
        case "gt":
            return lambda row: row[place] is not None and row[place] > wanted
    raise ValueError(name)
