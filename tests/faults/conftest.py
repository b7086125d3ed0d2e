"""Houses to break. They bring their own servers, so they run once, in the SQLite stage, not in both."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from scripts import templates
from scripts.services import Missing, Postgres, Redis
from tests.faults.house import House

if os.environ.get("DATABASE_URL"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def migrated_sqlite(templates_folder: Path) -> Path:
    """A SQLite file with all tables and nothing in them, to be copied."""
    return templates.sqlite(templates_folder)


@pytest.fixture
def small_house(tmp_path: Path, migrated_sqlite: Path) -> Iterator[House]:
    """SQLite and the broker made of files, as `make run` has them."""
    shutil.copy(migrated_sqlite, tmp_path / "house.sqlite3")
    house = House(tmp_path, f"sqlite:///{tmp_path}/house.sqlite3")
    yield house
    house.end()


@pytest.fixture(scope="session")
def shared_cluster(templates_folder: Path) -> Iterator[Postgres]:
    """One PostgreSQL for all houses whose trouble is not the database."""
    try:
        cluster = Postgres(durable=True, like=templates.postgres(templates_folder)).start()
    except Missing as problem:
        pytest.skip(str(problem))
    try:
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
def big_house(tmp_path: Path, shared_cluster: Postgres, private_redis: Redis) -> Iterator[House]:
    """PostgreSQL (durable) and Redis, as production has them; the test may break the Redis."""
    house = House(tmp_path, shared_cluster.copy(Postgres.MIGRATED, f"house_{uuid4().hex}"), private_redis.url)
    yield house
    house.end()


@pytest.fixture
def crashing_house(tmp_path: Path, private_postgres: Postgres, private_redis: Redis) -> Iterator[House]:
    """The same with a PostgreSQL of its own, which the test may crash."""
    house = House(tmp_path, private_postgres.url(Postgres.MIGRATED), private_redis.url)
    yield house
    house.end()
