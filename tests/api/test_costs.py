"""What each request that programs send most costs in statements; BEGIN, COMMIT and savepoints are not counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.models import SlaTrack
from tests.api.conftest import Program
from tests.factories import make_ticket
from tickets.feed import catch_up
from tickets.models import Change

pytestmark = pytest.mark.django_db

QUIET = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def cost(ask: Callable[[], Any], status: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    assert answer.status_code == status, answer.content
    return sum(not query["sql"].startswith(QUIET) for query in captured.captured_queries)


def test_requests_cost_so_many_statements(ana_program: Program, kim: Any, billing: Any, ana: Any) -> None:
    """In a house without promises: what they add is held in tests/sla."""
    assert not SlaTrack.objects.exists()
    ticket = make_ticket(kim, team=billing)
    url = f"/api/v1/tickets/{ticket.pk}/"
    new = {
        "subject": "Printer",
        "requester": {"email": kim.email},
        "team_id": billing.pk,
        "message": {"body": "We look into it."},
        "priority": "high",
    }
    ana_program.get(url)  # notes when the token was used, once a minute
    ana_program.send("/api/v1/tickets/", new)  # knows that there are no promises
    catch_up()
    place = Change.objects.newest_place() - 1
    sequences = 1 if connection.vendor == "postgresql" else 2

    asked = {
        "get": cost(lambda: ana_program.get(url), 200),
        "list": cost(lambda: ana_program.get("/api/v1/tickets/"), 200),
        "feed": cost(lambda: ana_program.get(f"/api/v1/events/?after={place}"), 200),
        "create": cost(lambda: ana_program.send("/api/v1/tickets/", new), 201) - sequences,
        "two fields": cost(lambda: ana_program.send(url, {"priority": "high", "assignee_id": ana.pk}, "PATCH"), 200),
        "reply": cost(lambda: ana_program.send(url + "messages/", {"body": "Mended."}), 201),
    }

    assert asked == {"get": 3, "list": 3, "feed": 6, "create": 14, "two fields": 11, "reply": 15}
