"""Indexes on tables of millions of rows, made and removed while the house works on.

PostgreSQL builds them CONCURRENTLY, which nobody who reads or writes waits for; SQLite, which has one writer anyway,
builds them plainly. A migration that uses these says `atomic = False` and does nothing else, so that a build that was
broken off (a kill, a deadlock with another build, a cancelled statement) is begun anew by migrating again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.operations import NotInTransactionMixin
from django.db.backends.base.schema import BaseDatabaseSchemaEditor as Editor
from django.db.migrations import AddConstraint, AddIndex, RemoveIndex
from django.db.models import Index, Model, UniqueConstraint
from django.db.models.constraints import BaseConstraint
from django.db.utils import OperationalError

ATTEMPTS = 5
PAUSE = 2.0
# A deadlock, as when two builds wait for each other, and a lock that was not had in time. Both pass.
PASSING = {"40P01", "55P03"}


class AddIndexConcurrently(NotInTransactionMixin, AddIndex):
    """Make an index while the house works on; one that a broken-off build left behind is made anew."""

    atomic = False

    def describe(self) -> str:
        return f"Concurrently create index {self.index.name} on model {self.model_name}"

    def database_forwards(self, app_label: str, schema_editor: Editor, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _make(self, schema_editor, model, self.index)

    def database_backwards(self, app_label: str, schema_editor: Editor, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _drop(self, schema_editor, self.index.name)


class RemoveIndexConcurrently(NotInTransactionMixin, RemoveIndex):
    """Remove an index while the house works on; one that is gone already is no trouble."""

    atomic = False

    def describe(self) -> str:
        return f"Concurrently remove index {self.name} from {self.model_name}"

    def database_forwards(self, app_label: str, schema_editor: Editor, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _drop(self, schema_editor, self.name)

    def database_backwards(self, app_label: str, schema_editor: Editor, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            state = to_state.models[app_label, self.model_name_lower]
            _make(self, schema_editor, model, state.get_index_by_name(self.name))


class AddUniqueConcurrently(NotInTransactionMixin, AddConstraint):
    """Make a unique constraint with a condition, which is an index of its own, while the house works on.

    Rows that break it are found at the end of the build: it then fails, and leaves nothing behind.
    """

    atomic = False

    def describe(self) -> str:
        return f"Concurrently create unique index {self.constraint.name} on model {self.model_name}"

    def database_forwards(self, app_label: str, schema_editor: Editor, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _make(self, schema_editor, model, self.constraint)

    def database_backwards(self, app_label: str, schema_editor: Editor, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _drop(self, schema_editor, self.constraint.name)


def _make(operation: Any, editor: Editor, model: type[Model], made: Index | BaseConstraint) -> None:
    if isinstance(made, UniqueConstraint) and made.condition is None:
        raise ValueError(f"{made.name} has no condition: it belongs to its table, and is not made concurrently.")
    if editor.connection.vendor != "postgresql":
        if not _is_there(editor, model, made.name):
            editor.execute(str(made.create_sql(model, editor)), params=None)
        return
    operation._ensure_not_in_transaction(editor)
    plain = str(made.create_sql(model, editor))
    head = "CREATE UNIQUE INDEX " if isinstance(made, UniqueConstraint) else "CREATE INDEX "
    with _patience(editor):
        for attempt in range(1, ATTEMPTS + 1):
            if _is_there(editor, model, made.name):  # made before, and killed before that was noted down
                return
            editor.execute(_drop_sql(editor, made.name), params=None)
            try:
                editor.execute(plain.replace(head, f"{head}CONCURRENTLY ", 1), params=None)
            except OperationalError as problem:
                if attempt == ATTEMPTS or getattr(problem.__cause__, "pgcode", None) not in PASSING:
                    raise
                time.sleep(PAUSE)
            except Exception:
                editor.execute(_drop_sql(editor, made.name), params=None)
                raise


def _drop(operation: Any, editor: Editor, name: str) -> None:
    if editor.connection.vendor != "postgresql":
        editor.execute(f"DROP INDEX IF EXISTS {editor.quote_name(name)}")
        return
    operation._ensure_not_in_transaction(editor)
    with _patience(editor):
        editor.execute(_drop_sql(editor, name), params=None)


def _drop_sql(editor: Editor, name: str) -> str:
    return f"DROP INDEX CONCURRENTLY IF EXISTS {editor.quote_name(name)}"


def _is_there(editor: Editor, model: type[Model], name: str) -> bool:
    """Whether a whole index of this name is there; on PostgreSQL a broken-off build leaves one that is not whole."""
    if editor.collect_sql:
        return False
    table = model._meta.db_table
    with editor.connection.cursor() as cursor:
        if editor.connection.vendor == "postgresql":
            asked = "SELECT 1 FROM pg_index WHERE indisvalid AND indexrelid = to_regclass(%s)"
            asked += " AND indrelid = to_regclass(%s)"
            cursor.execute(asked, [editor.quote_name(name), editor.quote_name(table)])
        else:
            asked = "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = %s AND tbl_name = %s"
            cursor.execute(asked, [name, table])
        return cursor.fetchone() is not None


@contextmanager
def _patience(editor: Editor) -> Iterator[None]:
    """Let a build wait for old transactions as long as they last: nobody waits for it meanwhile."""
    if editor.collect_sql:
        yield
        return
    names = ("lock_timeout", "statement_timeout")
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        before = cursor.fetchone()
        for name in names:
            cursor.execute("SELECT set_config(%s, '0', false)", [name])
    try:
        yield
    finally:
        with editor.connection.cursor() as cursor:
            for name, value in zip(names, before, strict=True):
                cursor.execute("SELECT set_config(%s, %s, false)", [name, value])
