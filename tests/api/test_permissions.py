"""Every write of the API x every persona, with a body that is right: who may, and that nothing stays after a refusal.

Reading, and writing without a body, stand in tests/permission_matrix.json like every other address, asked there by
sessions and here by tokens.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now

from agents.api import repeats
from agents.models import RepeatedRequest
from tests import matrix_objects
from tests.api.conftest import Program, program
from tests.api.fitting import schema
from tests.test_permission_matrix import HOUSE, URLS
from tests.test_permission_matrix import TABLE as READING

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PERSONAS = ("lou", "ana", "mia", "leo", "otto", "root")
# What asking leaves behind whatever is answered: the use of the token, and the key of the request.
TRACES = {"ApiToken", "RepeatedRequest"}

ACT = {"actions": [{"do": "add_tag", "tag": "x"}]}
NEW = {"subject": "s", "requester": {"email": "n@x.example"}, "message": {"body": "b"}}
# To the ticket of the other side, which has to be seen as well.
LINK = {"kind": "related"}
OTHER = {"own": "foreign", "foreign": "own"}
# An upload is no JSON; who may is looked at in tests/api/test_files.py.
ELSEWHERE = {("POST", "attachments/")}
NOTE = {"body": "b", "public": False}
MACRO = {"name": "m", "steps": [{"do": "add_tag", "tag": "x"}]}
WORDS = {"external_message_id": "m", "customer": {"email": "n@x.example"}, "subject": "s", "body": "b"}
ASSIGN = {"actions": [{"do": "assign_to", "agent_id": None}, {"do": "add_note", "body": "b"}]}
HOOK = {"name": "n", "url": "https://93.184.215.14/x"}
SPAN = {"since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}
ADMINS = "403 403 403 403 403"
# (method, address, body): statuses of lou, ana, mia, leo, otto, root; on Ana's side, then on Mia's.
TABLE: dict[tuple[str, str], tuple[Any, str, str]] = {
    ("POST", "tickets/"): (NEW, "403 201 201 201 201 201", ""),
    ("PATCH", "tickets/{ticket_id}/"): ({"priority": "high"}, "403 200 404 200 200 200", "404 404 200 404 200 200"),
    ("POST", "tickets/{ticket_id}/actions/"): (ACT, "403 200 404 200 200 200", "404 404 200 404 200 200"),
    ("POST", "tickets/{ticket_id}/actions/ "): (ASSIGN, "403 200 404 200 200 200", "404 404 200 404 200 200"),
    ("POST", "tickets/{ticket_id}/messages/"): ({"body": "b"}, "403 201 404 201 201 201", "404 404 201 404 201 201"),
    ("POST", "tickets/{ticket_id}/messages/ "): (NOTE, "201 201 404 201 201 201", "404 404 201 404 201 201"),
    ("POST", "tickets/{ticket_id}/links/"): (LINK, "404 404 404 404 200 200", "404 404 404 404 200 200"),
    ("POST", "tickets/bulk/"): ({"filter": {}} | ACT, "403 200 200 200 200 200", ""),
    ("POST", "customer-messages/"): (WORDS, f"{ADMINS} 201", ""),
    ("POST", "views/"): ({"name": "v"}, "201 201 201 201 201 201", ""),
    ("POST", "views/ "): ({"name": "v", "sharing": "everyone"}, "403 403 403 201 201 201", ""),
    ("PATCH", "views/{view_id}/"): ({"name": "v"}, "404 200 404 404 404 404", "404 404 200 404 404 404"),
    ("DELETE", "views/{view_id}/"): (None, "404 204 404 404 404 404", "404 404 204 404 404 404"),
    ("POST", "macros/"): (MACRO, "201 201 201 201 201 201", ""),
    ("POST", "macros/ "): (MACRO | {"sharing": "everyone"}, "403 403 403 201 201 201", ""),
    ("PATCH", "macros/{macro_id}/"): ({"name": "m"}, "404 200 404 404 404 404", "404 404 403 404 200 200"),
    ("DELETE", "macros/{macro_id}/"): (None, "404 204 404 404 404 404", "404 404 403 404 204 204"),
    ("POST", "customers/"): ({"email": "n@x.example"}, "403 201 201 201 201 201", ""),
    ("PATCH", "customers/{customer_id}/"): ({"language": "da"}, "403 200 200 200 200 200", "403 200 200 200 200 200"),
    ("POST", "organizations/"): ({"name": "n"}, "403 201 201 201 201 201", ""),
    ("PATCH", "organizations/{organization_id}/"): ({"name": "n"}, "403 200 200 200 200 200", ""),
    ("POST", "teams/"): ({"name": "n"}, "403 403 403 403 201 201", ""),
    ("POST", "webhooks/"): (HOOK, f"{ADMINS} 201", ""),
    ("PATCH", "webhooks/{webhook_id}/"): ({"active": False}, f"{ADMINS} 200", ""),
    ("DELETE", "webhooks/{webhook_id}/"): (None, f"{ADMINS} 204", ""),
    ("POST", "webhooks/{webhook_id}/test/"): ({}, f"{ADMINS} 201", ""),
    ("POST", "webhooks/{webhook_id}/secret/"): ({}, f"{ADMINS} 201", ""),
    ("POST", "webhooks/{webhook_id}/deliveries/{delivery_id}/again/"): ({}, f"{ADMINS} 200", ""),
    ("POST", "webhooks/{webhook_id}/deliveries/again/"): (SPAN, f"{ADMINS} 200", ""),
    ("PATCH", "teams/{team_id}/"): ({"description": "d"}, "403 403 403 403 200 200", "403 403 403 403 200 200"),
}


@pytest.fixture
def world(kim, ana, leo, mia, lou, otto, root, billing, technical):
    agents = {"lou": lou, "ana": ana, "mia": mia, "leo": leo, "otto": otto, "root": root}
    objects = matrix_objects.make(kim, agents, billing, technical)
    return {name: agents[name] for name in PERSONAS}, objects


def rows() -> dict[str, int]:
    return {
        model.__name__: model._default_manager.count()
        for app in HOUSE
        for model in apps.get_app_config(app).get_models()
        if model.__name__ not in TRACES
    }


def status(client: Program, method: str, url: str, body: Any, before: dict[str, int]) -> int:
    with transaction.atomic():
        code: int = client.send(url, body, method).status_code
        if code >= 400:
            assert rows() == before, f"{method} {url} was refused and still left rows"
        transaction.set_rollback(True)
    return code


@pytest.mark.parametrize("scope", ["write", "admin", "read"])
def test_each_write_answers_each_persona_as_reviewed(world, scope):
    """E01: a token never does more than its person, and less if its scope says so."""
    agents, objects = world
    clients = {name: program(agent, scope) for name, agent in agents.items()}
    before, differ = rows(), {}
    for (method, path), (body, *sides) in TABLE.items():
        for side, wanted in zip(("own", "foreign"), sides, strict=True):
            if not wanted:
                continue
            sent = body | {"ticket_id": objects.argument("", "ticket_id", OTHER[side])} if body == LINK else body
            names = [part.split("}")[0] for part in path.split("{")[1:]]
            url = "/api/v1/" + path.strip().format(**{one: objects.argument("", one, side) for one in names})
            found = [status(clients[name], method, url, sent, before) for name in PERSONAS]
            expected = [int(code) for code in wanted.split()]
            if scope == "read" or (scope == "write" and path.startswith(("teams/", "webhooks/"))):
                expected = [403] * len(PERSONAS)
            if found != expected:
                differ[method, url, side] = found

    assert differ == {}


def test_every_write_of_the_api_stands_in_the_table():
    writes = {
        (method.upper(), path.removeprefix("/api/v1/"))
        for path, operations in schema()["paths"].items()
        for method in operations
        if method != "get"
    }

    assert writes - {(method, path.strip()) for method, path in TABLE} == ELSEWHERE


class Killed(BaseException):
    """The process ends here."""


def keyed_posts(client: Program, objects: matrix_objects.Objects) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each POST of the API that Root may do, as something that sends it, always with the same key."""
    key = {"Idempotency-Key": "order-4711"}

    def upload() -> Any:
        file = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n", "image/png")  # bytes that are kept already
        return client.post("/api/v1/attachments/", {"file": file}, headers=key)

    yield "attachments/", upload
    for (method, path), (body, *_sides) in TABLE.items():
        if method != "POST":
            continue
        sent = body | {"ticket_id": objects.argument("", "ticket_id", "foreign")} if body == LINK else body
        names = [part.split("}")[0] for part in path.split("{")[1:]]
        url = "/api/v1/" + path.strip().format(**{one: objects.argument("", one, "own") for one in names})
        yield path, lambda url=url, sent=sent: client.send(url, sent, **key)  # type: ignore[misc]


