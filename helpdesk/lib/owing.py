"""What is owed to somebody outside the house: taken by one worker for a while, settled by it alone, put off in vain.

A row has `state`, `attempts`, `crashes`, `claimed_until`, `due_at` and `created_at`. An attempt is counted when a
worker takes the row, so that it also fences off a worker that wakes up late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.timezone import now

from helpdesk.lib.claims import claim

SENDING = "sending"
# Minutes before the next attempt, by attempts so far; the last one repeats until the row is given up.
BACK_OFF = (1, 5, 15, 60, 120, 240)
# A worker may die after the other side took it, so a silent end is tried again once only: never a third copy.
MAX_CRASHES = 2


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
