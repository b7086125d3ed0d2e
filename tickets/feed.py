"""The order in which changes are told to other systems: each is given its place after its commit, and keeps it.

Ids are given before the commit, so a change may appear after one with a higher id. Places are given by one process at a
time, to changes that it sees committed, in one transaction: who sees place 7 sees all places before it
(docs/decisions/0016-a-place-in-the-feed.md).
"""

from __future__ import annotations

import time

from django.db import connection, transaction

from tickets.models import Change, FeedEnd

BATCH = 1000

_GIVE = """
UPDATE tickets_change SET place = %s + waiting.rank
FROM (
    SELECT id, row_number() OVER (ORDER BY id) AS rank
    FROM (SELECT id FROM tickets_change WHERE place IS NULL ORDER BY id LIMIT %s) AS first
) AS waiting
WHERE tickets_change.id = waiting.id
"""


def give_places() -> int:
    """Give the next places to changes that are committed and have none, at most BATCH of them; how many.

    Whoever holds the row of the end is the only one; others wait for the commit. Of two changes of one ticket, and of
    a cause and its effect, the first has the lower id, since the second was begun after the first was committed.
    """
    if not Change.objects.without_place().exists():
        return 0
    with transaction.atomic():
        FeedEnd.objects.get_or_create(pk=1, defaults={"place": Change.objects.newest_place()})
        end = FeedEnd.objects.select_for_update().get(pk=1)
        with connection.cursor() as cursor:
            cursor.execute(_GIVE, [end.place, BATCH])
            given: int = cursor.rowcount
        if given:
            end.place += given
            end.save(update_fields=["place"])
    return given


def catch_up(seconds: float = 5.0) -> int:
    """Until nothing waits, or so long at most: after an upgrade all of history waits. How many."""
    until, total = time.monotonic() + seconds, 0
    while (given := give_places()) and time.monotonic() < until:
        total += given
    return total + given