def test_every_post_that_is_sent_again_with_its_key_is_answered_as_before_and_done_once(world):
    """L01: also when the process ended after it was done and before its answer was kept. A test of a webhook is the one
    exception: it has gone outward, and goes again."""
    agents, objects = world
    client = program(agents["root"])
    before, asked = rows(), []
    for path, send in keyed_posts(client, objects):
        asked.append(path)
        goes_out = path.endswith("/test/")
        with transaction.atomic():
            if not goes_out:
                with pytest.MonkeyPatch.context() as broken:
                    broken.setattr(repeats, "end", kill)
                    with pytest.raises(Killed):
                        send()
                left = rows()
                RepeatedRequest.objects.update(begun_at=now() - timedelta(seconds=601))
            first, second = send(), send()
            assert first.status_code in (200, 201), path
            assert "Idempotent-Replayed" not in first, path
            assert (second.status_code, second["Idempotent-Replayed"]) == (first.status_code, "true"), path
            hidden = {"secret": None} if "secret" in first.json() else {}
            assert second.json() == first.json() | hidden, path
            assert second.get("ETag") == first.get("ETag"), path
            assert goes_out or left in (before, rows()), path  # nothing was done, or all of it, and once
            transaction.set_rollback(True)

    assert len(asked) == len([method for method, _path in TABLE if method == "POST"]) + 1


