"""A second set of the tables that figures are counted from, filled beside the first and put in its place when whole.

PostgreSQL alone. Nothing but the place differs: whoever looks at the schema of the new set first (`inside`) reads and
writes there through the same models. Readers keep the old set until the last moment, and new tables are filled without
their indexes, which are made at the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, models, transaction

SCHEMA = "reports_anew"
# A lock on a table of the house makes all who come later wait as well: who does not get it at once lets them pass and
# tries again, for as long as a dump of the whole database may take.
PATIENCE, PAUSE, TRIED_FOR = "200ms", 3.0, 1800.0


def possible() -> bool:
    """Whether there can be one: not on SQLite, not in a transaction, not without the right to make a schema."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_database_privilege(current_database(), 'CREATE')")
        return bool(cursor.fetchone()[0])


def make(kept: Sequence[type[models.Model]], between: Callable[[], Any] = lambda: None) -> list[str]:
    """Empty tables; the statements that finish them once they are filled, in any order."""
    patiently(drop, between)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
    with inside(), connection.schema_editor() as editor:
        for model in kept:
            editor.create_model(model)
        later, editor.deferred_sql = [str(one) for one in editor.deferred_sql], []
    return later


def drop() -> None:
    """In `patiently`: with a table go its keys into tables of the house, which takes locks on these."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def patiently(
    work: Callable[[], Any], between: Callable[[], Any] = lambda: None, *, tried_for: float | None = None
) -> None:
    """In a transaction that waits for locks no longer than nobody notices, again and again; `between` is done before
    each time, outside of it."""
    until, pause = time.monotonic() + (TRIED_FOR if tried_for is None else tried_for), PAUSE / 8
    while True:
        between()
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                work()
            return
        except OperationalError:
            if time.monotonic() + pause > until:
                raise
        time.sleep(pause)
        pause = min(2 * pause, PAUSE)


@contextmanager
def inside() -> Iterator[None]:
    """This connection sees the new tables in place of the old ones."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        usual = cursor.fetchone()[0]
        cursor.execute(f"SET search_path = {SCHEMA}, {usual}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path = {usual}")


def enter() -> None:
    """For the life of this process: whatever connection it opens sees the new tables in place of the old ones."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        usual = cursor.fetchone()[0].replace(" ", "")
    connection.close()
    given = connection.settings_dict.setdefault("OPTIONS", {})
    given["options"] = f"{given.get('options', '')} -c search_path={SCHEMA},{usual}".strip()


def run(statement: str) -> int:
    """One of the statements that finish a table. A key into a table of the house is checked without holding up its
    writers."""
    with connection.cursor() as cursor:
        if "FOREIGN KEY" not in statement:
            cursor.execute(statement)
            return 1
        patiently(lambda: _add_key(statement))
        cursor.execute(
            "SELECT conname, conrelid::regclass::text FROM pg_constraint"
            " WHERE NOT convalidated AND connamespace = %s::regnamespace",
            [SCHEMA],
        )
        for name, table in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {connection.ops.quote_name(name)}")
    return 1


def _add_key(statement: str) -> None:
    """In `patiently`, but in turn where others finish the same new table, which nobody reads: it takes minutes."""
    table = statement.split()[2]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute(f"{statement} NOT VALID")


def settle(model: type[models.Model]) -> int:
    """So that the first reader finds what the planner knows, and nothing left to mark."""
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {_table(model)}")
    return 1


def copy_old(model: type[models.Model], columns: Sequence[str], tickets: Sequence[int]) -> None:
    """What the old table says of these tickets, into the new one."""
    names, table = ", ".join(map(connection.ops.quote_name, columns)), _table(model)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schemas(false)")
        home = connection.ops.quote_name(next(name for name in cursor.fetchone()[0] if name != SCHEMA))
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {home}.{table} WHERE ticket_id = ANY(%s)",  # noqa: S608
            [list(tickets)],
        )


def put_in_place(kept: Sequence[type[models.Model]], last: Callable[[], Any], between: Callable[[], Any]) -> None:
    """The new tables are the tables, all at one moment; `last` is done in the same transaction, `between` before each
    time that it is tried."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        home = connection.ops.quote_name(cursor.fetchone()[0])

    def swap() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {', '.join(f'{home}.{_table(one)}' for one in kept)}")
            for model in kept:
                cursor.execute(f"DROP TABLE {home}.{_table(model)}")
                cursor.execute(f"ALTER TABLE {SCHEMA}.{_table(model)} SET SCHEMA {home}")
            cursor.execute(f"DROP SCHEMA {SCHEMA}")
            last()

    patiently(swap, between)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
