"""Which tests run in which stage of `make test`, and in which order: none twice that shows the same twice.

The whole run has half an hour on two cores. Tests that touch no database run on SQLite alone; so do those marked
`once`, unless it names the other stage. Files that wait much for processes come first, beside those that compute.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.test import TransactionTestCase

STAGE = os.environ.get("SUITE_STAGE", "")
HOME = "sqlite"
DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}
PATIENT = (
    "tests/faults",
    "tests/helpdesk/test_supervisor.py",
    "tests/helpdesk/test_broker.py",
    "tests/security/test_hostile_input.py",
    "tests/test_permission_matrix.py",
)
# What these show is bytes, words, and who may come in: no database makes another of it.
ONCE = (
    "tests/agents/test_agent_urls.py",
    "tests/api/test_problems.py",
    "tests/api/test_schema.py",
    "tests/channels/test_out_languages.py",
    "tests/channels/test_out_render.py",
    "tests/helpdesk/test_said_in_languages.py",
    "tests/helpdesk/test_seed_demo.py::test_the_same_seed",
    "tests/security/test_rendering.py",
    "tests/tickets/test_reply_doubts.py",
)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "once(stage='sqlite'): runs in this stage of `make test` alone")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    root = config.rootpath
    items.sort(key=lambda item: _place(item.path.relative_to(root) if item.path.is_relative_to(root) else item.path))
    if not STAGE:
        return
    elsewhere = [item for item in items if home(item) not in ("", STAGE)]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if home(item) in ("", STAGE)]


def _place(path: Path) -> int:
    return next((n for n, start in enumerate(PATIENT) if path.as_posix().startswith(start)), len(PATIENT))


def home(item: pytest.Item) -> str:
    """The one stage in which a test runs; "" for both."""
    if item.get_closest_marker("browser"):
        return ""
    if marker := item.get_closest_marker("once"):
        return str(marker.args[0]) if marker.args else HOME
    if item.nodeid.startswith(ONCE):
        return HOME
    if issubclass(getattr(item, "cls", None) or object, TransactionTestCase):
        return ""
    touches = item.get_closest_marker("django_db") or DATABASE & set(getattr(item, "fixturenames", ()))
    return "" if touches else HOME
