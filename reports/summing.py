"""From the facts of a day to its sums. Pure: a day that is not summed yet is told by the very same arithmetic."""

from __future__ import annotations

import json
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from reports.holding import Test, test_of
from reports.models.fact import TAG
from reports.slices import SLICES, Value

if TYPE_CHECKING:
    from reports.holding import Row as Fact

WHOSE = ("team_id", "agent_id", "channel", "priority", "language", "policy_id", "tags", "imported")
OF_FACTS = ("hour_of_week", "merged", "detail", "outcome", "first", "last", "reopened_after", "returned_after")
TIMES = ("seconds", "active", "ours", "theirs", "replies")
TIMES_IN_HOURS = ("business", "active_business", "ours_business", "theirs_business")
COLUMNS = ("kind", "at", "place", "ticket_id", *WHOSE, *OF_FACTS, *TIMES, *TIMES_IN_HOURS)
"""How a fact in hand is laid out; a span that began or ended is laid out alike, with its status behind."""
PLACES = {name: place for place, name in enumerate((*COLUMNS, "status"))}
AT, TICKET = PLACES["at"], PLACES["ticket_id"]
# Behind a fact of a chain: the number of its day.
ORDINAL = len(PLACES)

BEGAN, ENDED = "began", "ended"
"""Kinds of what is no fact: a span that began, or ended."""
LEFT_OUT = "left out"
"""A chain of all facts, whatever their kinds, of tickets that no figure counts."""
DETAIL = "detail"
"""Beside the keys of slices: the column of facts that says of what sort they are."""
UNPARTED = ""
SLICED = ("team", "agent", "channel", "priority", "language", "policy", "tag")
# The part of what is not parted.
ALL: Value = 0
# Raise it with every edit of what rows say, or of how they are written: sums of before are made anew then.
FORMAT = 1
FIRST_EVER = -1
WEEK = 7
NONE = Q()


@dataclass(frozen=True)
class Cell:
    """What is summed of a day: facts of some kinds for which something holds, and of how many of these `hit` holds; of
    a column how that is spread. `tickets`: the tickets that they are on, each once in any range of days."""

    kinds: tuple[str, ...]
    where: Q = NONE
    hit: Q | None = None
    column: str = ""
    tickets: bool = False
    # With tickets that were merged away later, as the balance counts; with imported ones; of these alone.
    merged: bool = False
    imported: bool = False
    left_out: bool = False
    detailed: bool = False
    parted: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """By what it is parted."""
        if not self.parted:
            return (UNPARTED,)
        of_facts = () if BEGAN in self.kinds else ("hour",)
        return (UNPARTED, *SLICED, *of_facts, *((DETAIL,) if self.detailed else ()))

    @property
    def chains(self) -> tuple[str, ...]:
        """Of tickets: the chains in which a ticket was counted before."""
        if not self.tickets:
            return ()
        return (LEFT_OUT,) if self.left_out else self.kinds

    @property
    def conditions(self) -> tuple[Q, ...]:
        """All of these must hold; those that most cells have in common come first."""
        merged, imported = NONE if self.merged else Q(merged=False), NONE if self.imported else Q(imported=False)
        column = Q(**{f"{self.column}__isnull": False}) if self.column else NONE
        return tuple(one for one in (merged, imported, self.where, column) if one)


class Row(NamedTuple):
    """Part by part: how many; of how many `hit` holds, or of a column the sum. Of tickets `since` says how many days
    before the same ticket was last counted, as [days, how often, days, how often, …], of all and of the hits."""

    parts: list[Value]
    n: list[int]
    more: list[int]
    since: list[list[list[int]]]
    values: array[int]

    def told(self) -> str:
        return json.dumps(self[:4], separators=(",", ":"))

    def packed(self) -> bytes:
        return _little(self.values).tobytes()

    def lists(self) -> Iterator[tuple[Value, int, array[int]]]:
        """Of each part the sum and the values in order."""
        start = 0
        for part, n, total in zip(self.parts, self.n, self.more, strict=True):
            yield part, total, self.values[start : start + n]
            start += n


NOTHING = Row([], [], [], [], array("I"))


def together(first: date, days: Sequence[tuple[date, Row]]) -> Row:
    """Of several days the same as of one that begins with the first: who was counted before in them counts once."""
    n: Counter[Value] = Counter()
    more: Counter[Value] = Counter()
    values: dict[Value, list[int]] = defaultdict(list)
    since: dict[Value, tuple[Counter[int], Counter[int]]] = defaultdict(lambda: (Counter(), Counter()))
    for day, row in days:
        n.update(dict(zip(row.parts, row.n, strict=True)))
        more.update(dict(zip(row.parts, row.more, strict=True)))
        if row.values:
            for part, _total, some in row.lists():
                values[part].extend(some)
        for part, both in zip(row.parts, row.since, strict=False):
            for counter, flat in zip(since[part], both, strict=True):
                _add_since(counter, flat, (day - first).days)
    names = sorted(n, key=_order)
    ordered = array("I", [value for part in names for value in sorted(values[part])])
    told = [[_flat(one) for one in since[part]] for part in names] if since else []
    return Row(names, [n[part] for part in names], [more[part] for part in names], told, ordered)


def _add_since(counter: Counter[int], flat: Sequence[int], later: int) -> None:
    for gap, often in zip(flat[::2], flat[1::2], strict=True):
        if gap == FIRST_EVER:
            counter[gap] += often
        elif gap > later:
            counter[gap - later] += often


