"""Who came back: how long after a solve its requester opened another ticket. The one fact that two tickets tell."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from reports.durations import lasted
from reports.models import Fact, Kind

# Longer than any REPORTS_RETURN_DAYS, so that the setting may be altered without telling everything anew.
LONGEST = timedelta(days=31)
KINDS = (Kind.CREATED, Kind.SOLVED)
# So many rows are written at once.
TOGETHER = 5000


class Opened(Protocol):
    """A creation: a fact, or so much of its row."""

    at: datetime
    ticket_id: int
    imported: bool


def follow_returns(changed: Iterable[Fact]) -> list[Fact]:
    """After these creations and solves came, went or altered: put right what solves of the same people say; those
    that were altered. Rides fact_by_customer; looks only around the moments that are concerned."""
    moments: dict[int, list[datetime]] = defaultdict(list)
    for fact in changed:
        if fact.kind in KINDS:
            moments[fact.requester_id].append(fact.at)
    altered: list[Fact] = []
    for requester, when in moments.items():
        altered += _of(requester, min(when) - LONGEST, max(when))
    if altered:
        Fact.objects.bulk_update(altered, ["returned_after"], batch_size=500)
    return altered


def _of(requester: int, start: datetime, end: datetime) -> list[Fact]:
    theirs = Fact.objects.filter(requester_id=requester, at__gte=start, at__lte=end + LONGEST, kind__in=KINDS)
    found = []
    for row, after in _that_differ(list(theirs.order_by("at", "pk"))):
        if row.at <= end:
            row.returned_after = after
            found.append(row)
    return found


def follow_all() -> int:
    """Put right what is written of all solves, in one pass over them; how many were altered."""
    columns = ("pk", "requester_id", "at", "kind", "ticket_id", "merged", "imported", "returned_after")
    rows = Fact.objects.filter(kind__in=KINDS).order_by("requester_id", "at", "pk")
    altered: list[Fact] = []
    read = rows.values_list(*columns, named=True).iterator(chunk_size=10000)
    for _requester, theirs in groupby(read, key=attrgetter("requester_id")):
        altered += [Fact(pk=row.pk, returned_after=after) for row, after in _that_differ(list(theirs))]
    # Not before all are read: what is read must not move.
    for start in range(0, len(altered), TOGETHER):
        Fact.objects.bulk_update(altered[start : start + TOGETHER], ["returned_after"], batch_size=500)
    return len(altered)


def returned_after(solve: Any, opened: Sequence[Opened]) -> int | None:
    """`opened` are the creations of one person in order. What an import brought says nothing of any ticket but those
    that came by one themselves: imported history counts only when it is asked for."""
    place = bisect_right(opened, solve.at, key=attrgetter("at"))
    for one in opened[place:]:
        if one.at - solve.at > LONGEST:
            return None
        if one.ticket_id != solve.ticket_id and (solve.imported or not one.imported):
            return lasted([(solve.at, one.at)], None)[0]
    return None


def _that_differ(rows: Sequence[Any]) -> Iterator[tuple[Any, int | None]]:
    """Of creations and solves of one person in order: the solves that do not say what they should, and what that is."""
    opened = [row for row in rows if row.kind == Kind.CREATED and not row.merged]
    for row in rows:
        if row.kind == Kind.SOLVED:
            after = returned_after(row, opened)
            if row.returned_after != after:
                yield row, after
