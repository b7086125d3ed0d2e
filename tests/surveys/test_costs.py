"""Pages of surveys cost the same for many rows as for one, and what is asked daily rides an index."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from agents.models import Agent
from surveys.models import Survey, SurveyMail
from tests.factories import make_customer, make_ticket
from tests.surveys.desk import sent, switch_on
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PAGES = [
    "/surveys/",
    "/surveys/?score=low",
    "/surveys/low/",
    "/surveys/of-agent/{agent}/",
    "/surveys/of-customer/{kim}/",
]


def statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, headers=HTMX if "low/" in path or "customer" in path else None).status_code == 200
    return sum(1 for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")))


def test_four_surveys_cost_no_more_than_one(ticket: Ticket, ana: Agent, leo: Agent, kim: Any) -> None:
    switch_on()
    client = Client()
    client.force_login(leo)

    def answer(asked: Any, number: int) -> None:
        _survey, token = sent(make_ticket(asked, team=ticket.team), ana)
        Client().post(f"/feedback/{token}/", {"score": "1", "comment": f"Words {number}"})

    def counted() -> dict[str, int]:
        return {path: statements(client, path.format(agent=ana.pk, kim=kim.pk)) for path in PAGES}

    answer(kim, 0)
    counted()  # whatever is remembered in a process's life
    one = counted()
    for number in range(1, 4):
        answer(kim if number > 1 else make_customer("Bo", "bo@x.example"), number)

    assert counted() == one


def test_ten_surveys_of_one_ticket_cost_no_more_than_one(ticket: Ticket, ana: Agent, client: Client) -> None:
    switch_on()
    client.force_login(ana)
    address = f"/tickets/{ticket.pk}/satisfaction/"
    changes = []

    def ask(sequence: int) -> None:
        change = ticket.changes.latest("pk") if not changes else None
        from agents.actors import Actor
        from tickets.actions import AddNote
        from tickets.perform import perform

        change = change or perform(ticket.pk, AddNote(f"Note {sequence}"), by=Actor.agent(ana), via="web")
        changes.append(change)
        given = {"customer_id": ticket.requester_id, "solved_at": now(), "state": "suppressed", "agent": ana}
        Survey.objects.create(ticket=ticket, solve=change, sequence=sequence, **given)

    ask(1)
    statements(client, address)
    one = statements(client, address)
    for sequence in range(2, 8):
        ask(sequence)

    assert statements(client, address) == one


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: Survey.objects.due(now()).order_by("due_at", "pk"), "survey_due"),
        (lambda: Survey.objects.to_remind(now()).order_by("remind_at", "pk"), "survey_remind"),
        (lambda: Survey.objects.to_expire(now()).order_by("expires_at", "pk"), "survey_expire"),
        (lambda: Survey.objects.to_follow_up(now()).order_by("follow_up_at", "pk"), "survey_follow_up"),
        (lambda: SurveyMail.objects.due(), "survey_mail_due"),
        (lambda: Survey.objects.low().order_by("-answered_at", "-pk"), "survey_low"),
        (lambda: Survey.objects.sent().of_agent(7), "survey_of_agent"),
    ],
)
def test_what_is_asked_again_and_again_can_ride_its_index(rows: Any, index: str) -> None:
    """On PostgreSQL, told not to read from end to end: SQLite cannot see that a bound value meets a partial index."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite does not look into bound values")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert index in rows().explain()
