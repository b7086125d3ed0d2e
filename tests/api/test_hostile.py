"""Every parameter and every field of the API with what strangers send: an answer, never a crash (G04, K04, K05)."""

from __future__ import annotations

import json
import os
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from tests import matrix_objects
from tests.api.conftest import Program, program
from tests.security.test_hostile_input import EVERYWHERE, HOSTILE

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgres")]
# Each as JSON; None of them is what a field wants, or all of them are.
STRANGE: list[Any] = [
    None,
    True,
    -1,
    2**200,
    1e308,
    "",
    [],
    {},
    [None],
    [{}],
    {"a": {"b": []}},
    *[HOSTILE[kind] for kind in ("NUL", "replacement and emoji", "SQL", "template", "line ends", "date after time")],
    "\ud800",
    ["a\x00b"],
    ["x"] * 300,
]
# API_HOSTILE=all sends every value to every field; otherwise they take turns, since schemathesis (test_fuzzing.py)
# makes strange values for all of them as well.
TURNS = 1 if os.environ.get("API_HOSTILE") == "all" else 3


def in_turn(values: Any, number: int) -> Any:
    return values[number % TURNS :: TURNS]


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator(api_version="v1").get_schema(request=None, public=True)


@pytest.fixture
def world(kim, ana, leo, mia, lou, otto, root, billing, technical):
    agents = {"lou": lou, "ana": ana, "mia": mia, "leo": leo, "otto": otto, "root": root}
    objects = matrix_objects.make(kim, agents, billing, technical)
    client = program(root)
    client.raise_request_exception = False
    return client, objects


def operations(schema: Any, objects: matrix_objects.Objects, *methods: str) -> list[tuple[str, str, Any]]:
    """(method, address of the own side, operation)."""
    found = []
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if method in methods:
                url = path
                for parameter in operation.get("parameters", ()):
                    if parameter["in"] == "path":
                        name = parameter["name"]
                        url = url.replace(f"{{{name}}}", str(objects.argument("", name, "own")))
                found.append((method.upper(), url, operation))
    return found


def status(client: Program, method: str, url: str, body: Any = None) -> int:
    with transaction.atomic():
        if body is None:
            code = client.generic(method, url).status_code
        else:
            code = client.generic(method, url, json.dumps(body), content_type="application/json").status_code
        transaction.set_rollback(True)
    return code


def test_no_parameter_makes_the_api_crash(world, schema):
    client, objects = world
    crashed, turn = [], count()
    for method, url, operation in operations(schema, objects, "get"):
        names = [
            one["name"] for one in operation.get("parameters", ()) if one["in"] == "query" and one["name"] != "wait"
        ]
        for name in names:
            for kind in in_turn((*EVERYWHERE, "cursor with words", "line ends"), next(turn)):
                value = HOSTILE[kind]
                with transaction.atomic():
                    code = client.get(url, {name: value}).status_code
                    transaction.set_rollback(True)
                if code >= 500:
                    crashed.append((method, url, name, kind))

    assert crashed == []


def test_no_field_makes_the_api_crash(world, schema):
    """Each field of each body alone, in a body that is otherwise the example."""
    client, objects = world
    crashed, turn = [], count()
    for method, url, operation in operations(schema, objects, "post", "patch"):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            continue
        shape = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        good = next(iter(content["application/json"]["examples"].values()))["value"]
        for name in schema["components"]["schemas"][shape]["properties"]:
            for value in in_turn(STRANGE, next(turn)):
                if status(client, method, url, good | {name: value}) >= 500:
                    crashed.append((method, url, name, repr(value)[:60]))

    assert crashed == []


def test_no_body_makes_the_api_crash(world, schema):
    client, objects = world
    bodies = [
        "",
        "{",
        "[]",
        "7",
        '"x"',
        "null",
        '{"a": ' * 2000,
        "\ud800".encode("utf-8", "surrogatepass"),
        b"\x00" * 100,
    ]
    kinds = ("application/json", "multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "")
    crashed, turn = [], count()
    for method, url, _operation in operations(schema, objects, "post", "patch", "delete"):
        for body in bodies:
            for kind in in_turn(kinds, next(turn)):
                with transaction.atomic():
                    answer = client.generic(method, url, body, content_type=kind)
                    transaction.set_rollback(True)
                if answer.status_code >= 500:
                    crashed.append((method, url, kind, body[:20]))

    assert crashed == []


STEPS = [
    {"do": "set_field", "key": "plan", "value": "x"},
    {"do": "set_status", "status": "solved"},
    {"do": "snooze", "until": "2099-01-01T10:00:00Z"},
    {"do": "add_tag", "tag": "x"},
    {"do": "assign_to", "agent_id": 1},
    {"do": "move_to_team", "team_id": 1},
    {"do": "add_participant", "customer_id": 1},
    {"do": "add_reply", "body": "x", "to": ["a@b.example"], "cc": ["a@b.example"], "attachments": ["x"]},
    {"do": "withdraw_message", "message_id": 1},
    {"do": "add_time_spent", "minutes": 5, "note": "x"},
    {"do": "correct_time_spent", "entry_id": 1, "minutes": 5, "note": "x"},
    {"do": "escalate", "reason": "other", "text": "x", "to_agent_id": 1},
    {"do": "acknowledge_escalation", "escalation_id": 1},
    {"do": "hand_back_escalation", "escalation_id": 1, "note": "x"},
    {"do": "set_sla_policy", "policy_id": 1},
    {"do": "set_breach_cause", "code": "x", "note": "x"},
    {"do": "set_language", "language": "da"},
    {"do": "set_requester", "customer_id": 1},
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["do"])
def test_no_value_of_an_action_makes_the_api_crash(world, step):
    client, objects = world
    url = f"/api/v1/tickets/{objects.argument('', 'ticket_id', 'own')}/actions/"

    crashed = [
        (name, repr(value)[:60])
        for name in step
        for value in STRANGE
        if status(client, "POST", url, {"actions": [step | {name: value}]}) >= 500
    ]

    assert crashed == []
