"""What stood unsolved at any instant, how old it was, and the balance that must come out even."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from reports.flowing import Flow
from reports.models import Kind
from reports.unsolved import Standing

if TYPE_CHECKING:
    from reports.querysets import SpanQuerySet
    from reports.selection import Selection

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGES: tuple[timedelta, ...] = (4 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY)
"""Where one bucket of age ends and the next begins; the last one has no end."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """At one instant: with us (new, open, on hold), with the customer (pending), and by age."""

    ours: int
    theirs: int
    ages: tuple[int, ...]

    @property
    def total(self) -> int:
        return self.ours + self.theirs


def backlog_at(moment: datetime, asked: Selection) -> Backlog:
    """Tickets created at or before the moment and not solved at it; the range of the selection does not matter."""
    return _counted(asked.spans().standing_at(moment), moment)


def backlog_at_end(asked: Selection) -> Backlog:
    """Just before the end of the range, as the figures "backlog…" and their drill-downs count it."""
    return _counted(asked.spans().standing_before(asked.end), asked.end)


def _counted(rows: SpanQuerySet, moment: datetime) -> Backlog:
    buckets = {f"age_{n}": Count("pk", filter=q) for n, q in enumerate(ages(moment))}
    found = rows.aggregate(theirs=Count("pk", filter=Q(status="pending")), total=Count("pk"), **buckets)
    by_age = tuple(found[name] for name in buckets)
    return Backlog(found["total"] - found["theirs"], found["theirs"], by_age)


def ages(moment: datetime) -> Sequence[Q]:
    """Younger than the first limit, …, older than the last. A limit itself belongs to the older bucket."""
    found, above = [], Q()
    for limit in AGES:
        found.append(above & Q(created__gt=moment - limit))
        above = Q(created__lte=moment - limit)
    return [*found, above]


@dataclass(frozen=True, slots=True)
class Balance:
    """What stood at both ends of a range, and all that came and went in between."""

    start: int
    end: int
    created: int
    reopened: int
    restored: int
    solved: int
    merged_away: int

    @property
    def is_even(self) -> bool:
        return self.end == self.start + self.created + self.reopened + self.restored - self.solved - self.merged_away


FLOWS = (Kind.CREATED, Kind.REOPENED, Kind.RESTORED, Kind.SOLVED, Kind.MERGED_AWAY)


def balance(asked: Selection) -> Balance:
    """Both ends are counted from spans, what lies between from facts: an inequality is a bug.

    Counts tickets that were merged away later, since they stood here until then; spam not even until it was tagged.
    Even without slices only: a ticket moves from team to team unnoticed.
    """
    backlog = Standing()
    return Balance(
        backlog.figure(replace(asked, end=asked.start), "backlog").n,
        backlog.figure(asked, "backlog").n,
        *(Flow(kind).figure(asked, f"flow_{kind}").n for kind in FLOWS),
    )
