"""Empty databases that are migrated once in a run and copied by whoever needs one, as migrating takes seconds."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.services import Postgres

ROOT = Path(__file__).resolve().parents[1]
# The folder where this run keeps them; whoever comes first makes what is not there yet.
FOLDER = "SUITE_TEMPLATES"


def sqlite(folder: Path) -> Path:
    """Return a SQLite file with all tables and nothing in them."""
    made = folder / "migrated.sqlite3"
    with _alone(folder / "sqlite.lock"):
        if not made.exists():
            making = folder / "making.sqlite3"
            making.unlink(missing_ok=True)
            _migrate(f"sqlite:///{making}", folder)
            making.rename(made)
    return made


def postgres(folder: Path) -> Path:
    """Return the data of a stopped cluster with two databases: `app`, which is empty, and `migrated`."""
    made = folder / "postgres"
    with _alone(folder / "postgres.lock"):
        if not made.exists():
            cluster = Postgres().start()
            try:
                cluster.create()
                _migrate(cluster.copy("app", Postgres.MIGRATED), folder)
                cluster.stop("fast")
                cluster.copy_data(folder / "making")
                (folder / "making").rename(made)
            finally:
                cluster.remove()
    return made


def _migrate(url: str, folder: Path) -> None:
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    env |= {
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings.test",
        "ENV_FILE": os.devnull,
        "HELPDESK_TEST_FOLDER": str(folder / "data"),
        "DATABASE_URL": url,
        "LOG_FORMAT": "json",
    }
    (folder / "data").mkdir(exist_ok=True)
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=300, stdin=subprocess.DEVNULL)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock; others who want the same wait until it is made."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
