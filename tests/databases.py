"""The database of each test process: copied from one that is migrated once a run, and emptied where there are rows."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, transaction

from scripts import templates

# What migrating leaves and no test may lose.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def empty() -> None:
    """Delete what a test committed. Django truncates every table, which on PostgreSQL takes longer than most tests."""
    models = apps.get_models(include_auto_created=True)
    tables = sorted({model._meta.db_table for model in models if model._meta.managed} - KEPT)
    with connection.cursor() as cursor:
        asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables)
        cursor.execute(asked)
        filled = [name for (name,) in cursor.fetchall()]
    with transaction.atomic(), connection.cursor() as cursor:  # keys are looked at when it commits
        for name in filled:
            cursor.execute(f'DELETE FROM "{name}"')
        if connection.vendor == "sqlite":  # the index of words is no model's table
            cursor.execute("DELETE FROM tickets_search")


@pytest.fixture(scope="session")
def templates_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the migrated databases of this run stand; the processes of one run share it."""
    if given := os.environ.get(templates.FOLDER):
        return Path(given)
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


@pytest.fixture(scope="session")
def is_copied() -> bool:
    """Whether there is more than one test process, or a run of many, to make a template for."""
    if connection.vendor == "postgresql":
        return "SUITE_TEMPLATE_DATABASE" in os.environ
    return templates.FOLDER in os.environ or "PYTEST_XDIST_WORKER" in os.environ


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, is_copied: bool) -> bool:
    """A SQLite file that was copied is not to be replaced by an empty one; it goes with the folder of its process."""
    return bool(request.config.getvalue("reuse_db")) or (is_copied and connection.vendor == "sqlite")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, is_copied: bool, templates_folder: Path
) -> None:
    if not is_copied:
        return
    test = connection.settings_dict["TEST"]
    test["MIGRATE"] = False
    if connection.vendor == "postgresql":
        test["TEMPLATE"] = os.environ["SUITE_TEMPLATE_DATABASE"]
    else:
        shutil.copy(templates.sqlite(templates_folder), test["NAME"])
