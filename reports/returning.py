"""Who came back: how long after a solve its requester opened another ticket. The one fact that two tickets tell."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

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


def follow_all() -> None:
    """The same for everybody at once, person by person in order; rides fact_returning."""
    rows = Fact.objects.filter(kind__in=(Kind.CREATED, Kind.SOLVED)).order_by("requester_id", "at", "pk")
    altered: list[Fact] = []
    for _requester, some in groupby(rows.iterator(chunk_size=5000), key=lambda row: row.requester_id):
        altered += _put_right(list(some))
        if len(altered) >= 2000:
            Fact.objects.bulk_update(altered, ["returned_after"], batch_size=500)
            altered = []
    Fact.objects.bulk_update(altered, ["returned_after"], batch_size=500)


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
