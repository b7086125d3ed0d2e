"""Pages of surveys cost the same for many rows as for one, and what is asked daily rides an index."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from agents.models import Agent
from surveys.models import Survey, SurveyMail
from tests.factories import make_customer, make_ticket
from tests.plans import count_anew
from tests.surveys.desk import sent, switch_on
from tickets.models import Change, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PAGES = [
    "/surveys/",
    "/surveys/?score=low",
    "/surveys/low/",
    "/surveys/of-agent/{agent}/",
    "/surveys/of-customer/{kim}/",
    "/surveys/of-customer/{kim}/short/",
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


def test_what_is_asked_again_and_again_rides_its_index(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    """On PostgreSQL, among a thousand: SQLite cannot see that a bound value meets a partial index."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite does not look into bound values")
    moment, like = now(), model_to_dict(ticket.changes.latest("pk"), exclude=["id", "ticket"])
    solves = Change.objects.bulk_create(Change(**like, ticket=ticket) for _number in range(1000))
    asked = {"ticket": ticket, "customer_id": ticket.requester_id, "solved_at": moment, "agent": leo}
    done = {"state": "answered", "sent_at": moment, "answered_at": moment, "score": 5}
    bo = make_customer("Bo", "bo@x.example")
    done["handed_at"] = moment
    surveys = [Survey(**asked, **done, solve=solve, sequence=n) for n, solve in enumerate(solves)]
    for n, survey in enumerate(surveys[::50]):
        survey.state = ("scheduled", "sent", "answered", "answered")[n % 4]
        survey.due_at = survey.remind_at = survey.expires_at = moment
        survey.agent, survey.score = (ana, 1) if n % 4 == 2 else (leo, None if n % 4 < 2 else 5)
        survey.follow_up_at = moment if n % 4 == 2 else None
    Survey.objects.bulk_create(surveys)
    SurveyMail.objects.bulk_create(
        SurveyMail(
            survey=survey,
            kind="question",
            header_id=f"{n}@x.example",
            state="queued" if not n % 50 else "sent",
            due_at=moment,
        )
        for n, survey in enumerate(surveys)
    )

    plans = {
        "survey_due": Survey.objects.due(moment).order_by("due_at", "pk"),
        "survey_remind": Survey.objects.to_remind(moment).order_by("remind_at", "pk"),
        "survey_expire": Survey.objects.to_expire(moment).order_by("expires_at", "pk"),
        "survey_follow_up": Survey.objects.to_follow_up(moment).order_by("follow_up_at", "pk"),
        "survey_mail_due": SurveyMail.objects.due(),
        "survey_low": Survey.objects.low().order_by("-answered_at", "-pk"),
        "survey_throttle": Survey.objects.asked_of([bo.pk]),
        "survey_of_agent": Survey.objects.sent().of_agent(ana.pk),
        # As the API pages those in a state.
        "survey_by_state": Survey.objects.filter(state="scheduled").order_by("created_at", "pk")[:51],
    }

    count_anew(*plans.values())
    for index, rows in plans.items():
        assert index in rows.explain()
