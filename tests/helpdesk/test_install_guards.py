"""What a start refuses (security case E18), tried with the real command line in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpdesk.settings import install

ROOT = Path(__file__).resolve().parents[2]
KEY = "9fJ2-kTz7QxV5mB8cN1pR4sW6yH3dG0aLeUoIiPq_ZXCVBNM-77"
PRODUCTION = {"BASE_URL": "https://help.example.com", "SECRET_KEY": KEY}


@pytest.fixture(autouse=True)
def _no_key_of_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")


def start(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py check` with these settings and nothing else from this machine."""
    env = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(folder),
        "LOG_FORMAT": "json",
        **settings,
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )


def test_an_embedded_install_starts_without_any_setting_and_makes_a_key_of_its_own(tmp_path: Path) -> None:
    """E18: the key differs per install and only its owner may read it."""
    first, second = start(tmp_path / "one"), start(tmp_path / "two")

    keys = [(tmp_path / name / "secret_key").read_text() for name in ("one", "two")]
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert keys[0] != keys[1]
    assert min(len(key) for key in keys) >= 50
    assert (tmp_path / "one" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o700


def test_the_key_of_an_embedded_install_stays_the_same(tmp_path: Path) -> None:
    first = install.secret_key(embedded=True, folder=tmp_path)

    assert install.secret_key(embedded=True, folder=tmp_path) == first == (tmp_path / "secret_key").read_text()


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda _: install.secret_key(embedded=True, folder=tmp_path), range(64)))

    assert len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    ("chosen", "variable"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY must be"),
        ({"SECRET_KEY": f"django-insecure-{KEY}"}, "SECRET_KEY looks like an example"),
        ({"DEBUG": "true"}, "DEBUG must be off"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must"),
        ({"BASE_URL": "http://help.example.com"}, "BASE_URL must start with https"),
        ({"SMTP_PASSWORD": "x"}, "SMTP_HOST is not set"),
        ({"DATABASE_URL": "mysql://u:geheim@h/db"}, "DATABASE_URL must start with"),
    ],
)
def test_a_production_install_refuses_an_unsafe_start_in_one_sentence(
    tmp_path: Path, chosen: dict[str, str], variable: str
) -> None:
    """E18: the dev key, DEBUG and a wildcard host stop the process."""
    done = start(tmp_path, **(PRODUCTION | chosen))

    assert done.returncode == 1
    assert done.stderr.startswith(f"helpdesk cannot start: {variable}")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "geheim" not in done.stderr


def test_a_name_that_others_can_reach_makes_an_install_production(tmp_path: Path) -> None:
    """E18: calling it embedded is not possible while it answers to a public name."""
    done = start(tmp_path, ALLOWED_HOSTS="localhost,help.example.com", DEBUG="true")

    assert done.returncode == 1
    assert "DEBUG must be off" in done.stderr


def test_a_production_install_with_all_it_needs_passes_djangos_deployment_checks(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "DATA_DIR": str(tmp_path), "LOG_FORMAT": "json"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]

    done = subprocess.run(command, cwd=ROOT, env=env | PRODUCTION, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr


def test_a_damaged_key_file_is_told_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("")

    done = start(tmp_path)

    assert done.returncode == 1
    assert "The secret key in DATA_DIR is damaged" in done.stderr
    assert (tmp_path / "secret_key").read_text() == ""


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("help.localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("help.example.com", False),
        ("localhost.example.com", False),
        (".localhost.evil.com", False),
    ],
)
def test_only_names_of_this_machine_count_as_loopback(host: str, expected: bool) -> None:
    assert install.is_loopback(host) is expected