def kill(*_args: Any) -> None:
    raise Killed


def test_a_request_that_was_taken_over_after_its_lease_does_nothing(world, monkeypatch):
    """L01: it stood still for more than ten minutes, and somebody else has its row."""
    agents, _objects = world
    client = program(agents["root"])
    before = rows()

    def taken_over(row, response):
        RepeatedRequest.objects.filter(pk=row.pk).update(begun_at=now())
        return really(row, response)

    really = repeats.end
    monkeypatch.setattr(repeats, "end", taken_over)
    answer = client.send("/api/v1/views/", {"name": "v"}, **{"Idempotency-Key": "order-4711"})

    assert (answer.status_code, answer.json()["code"]) == (409, "running")
    assert rows() == before


def test_every_read_of_one_thing_tells_its_version(world):
    """Except of what alters by itself: a job, a figure of a period, what a macro would do."""
    agents, objects = world
    client, without = program(agents["root"]), set()
    ana = program(agents["ana"])
    for path, operations in schema()["paths"].items():
        if "get" not in operations or not path.endswith("}/"):
            continue
        names = [part.split("}")[0] for part in path.split("{")[1:]]
        url = path.format(**{one: objects.argument("", one, "own") for one in names})
        answer = client.get(url)
        if answer.status_code == 404:  # what is one's own
            answer = ana.get(url)
        assert answer.status_code == 200, path
        told = operations["get"]["responses"]["200"]["headers"]
        assert ("ETag" in answer) == ("ETag" in told), path
        if "ETag" not in answer:
            without.add(path.removeprefix("/api/v1/"))

    assert without == {"bulk-jobs/{job_id}/", "metrics/{kpi}/", "tickets/{ticket_id}/macros/{macro_id}/"}
    assert "ETag" in client.get("/api/v1/me/")


def test_a_token_that_reads_sees_what_its_person_sees_and_nothing_else(world):
    """E01, E11: the reviewed answers to sessions, for each address, persona and side, hold for tokens of scope read."""
    agents, objects = world
    clients = {name: program(agent, "read") for name, agent in agents.items()}
    table, differ = json.loads(READING.read_text()), {}
    for name, params in URLS:
        if not name.startswith("api:") or name in ("api:schema", "api:docs"):
            continue
        for side, methods in table[name].items():
            url = reverse(name, kwargs={param: objects.argument(name, param, side) for param in params})
            found = {who: clients[who].get(url).status_code for who in PERSONAS}
            # Settings are for tokens of scope admin only, also to read.
            settings = url.startswith("/api/v1/webhooks/")
            if found != {who: 403 if settings else methods["GET"][who] for who in PERSONAS}:
                differ[url] = found

    assert differ == {}
