"""What holds the suite's answers against the schema finds what does not fit."""

from __future__ import annotations

import json

import pytest
from django.http import HttpResponse

from tests import plugin_contract
from tests.api.conftest import program
from tests.api.fitting import faults_of

AGENT = "/api/v1/agents/2/"
GONE = {"type": "urn:helpdesk:problem:x", "title": "x", "status": 404, "code": "x", "detail": "x", "errors": []}
GONE |= {"request_id": ""}


def faults(method, url, status, body=None, media="application/json"):
    content = b"" if body is None else json.dumps(body).encode()
    return faults_of(method, url, HttpResponse(content, status=status, content_type=media))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("GET", AGENT, 418), "the schema does not name this status"),
        (("GET", AGENT, 200, {"id": 2}), "is a required property"),
        (("GET", AGENT, 404, GONE), "is application/json"),
        (("GET", AGENT, 404, GONE | {"more": 1}, "application/problem+json"), "'more' was unexpected"),
        (("GET", AGENT, 404, GONE | {"status": "x"}, "application/problem+json"), ": status: "),
        (("DELETE", "/api/v1/views/2/", 204, {}), "has a body"),
        (("PUT", AGENT, 200, {}), "the schema does not name this status"),
        (("GET", "/api/v1/nowhere/", 404, GONE, "text/html"), "is text/html"),
    ],
)
def test_an_answer_of_another_status_type_or_shape_is_a_fault(given, words):
    found = faults(*given)

    assert found and all(fault.startswith(f"{given[0]} /api/v1/") for fault in found)
    assert any(words in fault for fault in found), found


def test_what_fits_is_no_fault():
    assert faults("GET", AGENT, 404, GONE, "application/problem+json") == []
    assert faults("PUT", AGENT, 405, GONE, "application/problem+json") == []
    assert faults("GET", "/api/v1/nowhere/", 404, GONE, "application/problem+json") == []
    assert faults("HEAD", AGENT, 200) == []
    assert faults("DELETE", "/api/v1/views/2/", 204) == []


@pytest.mark.django_db
def test_every_request_of_a_test_is_heard(ana):
    before = plugin_contract.heard.total()

    program(ana).get("/api/v1/me/")
    program(ana).get("/settings/tokens/")

    assert plugin_contract.heard.total() == before + 1