def monday_of(day: date) -> date:
    """The first day of its week as it is summed, however the house counts its weeks."""
    return day - timedelta(days=day.weekday())


def read(told: str, packed: Any) -> Row:
    """As told() and packed() wrote it."""
    values = array("I")
    values.frombytes(packed)
    parts, n, more, since = json.loads(told)
    return Row(parts, n, more, since, _little(values))


def _little(values: array[int]) -> array[int]:
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values


Chains = Mapping[int, Sequence["Fact"]]
"""Of each ticket its facts of a kind, or all of one left out, in order, each with the number of its day behind."""


class Day:
    """The facts of one day, by kind; and of every ticket among them all that was ever counted of it until then."""

    def __init__(self, day: date, facts: Mapping[str, Sequence[Fact]], chains: Mapping[str, Chains]) -> None:
        self.day, self._facts, self._chains = day, facts, chains
        self._held: dict[tuple[Any, ...], list[Fact]] = {}
        self._cells: dict[Cell, list[Fact]] = {}

    def row(self, cell: Cell, key: str) -> Row | None:
        """None when nothing happened."""
        facts: Sequence[Fact] = self._those(cell)
        if not facts:
            return None
        parts, facts = _parted(facts, key)
        if cell.column:
            return _spread(parts, facts, PLACES[cell.column])
        n = Counter(parts)
        hits = Counter(compress(parts, map(_test(cell.hit), facts))) if cell.hit is not None else Counter()
        names = sorted(n, key=_order)
        since = self._since(cell, key, names) if cell.tickets else []
        return Row(names, [n[one] for one in names], [hits[one] for one in names], since, array("I"))

    def _those(self, cell: Cell) -> list[Fact]:
        """Of a column in its order."""
        if cell not in self._cells:
            found = self._held_by(cell.kinds, cell.conditions)
            if cell.column:
                place = PLACES[cell.column]
                found = sorted(found, key=lambda fact: fact[place])
            self._cells[cell] = found
        return self._cells[cell]

    def _held_by(self, kinds: tuple[str, ...], conditions: tuple[Q, ...]) -> list[Fact]:
        """Those for which all of it holds, found among those for which all but the last does."""
        known = (kinds, conditions)
        if known not in self._held:
            if not conditions:
                self._held[known] = [fact for kind in kinds for fact in self._facts.get(kind, ())]
            else:
                holds = _test(conditions[-1])
                self._held[known] = [fact for fact in self._held_by(kinds, conditions[:-1]) if holds(fact)]
        return self._held[known]

    def _since(self, cell: Cell, key: str, names: Sequence[Value]) -> list[list[list[int]]]:
        tickets = {fact[TICKET] for fact in self._those(cell)}
        chain = [fact for one in cell.chains for ticket in tickets for fact in self._chains[one].get(ticket, ())]
        for condition in cell.conditions:
            chain = list(filter(_test(condition), chain))
        hits = _test(cell.hit or NONE)
        every, those = _gaps(self.day, chain, key), _gaps(self.day, [fact for fact in chain if hits(fact)], key)
        return [[_flat(every.get(one)), _flat(those.get(one))] for one in names]


def _gaps(day: date, chain: Sequence[Fact], key: str) -> dict[Value, Counter[int]]:
    """By part, of the facts of this day: how many days before the one before it was, if there was one."""
    last: dict[tuple[int, Value], int] = {}
    found: dict[Value, Counter[int]] = defaultdict(Counter)
    today = day.toordinal()
    parts, facts = _parted(chain, key)
    for part, fact in zip(parts, facts, strict=True):
        at, one = fact[ORDINAL], (fact[TICKET], part)
        if at == today:
            found[part][today - last[one] if one in last else FIRST_EVER] += 1
        last[one] = at
    return found


def _flat(counter: Counter[int] | None) -> list[int]:
    return [number for pair in sorted(counter.items()) for number in pair] if counter else []


def counted_since(flat: Sequence[int], days: int) -> int:
    """How many were not counted in the `days` before already."""
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return sum(n for gap, n in pairs if gap > days or gap == FIRST_EVER)


def _parted(facts: Sequence[Fact], key: str) -> tuple[Sequence[Value], Sequence[Fact]]:
    """Side by side into which part each falls; with several tags a fact is there several times."""
    if key == UNPARTED:
        return [ALL] * len(facts), facts
    place = PLACES[DETAIL if key == DETAIL else SLICES[key].column]
    if key != "tag":
        return [fact[place] for fact in facts], facts
    pairs = [(tag, fact) for fact in facts for tag in tags_in(fact[place])]
    return [tag for tag, _fact in pairs], [fact for _tag, fact in pairs]


def tags_in(text: str) -> Iterable[str | None]:
    """Each tag that a text of Fact.tags names; None when it names none."""
    return text.strip(TAG).split(TAG) if text else (None,)


def _spread(parts: Sequence[Value], facts: Sequence[Fact], place: int) -> Row:
    found: dict[Value, list[int]] = defaultdict(list)
    for part, fact in zip(parts, facts, strict=True):
        found[part].append(fact[place])
    names = sorted(found, key=_order)
    values = array("I")
    for one in names:
        values.extend(found[one])
    return Row(names, [len(found[one]) for one in names], [sum(found[one]) for one in names], [], values)


def _order(part: Value) -> tuple[bool, Any]:
    return part is None, part


@lru_cache(maxsize=256)
def _test(condition: Q) -> Test:
    return test_of(condition, PLACES)
