"""How many rows there are, for as long as counting may take: a question of strangers must not hold a database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connections, models, transaction
from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError

SECONDS = 3.0
# Of SQLite's virtual machine, between two looks at the clock: well below a millisecond.
INSTRUCTIONS = 10_000
CANCELLED = "57014"


def count_in_time(queryset: models.QuerySet[Any], seconds: float = SECONDS) -> int:
    """All of them. Raises HelpdeskError "count_too_long" when that takes longer than `seconds`."""
    using = queryset.db
    limited = _limited_postgresql if connections[using].vendor == "postgresql" else _limited_sqlite
    try:
        with limited(using, seconds):
            return queryset.count()
    except OperationalError as error:
        if not _was_stopped(error):
            raise
    message = _("Counting takes too long here; ask for count=capped, or narrow the question.")
    raise HelpdeskError("count_too_long", message, field="count")


@contextmanager
def _limited_postgresql(using: str, seconds: float) -> Iterator[None]:
    """The server ends the statement. Rolled back, as nothing was written: so the limit ends here too, wherever we
    stand."""
    with transaction.atomic(using):
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{max(1, round(seconds * 1000))}ms"])
        yield
        transaction.set_rollback(True, using)


@contextmanager
def _limited_sqlite(using: str, seconds: float) -> Iterator[None]:
    """SQLite asks again and again whether to go on."""
    connections[using].ensure_connection()
    raw, until = connections[using].connection, time.monotonic() + seconds
    raw.set_progress_handler(lambda: time.monotonic() > until, INSTRUCTIONS)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)


def _was_stopped(error: OperationalError) -> bool:
    return getattr(error.__cause__, "pgcode", "") == CANCELLED or str(error) == "interrupted"
