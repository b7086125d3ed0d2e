"""Rows parted by a slice or by day: every part counted, or its order statistics found, in one statement for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import Abs, RowNumber, TruncDate

from reports.figures import MEDIAN, P90, Figure, interpolated, rank_of, spread
from reports.slices import SLICES
from reports.slices import Value as SliceValue
from reports.summing import DETAIL, tags_in
from reports.zone import zone

DAY = "day"
"""Beside the keys of the slices: the day of the reporting zone."""

Part = SliceValue | date


class Tally(NamedTuple):
    n: int = 0
    hits: int = 0

    def plus(self, n: int, hits: int) -> Tally:
        return Tally(self.n + n, self.hits + hits)


@dataclass(frozen=True)
class By:
    """Into which part a row falls; `tags`: into one for each tag that its text names."""

    part: Any
    tags: bool = False


def by_of_rows(key: str) -> By:
    """Of facts and spans; only facts have a day."""
    if key == DAY:
        return By(TruncDate("at", tzinfo=zone()))
    if key == DETAIL:
        return By(F(DETAIL))
    return By(F(SLICES[key].column), tags=key == "tag")


def by_steps(ends: Sequence[datetime], column: str = "at") -> By:
    """Into the first step that has not ended, by its place. Steps follow each other; behind the last lies nothing."""
    return By(Case(*(When(**{f"{column}__lt": end}, then=Value(place)) for place, end in enumerate(ends))))


def tallied(rows: QuerySet[Any], by: By, *, hits: bool, tickets: bool = False) -> dict[Part, Tally]:
    """How many rows (or tickets) each part holds, and for how many `hit` holds."""
    rows = rows.order_by().annotate(part=by.part)
    if by.tags and tickets:
        return _tickets_by_tag(rows)
    what = "ticket_id" if tickets else "pk"
    counts = {"n": Count(what, distinct=tickets)}
    if hits:
        counts["hit_n"] = Count(what, filter=Q(hit=True), distinct=tickets)
    found: dict[Part, Tally] = {}
    for row in rows.values("part").annotate(**counts):
        for part in parts_of(row["part"], by):
            found[part] = found.get(part, Tally()).plus(row["n"], row.get("hit_n", 0))
    return found


def _tickets_by_tag(rows: QuerySet[Any]) -> dict[Part, Tally]:
    """One by one: the same ticket counts once, however its tags went on."""
    every: dict[Part, set[int]] = defaultdict(set)
    those: dict[Part, set[int]] = defaultdict(set)
    for text, ticket, hit in rows.values_list("part", "ticket_id", "hit").iterator(chunk_size=5000):
        for part in tags_in(text):
            every[part].add(ticket)
            if hit:
                those[part].add(ticket)
    return {part: Tally(len(tickets), len(those[part])) for part, tickets in every.items()}


def spread_parts(rows: QuerySet[Any], by: By) -> dict[Part, Figure]:
    """Median, p90 and mean of `measured` in each part: the neighbours of both ranks come from one pass in order."""
    rows = rows.order_by().annotate(part=by.part)
    if by.tags:
        return _spread_by_tag(rows)
    window: dict[str, Any] = {"partition_by": by.part}
    placed = rows.annotate(
        n=Window(Count("pk"), **window),
        total=Window(Sum("measured"), **window),
        nth=Window(RowNumber(), order_by="measured", **window),
    )
    # Less than one place away from the rank p(n-1), in whole numbers: one or two rows for each of both.
    around = placed.annotate(
        off_median=Abs(2 * (F("nth") - 1) - (F("n") - 1)), off_p90=Abs(10 * (F("nth") - 1) - 9 * (F("n") - 1))
    ).filter(Q(off_median__lt=2) | Q(off_p90__lt=10))
    values: dict[Part, dict[int, int]] = defaultdict(dict)
    sums: dict[Part, tuple[int, int]] = {}
    for part, nth, value, n, total in around.values_list("part", "nth", "measured", "n", "total"):
        values[part][nth - 1] = value
        sums[part] = (n, int(total))
    return {part: _figure(values[part], n, total) for part, (n, total) in sums.items()}


def _figure(values: dict[int, int], n: int, total: int) -> Figure:
    def at(rank: Any) -> float:
        below = values[int(rank)]
        return interpolated(below, values.get(int(rank) + 1, below), rank)

    return Figure(at(rank_of(MEDIAN, n)), n, at(rank_of(P90, n)), total / n)


def _spread_by_tag(rows: QuerySet[Any]) -> dict[Part, Figure]:
    found: dict[Part, list[int]] = defaultdict(list)
    for text, value in rows.values_list("part", "measured").iterator(chunk_size=5000):
        for part in tags_in(text):
            found[part].append(value)
    return {part: spread(values) for part, values in found.items()}


def parts_of(value: Any, by: By) -> Iterator[Part]:
    return iter(tags_in(value) if by.tags else (value,))
