"""Who came back: how long after a solve its requester opened another ticket. The one fact that two tickets tell."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from reports.durations import lasted
from reports.models import Fact, Kind

# Longer than any REPORTS_RETURN_DAYS, so that the setting may be altered without telling everything anew.
LONGEST = timedelta(days=31)


def follow_returns(changed: Iterable[Fact]) -> list[Fact]:
    """After these creations and solves came, went or altered: put right what solves of the same people say; those
    that were altered. Rides fact_returning; looks only around the moments that are concerned."""
    moments: dict[int, list[datetime]] = defaultdict(list)
    for fact in changed:
        if fact.kind in (Kind.CREATED, Kind.SOLVED):
            moments[fact.requester_id].append(fact.at)
    altered: list[Fact] = []
    for requester, when in moments.items():
        altered += _of(requester, min(when) - LONGEST, max(when))
    if altered:
        Fact.objects.bulk_update(altered, ["returned_after"], batch_size=500)
    return altered


def _of(requester: int, start: datetime, end: datetime) -> list[Fact]:
    theirs = Fact.objects.filter(requester_id=requester, at__gte=start, at__lte=end + LONGEST)
    rows = list(theirs.filter(kind__in=(Kind.CREATED, Kind.SOLVED)).order_by("at", "pk"))
    return [row for row in _put_right(rows) if row.at <= end]


def returned_after(solved: datetime, ticket: int, opened: list[tuple[datetime, int]]) -> int | None:
    """`opened` are the creations of one person in order."""
    place = bisect_right(opened, solved, key=lambda one: one[0])
    for at, other in opened[place:]:
        if at - solved > LONGEST:
            return None
        if other != ticket:
            return lasted([(solved, at)], None)[0]
    return None


def follow_together(facts: Iterable[Fact]) -> None:
    """Of people all of whose facts these are, before they are written."""
    theirs: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.kind in (Kind.CREATED, Kind.SOLVED):
            theirs[fact.requester_id].append(fact)
    for rows in theirs.values():
        _put_right(sorted(rows, key=lambda row: row.at))


def follow_people(requesters: Iterable[int]) -> None:
    """Put right what is written of these people's solves; rides fact_returning."""
    for requester in requesters:
        rows = Fact.objects.filter(requester_id=requester, kind__in=(Kind.CREATED, Kind.SOLVED)).order_by("at", "pk")
        Fact.objects.bulk_update(_put_right(list(rows)), ["returned_after"], batch_size=500)


def _put_right(rows: list[Fact]) -> list[Fact]:
    """Creations and solves of one person in order; the solves that now say something else."""
    opened = [(row.at, row.ticket_id) for row in rows if row.kind == Kind.CREATED and not row.merged]
    altered = []
    for row in rows:
        if row.kind != Kind.SOLVED:
            continue
        after = returned_after(row.at, row.ticket_id, opened)
        if row.returned_after != after:
            row.returned_after = after
            altered.append(row)
    return altered
