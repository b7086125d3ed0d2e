"""Indexes that are made while the house works on, also after a build that was broken off."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models
from django.db.migrations import AddConstraint, AddIndex, CreateModel, RemoveIndex
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.utils import NotSupportedError

from helpdesk.lib.migrating import AddIndexConcurrently, AddUniqueConcurrently, RemoveIndexConcurrently

INDEX = models.Index(fields=["kind"], condition=models.Q(kind__gt="a"), name="trial_by_kind")
ONCE = models.UniqueConstraint(fields=["kind"], condition=models.Q(kind__gt="b"), name="trial_once")


@pytest.fixture
def trial(transactional_db: None) -> Any:
    """A table with two rows of one kind, made as a migration makes it; gives its state."""
    state = ProjectState()
    fields = [("id", models.BigAutoField(primary_key=True)), ("kind", models.CharField(max_length=5))]
    make = CreateModel("Trial", fields, options={"db_table": "trial_table"})
    before = state.clone()
    make.state_forwards("agents", state)
    with connection.schema_editor() as editor:
        make.database_forwards("agents", editor, before, state)
    state.apps.get_model("agents", "Trial").objects.bulk_create(
        [state.apps.get_model("agents", "Trial")(kind="x") for _n in range(2)]
    )
    yield state
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE trial_table")


def run(operation: Operation, state: ProjectState, *, back: bool = False, atomic: bool = False) -> ProjectState:
    after = state.clone()
    operation.state_forwards("agents", after)
    with connection.schema_editor(atomic=atomic) as editor:
        if back:
            operation.database_backwards("agents", editor, after, state)
        else:
            operation.database_forwards("agents", editor, state, after)
    return after


def indexes() -> dict[str, str]:
    """Every whole index beside that of the key, with its words after the table."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'trial_table'")
        else:
            cursor.execute(
                "SELECT relname, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
                " WHERE indrelid = 'trial_table'::regclass AND NOT indisprimary AND indisvalid"
            )
        return {name: sql.partition("trial_table")[2].strip('"') for name, sql in cursor.fetchall()}


def test_an_index_is_made_as_plainly_and_removed_there_and_back(trial: ProjectState) -> None:
    plain = run(AddIndex("trial", INDEX), trial)
    wanted = indexes()
    run(RemoveIndex("trial", INDEX.name), plain, atomic=True)
    assert list(wanted) == ["trial_by_kind"]

    with_index = run(AddIndexConcurrently("trial", INDEX), trial)
    assert indexes() == wanted
    run(AddIndexConcurrently("trial", INDEX), trial)  # killed before it was noted down: migrating comes again
    assert indexes() == wanted
    run(RemoveIndexConcurrently("trial", INDEX.name), with_index)
    assert indexes() == {}
    run(RemoveIndexConcurrently("trial", INDEX.name), with_index)
    run(RemoveIndexConcurrently("trial", INDEX.name), with_index, back=True)
    assert indexes() == wanted
    run(AddIndexConcurrently("trial", INDEX), trial, back=True)
    assert indexes() == {}


def test_a_unique_index_is_made_as_plainly_and_rows_that_break_it_leave_nothing_behind(trial: ProjectState) -> None:
    with pytest.raises(IntegrityError):
        run(AddUniqueConcurrently("trial", ONCE), trial)
    assert indexes() == {}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('trial_once')")
            assert cursor.fetchone() == (None,)

    trial.apps.get_model("agents", "Trial").objects.first().delete()
    run(AddConstraint("trial", ONCE), trial)
    wanted = indexes()
    run(AddConstraint("trial", ONCE), trial, back=True)
    run(AddUniqueConcurrently("trial", ONCE), trial)
    assert indexes() == wanted
    assert list(wanted) == ["trial_once"]
    with pytest.raises(ValueError, match="belongs to its table"):
        run(AddUniqueConcurrently("trial", models.UniqueConstraint(fields=["kind"], name="other")), trial)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite builds in one piece")
def test_what_a_broken_off_build_left_is_made_anew_however_impatient_the_connection_is(trial: ProjectState) -> None:
    with connection.cursor() as cursor:
        with pytest.raises(DatabaseError):  # two rows of one kind: the build stops and leaves what it had
            cursor.execute("CREATE UNIQUE INDEX CONCURRENTLY trial_by_kind ON trial_table (kind)")
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'trial_by_kind'::regclass")
        assert cursor.fetchone() == (False,)
        cursor.execute("SET statement_timeout = '1ms'")
    try:
        run(AddIndexConcurrently("trial", INDEX), trial)
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("1ms",)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
    assert indexes()["trial_by_kind"].startswith(" USING btree (kind) WHERE")
    with pytest.raises(NotSupportedError):
        run(AddIndexConcurrently("trial", INDEX), trial, atomic=True)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite builds in one piece")
def test_a_build_that_met_a_deadlock_is_begun_anew(trial: ProjectState, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = type(connection.schema_editor())
    execute, met = editor.execute, []

    def stumbling(self: Any, sql: Any, params: Any = ()) -> None:
        if "CONCURRENTLY" in str(sql) and "CREATE" in str(sql) and not met:
            met.append(sql)
            sql, params = "DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$", None
        execute(self, sql, params)

    monkeypatch.setattr(editor, "execute", stumbling)
    monkeypatch.setattr("helpdesk.lib.migrating.PAUSE", 0)

    run(AddIndexConcurrently("trial", INDEX), trial)

    assert (len(met), list(indexes())) == (1, ["trial_by_kind"])
