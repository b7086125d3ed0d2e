"""The schema is OpenAPI 3.1, complete and without a warning; its page is served from our own machine."""

from __future__ import annotations

import json
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from helpdesk import api_schema
from tests.api.conftest import program
from tests.api.fitting import closed

pytestmark = pytest.mark.django_db
MEDIA = "application/problem+json"


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator(api_version="v1").get_schema(request=None, public=True)


def test_the_schema_has_no_warning(capsys):
    GENERATOR_STATS.reset()
    call_command("spectacular", "--validate", "--fail-on-warn", "--api-version", "v1")

    assert capsys.readouterr().err == ""


def test_strangers_may_read_the_schema_and_it_is_openapi_31(db):
    answer = Client().get("/api/schema/?format=json")

    assert answer.status_code == 200
    assert json.loads(answer.content)["openapi"] == "3.1.0"


def addresses():
    def walk(patterns, before=""):
        for item in patterns:
            here = before + str(item.pattern)
            if isinstance(item, URLResolver):
                yield from walk(item.url_patterns, here)
            elif isinstance(item, URLPattern) and here.startswith("api/v1/"):
                yield "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", here)

    return set(walk(get_resolver().url_patterns))


def test_every_address_stands_in_the_schema(schema):
    assert set(schema["paths"]) == addresses()


