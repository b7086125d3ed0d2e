"""The container files. There is no container engine in the suite: this reads them, and asks Compose where it exists."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
OURS = ("web", "worker", "beat", "mail", "migrate")


@pytest.fixture
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def test_every_process_has_its_container(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"db", "redis", *OURS}


@pytest.mark.parametrize("name", OURS)
def test_our_containers_may_do_no_more_than_they_need(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "user" not in service, "the image's own account counts"


@pytest.mark.parametrize("name", ["db", "redis", "web", "worker", "beat", "mail"])
def test_every_lasting_service_has_a_health_check_and_comes_back(compose: dict[str, Any], name: str) -> None:
    assert compose["services"][name]["healthcheck"]["test"]
    assert compose["services"][name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "worker", "beat", "mail"])
def test_nothing_of_ours_starts_before_the_migration_is_done(compose: dict[str, Any], name: str) -> None:
    depends = compose["services"][name]["depends_on"]

    assert depends["migrate"] == {"condition": "service_completed_successfully"}
    assert depends["db"] == depends["redis"] == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(compose: dict[str, Any], name: str) -> None:
    python, manage, command, *_ = compose["services"][name]["command"]

    assert (python, manage) == ("python", "manage.py")
    assert command in get_commands()


def test_only_the_web_and_the_mail_port_are_published_and_on_loopback_unless_told_otherwise(
    compose: dict[str, Any],
) -> None:
    published = {name: one["ports"] for name, one in compose["services"].items() if "ports" in one}

    assert set(published) == {"web", "mail"}
    assert published["web"][0].startswith("127.0.0.1:")
    assert published["mail"][0].startswith("${MAIL_PORT:-127.0.0.1:")


def test_no_secret_stands_in_the_files(compose: dict[str, Any]) -> None:
    environment = compose["services"]["web"]["environment"]

    assert environment["SECRET_KEY_FILE"] == "/run/secrets/secret_key"
    assert environment["DATABASE_URL_FILE"] == "/run/secrets/database_url"
    assert compose["services"]["db"]["environment"]["POSTGRES_PASSWORD_FILE"] == "/run/secrets/postgres_password"
    for name in ("SMTP_PASSWORD", "METRICS_TOKEN"):
        assert environment[name] == f"${{{name}:-}}"
    assert all(one["file"].startswith("./secrets/") for one in compose["secrets"].values())


def test_every_variable_that_compose_passes_on_is_a_setting_that_we_read(compose: dict[str, Any]) -> None:
    """A misspelt name would be ignored without a word."""
    code = "".join((ROOT / "helpdesk" / "settings" / f"{name}.py").read_text() for name in ("base", "install"))

    for name in compose["services"]["mail"]["environment"] | compose["services"]["web"]["environment"]:
        assert f'"{name.removesuffix("_FILE")}"' in code, name


def test_every_setting_is_documented() -> None:
    code = "".join((ROOT / "helpdesk" / "settings" / f"{name}.py").read_text() for name in ("base", "install"))
    names = set(re.findall(r'env\.[a-z_]+\(\s*"([A-Z_]+)"', code))
    documented = (ROOT / "docs" / "operations.md").read_text()

    assert len(names) > 40
    assert sorted(name for name in names if f"`{name}`" not in documented) == []


def test_the_image_runs_as_an_account_without_rights_from_the_hash_lock() -> None:
    text = (ROOT / "Dockerfile").read_text()
    lines = text.splitlines()

    assert "USER 10001:10001" in lines
    assert "--require-hashes -r /tmp/runtime.txt" in text
    assert not re.search(r"(SECRET_KEY|PASSWORD)=[A-Za-z0-9]", text)
    assert lines.index("USER 10001:10001") < next(i for i, line in enumerate(lines) if line.startswith("CMD"))


def test_the_account_of_the_image_may_read_the_collected_files() -> None:
    """They are written as root with the permissions of uploads: 0600 in folders of 0700."""
    collecting = (ROOT / "Dockerfile").read_text().partition("collectstatic")[2].partition("USER")[0]

    assert "chmod -R a+rX /srv/static" in collecting


def test_data_and_keys_stay_out_of_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()

    assert {".git", ".env", "var", ".venv", "secrets"} <= set(ignored)


def compose_command() -> list[str] | None:
    """Docker's plugin, or the program of its own that Debian has."""
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    if shutil.which("docker"):
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, timeout=20)
        return ["docker", "compose"] if plugin.returncode == 0 else None
    return None


def test_compose_itself_accepts_the_file(tmp_path: Path) -> None:
    command = compose_command()
    if command is None:
        pytest.skip("Docker Compose is not installed; the file was read as YAML only")

    done = subprocess.run(
        [*command, "-f", str(ROOT / "docker-compose.yml"), "config", "--quiet"],
        env=os.environ | {"BASE_URL": "https://help.example.com"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
