"""A new install gets its tables at once, another step by step; nobody waits while an index of a big table is made."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.db.migrations import AddConstraint, AddIndex, CreateModel, Migration, RemoveIndex
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import UniqueConstraint

from helpdesk.lib.migrating import AddIndexConcurrently, AddUniqueConcurrently, RemoveIndexConcurrently

ROOT = Path(__file__).resolve().parents[1]
OURS = {app.label for app in apps.get_app_configs() if (ROOT / app.label / "migrations").is_dir()}
# The tables that grow with the years of a house.
BIG = {
    "ticket",
    "message",
    "change",
    "event",
    "searchdocument",
    "slaclock",
    "clockstep",
    "fact",
    "span",
    "notification",
}
# These ran wherever there are many tickets before the rule was made.
BEFORE_THE_RULE = {
    ("tickets", "0005_merge_split_time"),
    ("tickets", "0012_due_times"),
    ("tickets", "0013_ticket_escalated"),
    ("sla", "0003_revisions"),
    ("reports", "0005_where_medians_lie"),
    ("reports", "0006_sums_by_slice"),
}
CONCURRENT = (AddIndexConcurrently, RemoveIndexConcurrently, AddUniqueConcurrently)


def steps() -> MigrationLoader:
    return MigrationLoader(None, replace_migrations=False)


def test_both_ways_come_to_what_the_models_say() -> None:
    """Write the migration; a squashed one says in `replaces` what it is the sum of."""
    loader = steps()
    squashed = {key: migration.replaces for key, migration in loader.disk_migrations.items() if migration.replaces}
    long_way = [key for key in loader.disk_migrations if key[0] in OURS and key not in squashed]
    followed = {
        tuple(before)
        for app, name in long_way
        for before in loader.disk_migrations[app, name].dependencies
        if before[0] == app
    }
    ends = [key for key in long_way if key not in followed]
    assert len(squashed) >= 9
    assert sorted(app for app, _name in ends) == sorted(OURS)

    for state in (MigrationLoader(None).project_state(), loader.project_state(ends)):
        wanted = MigrationAutodetector(state, ProjectState.from_apps(apps)).changes(loader.graph, trim_to_apps=OURS)
        assert {app: [m.operations for m in found] for app, found in wanted.items() if app in OURS} == {}


def test_an_index_of_a_big_table_is_made_and_removed_concurrently_and_alone() -> None:
    """Use helpdesk.lib.migrating with `atomic = False` in a migration of its own: else every agent waits for it."""
    found = [
        (*key, type(operation).__name__)
        for key, migration in steps().disk_migrations.items()
        if key[0] in OURS and key not in BEFORE_THE_RULE
        for operation in _waited_for(migration)
    ]
    assert found == []

    together = [
        key
        for key, migration in steps().disk_migrations.items()
        if any(isinstance(operation, CONCURRENT) for operation in migration.operations)
        and (migration.atomic or not all(isinstance(operation, CONCURRENT) for operation in migration.operations))
    ]
    assert together == []


def _waited_for(migration: Migration) -> list[AddIndex | RemoveIndex | AddConstraint]:
    """The operations that hold a big table while they build; those on a table that is new hold nobody up."""
    new = {operation.name_lower for operation in migration.operations if isinstance(operation, CreateModel)}
    return [
        operation
        for operation in migration.operations
        if isinstance(operation, (AddIndex, RemoveIndex, AddConstraint)) and not isinstance(operation, CONCURRENT)
        if operation.model_name.lower() in BIG - new
        if not isinstance(operation, AddConstraint) or isinstance(operation.constraint, UniqueConstraint)
    ]
