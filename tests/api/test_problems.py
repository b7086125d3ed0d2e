"""RFC 9457: every refusal has a code, says which field, and carries the request id."""

from __future__ import annotations

import pytest
from django.test import Client

from agents.models import Team

pytestmark = pytest.mark.django_db


def test_a_refusal_is_a_problem_document_with_the_request_id(otto_program):
    answer = otto_program.send("/api/v1/teams/", {"name": "x", "colour": "red", "slug": 7.5})

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["type"], body["title"], body["status"], body["code"]) == (
        "urn:helpdesk:problem:invalid",
        "Not valid",
        422,
        "invalid",
    )
    assert body["request_id"] == answer["X-Request-ID"]
    assert body["errors"] == [{"field": "colour", "code": "unknown_field", "detail": "There is no such field."}]
    assert not Team.objects.exists()


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/nothing/", "/api/v2/teams/", "/api/<script>/"])
def test_an_unknown_address_is_json_too(otto_program, path):
    """C11: nothing is reflected as a page."""
    answer = otto_program.get(path, headers={"Accept": "text/html,application/json"})

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert b"script" not in answer.content
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_strangers_learn_nothing_of_addresses(db):
    assert {Client().get(path).status_code for path in ("/api/v1/nothing/", "/api/v1/teams/", "/api/v1/agents/7/")} == {
        401
    }


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{", "application/json", 400, "parse_error"),
        ("[]", "application/json", 422, "invalid"),
        ("null", "application/json", 422, "invalid"),
        ('"x"', "application/json", 422, "invalid"),
        ("<x/>", "text/xml", 415, "unsupported_media_type"),
        ('{"name": "a\\u0000b"}', "application/json", 422, "invalid"),
        ('{"name": "\\ud800"}', "application/json", 400, "parse_error"),
        ('{"name": 7}', "application/json", 422, "invalid"),
        ('{"name": NaN}', "application/json", 400, "parse_error"),
        (b"\xff\xfe", "application/json", 400, "parse_error"),
    ],
)
def test_what_cannot_be_read_is_told_so(otto_program, body, kind, status, code):
    answer = otto_program.generic("POST", "/api/v1/teams/", body, content_type=kind)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Team.objects.exists()


def test_other_methods_and_formats_are_refused(otto_program):
    assert otto_program.put("/api/v1/teams/").status_code == 405
    assert otto_program.options("/api/v1/teams/").status_code == 405
    assert otto_program.get("/api/v1/teams/", headers={"Accept": "text/html"}).status_code == 406


def test_an_unknown_parameter_is_refused_rather_than_ignored(otto_program):
    answer = otto_program.get("/api/v1/teams/?arhived=1")

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_parameter")
    assert answer.json()["errors"][0]["field"] == "arhived"


def test_a_crash_tells_its_number_and_nothing_else(otto_program, monkeypatch):
    monkeypatch.setattr("agents.api.views.page", lambda *args: 1 / 0)

    answer = Client().get("/api/v1/teams/", headers={"Authorization": f"Bearer {otto_program.secret}"})

    assert (answer.status_code, answer.json()["code"]) == (500, "failed")
    assert b"ZeroDivision" not in answer.content


def test_foreign_pages_may_not_read(otto_program):
    """I06: no origin is let in, with or without credentials."""
    for origin in ("https://evil.example", "null"):
        answer = otto_program.get("/api/v1/teams/", headers={"Origin": origin})
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
        assert "Authorization" in answer["Vary"]


@pytest.mark.parametrize("given", [{"slug": 5}, {"slug": "a b"}, {"archived": "yes"}, {"archived": 1}])
def test_words_are_no_flags_and_numbers_no_names(otto_program, billing, given):
    answer = otto_program.send(f"/api/v1/teams/{billing.pk}/", given, "PATCH")

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, list(given))
    billing.refresh_from_db()
    assert (billing.slug, billing.archived_at) == ("billing", None)