def test_every_operation_has_a_name_a_summary_and_its_refusals(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["operationId"] and operation["summary"], where
            assert "self.actor" not in operation["description"], where
            assert {"401", "403", "404", "422", "429"} <= set(operation["responses"]), where
            assert MEDIA in operation["responses"]["404"]["content"], where
            names = {parameter["name"] for parameter in operation.get("parameters", ())}
            if method == "post":
                assert "Idempotency-Key" in names, where
            if "requestBody" in operation and "multipart/form-data" not in operation["requestBody"]["content"]:
                assert operation["requestBody"]["content"]["application/json"]["examples"], where


def test_every_operation_shows_what_is_sent_and_what_is_answered_and_both_are_true(schema):
    """Each example fits its own schema, which lets in no field that it does not name."""
    missing, faults = [], []
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            sides = {"request": operation.get("requestBody", {}).get("content", {})}
            sides |= {status: one.get("content", {}) for status, one in operation["responses"].items() if status < "3"}
            for side, content in sides.items():
                for media, told in content.items():
                    examples = told.get("examples", {})
                    if not examples and media != "*/*":
                        missing.append((method, path, side))
                    shape = {**closed(told["schema"]), "components": closed(schema["components"])}
                    for example in examples.values():
                        for fault in Draft202012Validator(shape).iter_errors(example["value"]):
                            faults.append((method, path, side, fault.json_path, fault.message[:100]))

    assert missing == []
    assert faults == []


def test_every_answer_to_somebody_tells_how_many_requests_are_left(schema, ana):
    known = program(ana)
    answers = [
        known.get("/api/v1/me/"),
        known.get("/api/v1/me/", headers={"Accept": "text/html"}),
        known.get("/api/v1/tickets/999/"),
        known.get("/api/v1/nowhere/"),
        known.put("/api/v1/me/"),
        known.generic("POST", "/api/v1/tickets/", "{", content_type="application/json"),
        known.generic("POST", "/api/v1/tickets/", "<x/>", content_type="text/xml"),
    ]

    assert [answer.status_code for answer in answers] == [200, 406, 404, 404, 405, 400, 415]
    left = [int(answer["RateLimit-Remaining"]) for answer in answers]
    assert left == list(range(left[0], left[0] - len(answers), -1))
    assert {answer["RateLimit-Limit"] for answer in answers} == {"100000"}
    for operations in schema["paths"].values():
        for operation in operations.values():
            done = min(operation["responses"])
            assert set(operation["responses"][done]["headers"]) >= {"RateLimit-Limit", "RateLimit-Remaining"}


def test_headers_that_programs_go_by_stand_where_they_are_sent(schema):
    """That nothing else is sent is looked at in each answer that any test is given: tests/api/fitting.py."""
    where = {name: set() for name in ("Link", "Location", "Idempotent-Replayed")}
    keyed, paged = set(), set()
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            asked = {parameter["name"] for parameter in operation.get("parameters", ())}
            keyed |= {path} if "Idempotency-Key" in asked else set()
            paged |= {path} if "cursor" in asked else set()
            assert "Retry-After" in operation["responses"]["429"]["headers"], path
            for status, answer in operation["responses"].items():
                for name in where.keys() & answer.get("headers", {}).keys():
                    assert status < "3", path
                    where[name].add(path)

    assert where == {"Link": paged, "Location": {"/api/v1/tickets/bulk/"}, "Idempotent-Replayed": keyed}
    assert len(keyed) == sum("post" in operations for operations in schema["paths"].values())


def test_no_operation_has_the_name_of_another(schema):
    names = [operation["operationId"] for operations in schema["paths"].values() for operation in operations.values()]

    assert len(names) == len(set(names))


def test_the_page_of_the_docs_is_served_by_us_and_runs_no_inline_script(ana):
    """C11, strict CSP: scripts and styles are files of ours; only styles that Swagger writes itself are let in."""
    answer = Client().get("/api/docs/")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert not re.findall(r"<script(?![^>]*\ssrc=)", page)
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "style-src 'self' 'unsafe-inline'" in policy
    for path in re.findall(r"(?:src|href)=\"(/[^\"]+)\"", page):
        found = Client().get(path.replace("&amp;", "&"))
        assert found.status_code == 200, path


def test_the_schema_is_made_once_however_many_strangers_ask(monkeypatch):
    """K04: it takes more than a second to make."""
    made = []
    plain = SchemaGenerator.get_schema
    monkeypatch.setattr(SchemaGenerator, "get_schema", lambda *args, **kwargs: made.append(1) or plain(*args, **kwargs))
    api_schema.built.cache_clear()
    api_schema.drawn.cache_clear()

    url = "/api/schema/?format=json"
    first = Client().get(url)
    danish = Client().get(url + "&lang=da&version=9", headers={"Accept-Language": "da"})
    known = Client().get(url, headers={"If-None-Match": first["ETag"]})
    yaml = Client().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi"})

    assert (first.status_code, first.json()["info"]["version"]) == (200, "1")
    assert first["Cache-Control"] == "public, max-age=300"
    assert first["Content-Type"] == "application/vnd.oai.openapi+json; charset=utf-8"
    assert danish.content == first.content
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", first["ETag"])
    assert yaml.content.startswith(b"openapi: 3.1.0\n")
    assert yaml["ETag"] != first["ETag"]
    assert Client().get("/api/schema/", headers={"Accept": "text/html"}).status_code == 406
    assert len(made) == 1


def test_the_page_of_the_docs_is_kept_by_browsers_with_its_own_policy():
    page = Client().get("/api/docs/")
    again = Client().get("/api/docs/", headers={"If-None-Match": page["ETag"]})

    assert page["Cache-Control"] == "public, max-age=300"
    assert (again.status_code, again["Content-Security-Policy"]) == (304, page["Content-Security-Policy"])


def test_other_pages_keep_their_strict_policy(ana):
    client = Client()
    client.force_login(ana)

    assert "unsafe-inline" not in client.get("/settings/tokens/")["Content-Security-Policy"]
    assert "unsafe-inline" not in program(ana).get("/api/v1/me/")["Content-Security-Policy"]


def test_the_page_about_the_api_names_every_action_that_programs_may_do():
    from pathlib import Path

    from tickets.steps import OPEN

    page = (Path(__file__).parents[2] / "docs/api.md").read_text()

    assert [name for name in OPEN if f"`{name}`" not in page] == []
