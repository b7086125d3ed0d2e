"""How many times a second business time is reckoned, beside what one bare bisection of the same list costs."""

from __future__ import annotations

import random
import timeit
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sla.calendar import BusinessTime, Schedule

WEEK = (*[((540, 720), (765, 1020))] * 5, (), ())  # 09:00-12:00 and 12:45-17:00 on working days
CLOSED = {date(year, 12, day): "Christmas" for year in (2024, 2025, 2026) for day in (24, 25, 26)}


def rates(asked: int = 2000, rounds: int = 5) -> dict[str, float]:
    """Calls a second of `between` and `add`, the best round of each, over moments of two years; and of bare bisects."""
    chance = random.Random(42)
    hours = BusinessTime(Schedule("Europe/Copenhagen", WEEK, CLOSED))
    start = datetime(2025, 1, 1, tzinfo=UTC)
    spans = [
        (moment, moment + timedelta(seconds=chance.randrange(10 * 86400)), chance.randrange(40 * 3600))
        for moment in (start + timedelta(seconds=chance.randrange(720 * 86400)) for _ in range(asked))
    ]
    opens = hours.schedule.hours.covering(*(int(spans[0][0].timestamp()),) * 2).opens
    numbers = [int(moment.timestamp()) for moment, _, _ in spans]

    def between() -> None:
        for a, b, _ in spans:
            hours.between(a, b)

    def add() -> None:
        for a, _, seconds in spans:
            hours.add(a, seconds)

    def bare() -> None:
        for number in numbers:
            bisect_right(opens, number)

    works: dict[str, Callable[[], None]] = {"between": between, "add": add, "bare bisect": bare}
    return {name: asked / min(timeit.repeat(work, number=1, repeat=rounds)) for name, work in works.items()}


def lines() -> list[str]:
    found = rates()
    bare = found["bare bisect"]
    return [
        f"Business time, {name}: {rate:,.0f} calls a second, {bare / rate:.1f} × a bare bisect."
        for name, rate in found.items()
        if name != "bare bisect"
    ]


if __name__ == "__main__":
    print("\n".join(lines()))
