"""Judges figures by what the house wants of them: which target counts for a selection, and how a figure stands to it.

Figures that count what happened are wanted per day, month or quarter, and grow with the range; everything else is
wanted as it is, whatever the range. A target of a team counts for exactly that team. Where a team has none of its own,
that of the house counts for it, except of counts, which are those of the whole house and of nothing less.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from reports.kpi import DOWN, EITHER, SECONDS, UP, Kpi
from reports.measures import Counted
from reports.metrics import KPIS
from reports.models import Target
from reports.ratios import Net
from reports.unsolved import Standing
from reports.zone import day_of, start_of

if TYPE_CHECKING:
    from reports.figures import Figure
    from reports.selection import Selection

MET, NEAR, MISSED, NONE = "met", "near", "missed", "none"
NEAR_BY = 0.1
"""Of the target: so much beside it is near it."""
_EXACT = 1e-9
_MONTHS_OF_QUARTER = 3


def grows(kpi: Kpi) -> bool:
    """Twice the days, twice the figure."""
    return isinstance(kpi.measure, Counted | Net)


def is_of_all(kpi: Kpi) -> bool:
    """Of less than all it is a smaller number, so that a target of the house says nothing about a part of it."""
    return isinstance(kpi.measure, Counted | Net | Standing)


def targetable() -> list[Kpi]:
    """Those of which one direction is better."""
    return [kpi for kpi in KPIS.values() if kpi.better != EITHER]


class Targets:
    """All targets with their history, read in one statement: ask one of these for every figure of a page."""

    def __init__(self, rows: Iterable[Target]) -> None:
        self._rows: dict[tuple[str, int | None, bool], list[Target]] = defaultdict(list)
        for row in rows:
            self._rows[row.kpi, row.team_id, row.business].append(row)

    @classmethod
    def load(cls) -> Targets:
        return cls(Target.objects.in_order())

    def value(self, key: str, asked: Selection) -> float | None:
        """What is wanted of the figure, in its unit; None: nothing is. Of a range in which it altered, what counts on
        its last day; of counts what counted on each of its days."""
        kpi = KPIS.get(key)
        if kpi is None or kpi.better == EITHER or asked.end <= asked.start:
            return None
        if grows(kpi):
            return _summed(self._rows_of_all(kpi, asked), asked)
        day = day_of(asked.end - timedelta(microseconds=1))
        if is_of_all(kpi):
            return _value(in_force(self._rows_of_all(kpi, asked), day))
        business, team = asked.business and kpi.unit == SECONDS, _only_team(asked)
        own = None if team is None else _value(in_force(self._rows.get((key, team, business), []), day))
        return own if own is not None else _value(in_force(self._rows.get((key, None, business), []), day))

    def standing(self, key: str, figure: Figure, asked: Selection) -> str:
        """ "met", "near" (within NEAR_BY of it), "missed", or "none" where there is no figure or no target."""
        kpi = KPIS.get(key)
        return stands(kpi.better, figure.value, self.value(key, asked)) if kpi else NONE

    def line(self, key: str, asked: Selection, first: date, last: date) -> float | None:
        """What is wanted of the days [first, last) in full, for the line in a chart whose bars are such steps."""
        return self.value(key, replace(asked, start=start_of(first), end=start_of(last)))

    def _rows_of_all(self, kpi: Kpi, asked: Selection) -> list[Target]:
        """Nothing when the figure is of less than the house or one team."""
        team = _only_team(asked)
        if any(values for key, values in asked.slices.items() if key != "team" or team is None):
            return []
        if team is None and asked.actor is not None and not asked.actor.sees_all_tickets:
            return []
        return self._rows.get((kpi.key, team, False), [])


def standing(key: str, figure: Figure, asked: Selection) -> str:
    """As Targets.standing(), for one figure alone: one statement each time."""
    return Targets(Target.objects.filter(kpi=key).in_order()).standing(key, figure, asked)


def _only_team(asked: Selection) -> int | None:
    teams = list(asked.slices.get("team") or ())
    return teams[0] if len(teams) == 1 and isinstance(teams[0], int) else None


def _value(row: Target | None) -> float | None:
    return row.value if row else None


def stands(better: str, value: float | None, wanted: float | None) -> str:
    """How a value stands to what is wanted; a target that is hit exactly is met."""
    if better not in {UP, DOWN} or value is None or wanted is None:
        return NONE
    short, exact = (wanted - value if better == UP else value - wanted), _EXACT * max(1.0, abs(wanted))
    if short <= exact:
        return MET
    return NEAR if short <= NEAR_BY * abs(wanted) + exact else MISSED


def in_force(rows: list[Target], day: date) -> Target | None:
    """Of rows of one thing the last that had begun."""
    begun = [row for row in rows if row.since <= day]
    return max(begun, key=lambda row: (row.since, row.pk)) if begun else None


def _summed(rows: list[Target], asked: Selection) -> float | None:
    """Day by day, of a day that is going on the part that is over; None when one of the days has no target."""
    total, day = 0.0, day_of(asked.start)
    if not rows:
        return None
    while (begins := start_of(day)) < asked.end:
        ends = start_of(day + timedelta(days=1))
        row = in_force(rows, day)
        if row is None or row.value is None:
            return None
        part = (min(ends, asked.end) - max(begins, asked.start)) / (ends - begins)
        total += row.value / _days(row.per, day) * part
        day += timedelta(days=1)
    return total


def _days(per: str, day: date) -> int:
    """Of the day, the month or the quarter in which it lies."""
    if per == Target.Per.MONTH:
        return monthrange(day.year, day.month)[1]
    if per == Target.Per.QUARTER:
        first = (day.month - 1) // _MONTHS_OF_QUARTER * _MONTHS_OF_QUARTER + 1
        return sum(monthrange(day.year, first + n)[1] for n in range(_MONTHS_OF_QUARTER))
    return 1
