"""What nobody thought of: schemathesis makes requests from the schema, in all its phases, and every answer must fit."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections, transaction
from django.db.utils import DEFAULT_DB_ALIAS
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.hooks import unregister

from agents.models import Agent
from tests import matrix_objects
from tests.api.conftest import program
from tests.api.fitting import schema

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# API_FUZZ_EXAMPLES=50 is the long way: every phase for every operation as everybody.
EXAMPLES = int(os.environ.get("API_FUZZ_EXAMPLES", "1"))
IS_LONG = EXAMPLES > 1
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "use_after_free",
    "ensure_resource_availability",
)
PHASES = {"EXAMPLES", "COVERAGE", "FUZZING", "STATEFUL_TESTING"}
PERSONAS = {"an agent": "Ana", "a supervisor": "Leo", "an admin": "Root", "a stranger": ""}
# What agents are refused altogether: there an admin gets further.
OF_ADMINS = ("calendars_", "customer_messages_", "metrics_", "sla_policies_", "surveys_", "teams_", "webhook")


class OneDesk:
    """Our WSGI application on the connection of the test, whichever thread asks: nothing stays after the test."""

    def __init__(self) -> None:
        self.handler = WSGIHandler()
        self.connection = connections[DEFAULT_DB_ALIAS]

    def __enter__(self) -> OneDesk:
        self.connection.inc_thread_sharing()
        # As the test client of Django does: it would close a connection that is inside the transaction of a test.
        request_started.disconnect(close_old_connections)
        request_finished.disconnect(close_old_connections)
        return self

    def __exit__(self, *_error: object) -> None:
        self.connection.dec_thread_sharing()
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        connections[DEFAULT_DB_ALIAS] = self.connection
        with transaction.atomic():
            return self.handler(environ, start_response)


@pytest.fixture
def objects(kim, ana, leo, mia, lou, otto, root, billing, technical) -> matrix_objects.Objects:
    agents = {"lou": lou, "ana": ana, "mia": mia, "leo": leo, "otto": otto, "root": root}
    return matrix_objects.make(kim, agents, billing, technical)


@pytest.fixture(autouse=True)
def _ids_that_exist(objects: matrix_objects.Objects) -> Iterator[None]:
    """Made-up ids find nothing: most become those of one's own things, some those of others, the rest stay."""

    def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
        for name, value in list((case.path_parameters or {}).items()):
            if name in objects.by_param and (isinstance(value, int) or name == "key"):
                side = ("own", "own", "foreign", None)[crc32(str(value).encode()) % 4]
                if side:
                    case.path_parameters[name] = objects.argument("", name, side)

    schemathesis.hook("before_call")(before_call)
    yield
    unregister(before_call)


@pytest.fixture(autouse=True)
def _half_of_the_coverage() -> Iterator[None]:
    """Of each operation; all of it takes the long way."""
    numbers: Counter[str] = Counter()

    def filter_case(_context: Any, case: Any) -> bool:
        if case.meta is None or case.meta.phase.name.name != "COVERAGE":
            return True
        numbers[case.operation.label] += 1
        return bool(numbers[case.operation.label] % 2)

    if IS_LONG:
        yield
        return
    schemathesis.hook("filter_case")(filter_case)
    yield
    unregister(filter_case)


def configuration(who: str) -> SchemathesisConfig:
    """The short way parts the coverage, the widest phase: what agents may as agent and supervisor in turn, the rest
    as whoever gets further there."""
    made = {"max-examples": EXAMPLES, "deterministic": True, "no-shrink": True, "database": "none"}
    headers = {"Authorization": f"Bearer {program(Agent.objects.get(name=who)).secret}"} if who else {}
    names = sorted(op["operationId"] for item in schema()["paths"].values() for op in item.values())
    of_agents = [name for name in names if not name.startswith(OF_ADMINS)]
    mine = {
        "Ana": of_agents[::2],
        "Leo": of_agents[1::2],
        "Root": [name for name in names if name.startswith(OF_ADMINS)],
        "": names[::20],
    }
    skipped = [] if IS_LONG else [name for name in names if name not in mine[who]]
    return SchemathesisConfig.from_dict(
        {
            "generation": made,
            "headers": headers,
            "workers": 1,
            "continue-on-failure": True,
            "suppress-health-check": ["all"],
            "checks": {"enabled": False} | {name: {"enabled": True} for name in CHECKS},
            "phases": {"stateful": {"max-steps": 6}, "coverage": {"unexpected-methods": ["put"]}},
            "operations": [
                {"include-operation-id": name, "phases": {"coverage": {"enabled": False}}} for name in skipped
            ],
        }
    )


@pytest.mark.parametrize("who", PERSONAS.values(), ids=PERSONAS)
def test_no_request_is_answered_otherwise_than_the_schema_says(who, settings):
    """No 500, no status, type or shape that is not named, nothing accepted that the schema forbids (K04, K05)."""
    settings.API_WAITERS = 0
    told, phases, faults = Counter(), set(), {}
    with OneDesk() as desk:
        asked = schemathesis.openapi.from_wsgi("/api/schema/?format=json", desk, config=configuration(who))
        for event in from_schema(asked).execute():
            if isinstance(event, events.FatalError):
                raise event.exception
            assert not isinstance(event, events.NonFatalError), f"{event.label}: {event.value}"
            if isinstance(event, events.PhaseFinished) and event.status.value == "success":
                phases.add(event.phase.name.name)
            if isinstance(event, events.ScenarioFinished):
                told.update(one.response.status_code for one in event.recorder.interactions.values() if one.response)
                for nodes in event.recorder.checks.values():
                    for node in nodes:
                        if node.failure_info:
                            fault = node.failure_info
                            faults[event.recorder.label, node.name] = (fault.failure.message, fault.code_sample)

    assert faults == {}
    assert phases >= PHASES
    if who:
        assert {200, 201, 204, 404, 422} <= set(told), told
    else:
        assert set(told) <= {401, 405}, told
    print(who, dict(told))  # how much was asked is what the long way is run for
