"""Every URL x every persona x own and foreign objects, against a reviewed table (E01).

A URL without a row in tests/permission_matrix.json fails: look at what it answers to whom, then run
`WRITE_PERMISSION_MATRIX=1 pytest tests/test_permission_matrix.py` and review the difference line by line.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agents.models import Agent
from tests import matrix_objects

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TABLE = Path(__file__).with_name("permission_matrix.json")
WRITE = bool(os.environ.get("WRITE_PERMISSION_MATRIX"))
HOUSE = (
    "agents",
    "customers",
    "tickets",
    "sla",
    "automation",
    "channels",
    "notifications",
    "surveys",
    "webhooks",
    "reports",
)
FOREIGN_NAMESPACES = {"", "admin"}
# The stream gives its connection back before it answers, which ends a test's transaction; tests/tickets has its own.
APART = {"tickets:live"}
PERSONAS = ("anon", "lou", "ana", "mia", "leo", "otto", "root")
# Answers that open no door: after them nothing may have changed.
REFUSALS = {401, 403, 404, 405}
WRITES = re.compile(r"\s*(WITH\b.*?\b)?(INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE)\b", re.IGNORECASE | re.DOTALL)
BOOKKEEPING = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "(django_session|cache_entries)"', re.IGNORECASE)
OPEN_TO_STRANGERS: set[str] = {
    "agents:link",
    "agents:choose-password",
    "api:docs",
    "api:schema",
    "surveys:page",
    "surveys:score",
}


def house_urls() -> list[tuple[str, tuple[str, ...]]]:
    """(name, names of its arguments) of every URL that the house itself brings."""
    found = []

    def walk(patterns: list[Any], namespace: str, params: tuple[str, ...]) -> None:
        for item in patterns:
            here = (*params, *item.pattern.converters)
            if isinstance(item, URLResolver):
                walk(item.url_patterns, item.namespace or namespace, here)
            elif isinstance(item, URLPattern) and namespace not in FOREIGN_NAMESPACES:
                assert item.name, f"{item.pattern} in {namespace} needs a name"
                found.append((f"{namespace}:{item.name}", here))

    walk(get_resolver().url_patterns, "", ())
    return sorted(url for url in set(found) if url[0] not in APART)


URLS = house_urls()


@pytest.fixture
def world(kim, ana, leo, mia, lou, otto, root, billing, technical):
    agents = {"lou": lou, "ana": ana, "mia": mia, "leo": leo, "otto": otto, "root": root}
    clients = {"anon": Client()}
    for name, agent in agents.items():
        clients[name] = Client()
        clients[name].force_login(agent)
    return clients, matrix_objects.make(kim, agents, billing, technical)


def everything() -> dict[str, int]:
    """How many rows each table has, asked in one statement, as it is asked thousands of times."""
    names = [model._meta.db_table for app in HOUSE for model in apps.get_app_config(app).get_models()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f'(SELECT COUNT(*) FROM "{name}")' for name in names))
        return dict(zip(names, cursor.fetchone(), strict=True))


@pytest.mark.parametrize("namespace", sorted({name.split(":")[0] for name, _params in URLS}))
def test_each_url_answers_each_persona_as_reviewed(namespace, world):
    clients, objects = world
    found = {
        name: answers_of(name, params, clients, objects) for name, params in URLS if name.split(":")[0] == namespace
    }
    table = json.loads(TABLE.read_text()) if TABLE.exists() else {}
    if WRITE:
        table |= found
        lines = [f"{json.dumps(key)}: {json.dumps(table[key])}" for key in sorted(table)]
        TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    assert not [name for name in found if name not in table], "no reviewed row"
    assert found == {name: table[name] for name in found}


def writes_of(asked: CaptureQueriesContext) -> list[str]:
    """Statements that change a table, apart from what every request may note of its own session and credential."""
    writes = (query["sql"] for query in asked.captured_queries if WRITES.match(query["sql"]))
    return [sql for sql in writes if not BOOKKEEPING.match(sql)]


def test_a_refusal_that_writes_is_seen():
    """What an UPDATE alters leaves as many rows as there were."""
    with CaptureQueriesContext(connection) as asked:
        Session.objects.filter(session_key="x").delete()
        Session.objects.filter(session_key="x").update(session_data="")
        Agent.objects.filter(pk=0).update(name="x")
        list(Agent.objects.filter(pk=0))

    assert [sql.partition(" SET")[0] for sql in writes_of(asked)] == ['UPDATE "agents_agent"']


def answers_of(name: str, params: tuple[str, ...], clients: dict[str, Client], objects: Any) -> dict[str, Any]:
    """Status by side, method and persona; checks on the way what must hold whatever the table says."""
    answers: dict[str, Any] = {}
    before = everything()
    for side in ("own", "foreign") if params else ("own",):
        url = reverse(name, kwargs={param: objects.argument(name, param, side) for param in params})
        for method in ("GET", "POST"):
            for persona in PERSONAS:
                where = f"{persona} {method} {url}"
                with transaction.atomic():
                    with CaptureQueriesContext(connection) as asked:
                        response = clients[persona].generic(method, url)
                    assert response.status_code < 500, where
                    if response.status_code in REFUSALS or persona == "anon":
                        assert not writes_of(asked), f"{where} was refused and still wrote"
                        assert everything() == before, f"{where} was refused and still left rows"
                    transaction.set_rollback(True)  # the next persona meets the same world
                if persona == "anon" and name not in OPEN_TO_STRANGERS:
                    assert response.status_code in {204, 302, 401, 403, 404, 405}, where
                answers.setdefault(side, {}).setdefault(method, {})[persona] = response.status_code
    return answers


def test_the_table_has_no_rows_for_urls_that_are_gone():
    assert set(json.loads(TABLE.read_text())) == {name for name, _params in URLS}


@pytest.mark.parametrize(
    ("name", "params"),
    [(name, params) for name, params in URLS if name.startswith("tickets:") and params[:1] == ("ticket_id",)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_foreign_ticket_is_exactly_as_absent_as_one_that_never_was(name, params, world):
    """E01, E07, E10: same status and same words for an unseen ticket and for none."""
    clients, objects = world
    foreign = {param: objects.argument(name, param, "foreign") for param in params}
    never = {**foreign, "ticket_id": 987654321}
    for method in ("GET", "POST"):
        seen = [clients["ana"].generic(method, reverse(name, kwargs=kwargs)) for kwargs in (foreign, never)]
        assert seen[0].status_code == seen[1].status_code
        assert seen[0].status_code in {404, 405}
        assert b"canary" not in seen[0].content
