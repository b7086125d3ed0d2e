"""What will go away is told in each answer and in the schema, with the day and what to use instead."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import RequestFactory
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from rest_framework.response import Response

from agents.api.door import Door
from helpdesk.lib.rest.deprecating import deprecated
from helpdesk.lib.rest.documenting import operation
from tests.api.conftest import program

pytestmark = pytest.mark.django_db


class Old(Door):
    @deprecated(
        since=datetime(2026, 11, 22, tzinfo=UTC),
        gone=datetime(2027, 5, 22, 12, tzinfo=UTC),
        instead="/api/v1/tickets/",
    )
    @operation("Read the old list", answers={200: None}, name="old_list")
    def get(self, request):
        return Response({"ok": True}, headers={"Link": '</page>; rel="next"'})

    @operation("Write to it", answers={200: None}, name="old_write", writes=True)
    def post(self, request):
        return Response({"ok": True})


def asked(method, secret):
    request = RequestFactory().generic(method, "/api/v1/old/", headers={"Authorization": f"Bearer {secret}"})
    return Old.as_view()(request)


def test_an_answer_says_since_when_until_when_and_what_instead(ana):
    answer = asked("GET", program(ana).secret)

    assert answer.status_code == 200
    assert answer["Deprecation"] == "@1795305600"
    assert answer["Sunset"] == "Sat, 22 May 2027 12:00:00 GMT"
    assert answer["Link"] == '</page>; rel="next", </api/v1/tickets/>; rel="successor-version"'


def test_refusals_say_so_too_and_what_stays_says_nothing(ana):
    assert asked("GET", "hd_wrong").status_code == 401
    assert asked("GET", "hd_wrong")["Sunset"] == "Sat, 22 May 2027 12:00:00 GMT"
    assert "Deprecation" not in asked("POST", program(ana).secret)


def test_the_schema_marks_it():
    patterns = [path("api/v1/old/", Old.as_view()), path("api/v1/", include("tickets.api.urls"))]
    schema = SchemaGenerator(patterns=patterns, api_version="v1").get_schema(public=True)

    operations = schema["paths"]["/api/v1/old/"]
    assert operations["get"]["deprecated"] is True
    assert "deprecated" not in operations["post"]


def test_nothing_of_today_is_deprecated():
    """When something is, this names it, with its line in docs/api.md."""
    schema = SchemaGenerator(api_version="v1").get_schema(request=None, public=True)

    marked = [op["operationId"] for item in schema["paths"].values() for op in item.values() if op.get("deprecated")]
    assert marked == []
