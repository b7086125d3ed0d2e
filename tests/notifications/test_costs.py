"""What the bell costs: so many statements at one row and at twenty-five, and the index that each question rides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.actors import Actor
from agents.models import Agent
from customers.models import Customer
from notifications.models import Notification
from tests.factories import make_ticket
from tests.plans import explained
from tickets.models import Change, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}

# Three of them say who is asking: session, agent, teams.
COSTS: dict[str, tuple[int, Callable[[Client, Ticket], Any]]] = {
    "count": (4, lambda client, ticket: client.get("/notifications/count/", headers=HTMX)),
    "panel": (4, lambda client, ticket: client.get("/notifications/panel/", headers=HTMX)),
    "list": (5, lambda client, ticket: client.get("/notifications/")),
    "seen": (7, lambda client, ticket: client.post(f"/notifications/seen/{ticket.pk}/", headers=HTMX)),
}


def fill(agent: Agent, kim: Customer, team: Any, rows: int) -> Ticket:
    tickets = [make_ticket(kim, team=team) for _number in range(rows)]
    for kind in ("reply", "note"):
        Notification.objects.bulk_create(
            Notification(agent=agent, ticket=t, change=Change.objects.filter(ticket=t).latest("pk"), kind=kind)
            for t in tickets
        )
    return tickets[0]


@pytest.mark.parametrize("rows", [1, 25])
@pytest.mark.parametrize("name", COSTS)
def test_a_bell_takes_as_many_statements_as_written(
    name: str, rows: int, client: Client, ana: Agent, kim: Customer, billing: Any
) -> None:
    ticket = fill(ana, kim, billing, rows)
    client.force_login(ana)
    expected, ask = COSTS[name]

    with CaptureQueriesContext(connection) as captured:
        assert ask(client, ticket).status_code == 200

    count = sum(1 for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")))
    assert count == expected, "\n".join(query["sql"][:160] for query in captured)


def test_each_question_rides_its_index(otto: Agent, kim: Customer, billing: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("plans are PostgreSQL's")
    ticket = fill(otto, kim, billing, 1)
    change = Change.objects.filter(ticket=ticket).latest("pk")
    Notification.objects.bulk_create(
        Notification(agent=otto, ticket=ticket, change=change, kind=f"k{number}", read_at=change.created_at)
        for number in range(4000)
    )
    # Who sees all tickets: what else is joined would be a plan of its own.
    own = Notification.objects.visible_to(Actor.agent(otto))

    listed = Notification.objects.of(Actor.agent(otto)).order_by("-created_at", "-pk")[:25]
    assert "notification_unread" in explained(own.unread())
    assert "notification_of_agent" in explained(listed)
    assert "notification_to_mail" in explained(Notification.objects.to_mail())
    assert "notifications_notification_pkey" in explained(Notification.objects.after(10**6)[:1000])
