"""What is owed to somebody outside the house: taken by one worker for a while, settled by it alone, put off in vain.

A row has `state`, `attempts`, `crashes`, `claimed_until`, `due_at` and `created_at`. An attempt is counted when a
worker takes the row, so that it also fences off a worker that wakes up late.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.claims import claim

Row = TypeVar("Row", bound=models.Model)

SENDING = "sending"
# Minutes before the next attempt, by attempts so far; the last one repeats until the row is given up.
BACK_OFF = (1, 5, 15, 60, 120, 240)
# A worker may die after the other side took it, so a silent end is tried again once only: never a third copy.
MAX_CRASHES = 2


class OwedQuerySet(models.QuerySet[Row]):
    def due(self) -> Self:
        """Queued and due, or claimed by a worker that has died since; rides the index on due_at of each table."""
        moment = now()
        free = Q(claimed_until=None) | Q(claimed_until__lte=moment)
        return self.filter(free, state__in=["queued", "sending"], due_at__lte=moment).order_by("due_at", "pk")


class Owed(models.Model):
    """The columns by which one message to the outside is owed, tried and settled."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Dropped")

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField(default=now)
    # Counted when a worker takes the row, so it also fences off a worker that wakes up late.
    attempts = models.PositiveSmallIntegerField(default=0)
    # How many of the attempts ended without a word: the worker died, or overslept its lease.
    crashes = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        abstract = True


def each_due(due: Callable[[], Sequence[Row]], seconds: float) -> Iterator[Row]:
    """Row after row of one batch after the other until none is left. The clock is looked at before each: what one row
    costs is up to the other side."""
    until = time.monotonic() + seconds
    while rows := due():
        for row in rows:
            if time.monotonic() >= until:
                return
            yield row


def take(row: Any, lease: timedelta, *, lost: Callable[[], object], rows: models.QuerySet[Any] | None = None) -> bool:
    """Claim the row as it was read, in one statement that only one worker can win.

    `rows`: only as long as it is one of these. Over whom MAX_CRASHES workers have died is not tried again: then `lost`
    settles it.
    """
    crashes = row.crashes + (row.state == SENDING)
    if crashes >= MAX_CRASHES:
        row.crashes = crashes
        lost()
        return False
    among = type(row)._default_manager.all() if rows is None else rows
    as_read = among.filter(pk=row.pk, state=row.state, attempts=row.attempts)
    until = now() + lease
    won = claim(as_read, state=SENDING, claimed_until=until, attempts=row.attempts + 1, crashes=crashes)
    row.state, row.attempts, row.crashes = SENDING, row.attempts + 1, crashes
    return won


def settle(row: Any, **changes: object) -> bool:
    """Note the outcome, unless another worker has taken the row since: then this one woke up too late."""
    mine = type(row)._default_manager.filter(pk=row.pk, state=SENDING, attempts=row.attempts)
    return claim(mine, claimed_until=None, **changes)


def pause(
    row: Any, give_up_after: timedelta, *, attempts: int = 1, back_off: Sequence[int] = BACK_OFF
) -> timedelta | None:
    """For how long a row that failed is left alone; None: it is given up, after so long and at least `attempts`."""
    if now() - row.created_at >= give_up_after and row.attempts >= attempts:
        return None
    return timedelta(minutes=back_off[min(row.attempts, len(back_off)) - 1])
