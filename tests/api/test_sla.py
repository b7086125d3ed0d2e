"""Promises by program: what is promised, how each second was counted, and who may read the policies."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.actors import Actor
from sla.models import SlaClock
from tests.api.conftest import program
from tests.factories import make_customer, make_ticket
from tests.plans import explained
from tests.sla.making import at, make_calendar, make_policy
from tickets.actions import SetStatus
from tickets.perform import perform

pytestmark = pytest.mark.django_db


def test_the_account_of_a_clock_adds_up(ana, kim, billing):
    """60 minutes, paused while pending: 20 are counted, then 30 stand still."""
    with time_machine.travel(at("2026-01-05 10:00"), tick=False) as clock:
        policy = make_policy("Gold", resolution=60, pauses={"resolution": ["pending"]})
        client, ticket = program(ana), make_ticket(kim, team=billing)
        clock.shift(timedelta(minutes=20))
        change = perform(ticket.pk, SetStatus("pending"), by=Actor.agent(ana), via="web")
        clock.shift(timedelta(minutes=30))

        told = client.get(f"/api/v1/tickets/{ticket.pk}/sla/").json()

    assert (told["policy_id"], told["policy_name"], told["policy_version"], told["by_hand"]) == (
        policy.pk,
        "Gold",
        1,
        False,
    )
    (one,) = told["clocks"]
    assert (one["metric"], one["state"], one["target_seconds"]) == ("resolution", "paused", 3600)
    assert (one["used_seconds"], one["left_seconds"]) == (1200, 2400)
    lines = [(line["kind"], line["seconds"], line["total_seconds"], line["reason"]) for line in one["account"]]
    assert lines == [("counted", 1200, 1200, "started"), ("stood", 0, 1200, "paused")]
    assert one["account"][1]["change_id"] == change.pk
    assert one["account"][1]["begins"] == "2026-01-05T10:20:00Z"


def test_clocks_are_listed_of_what_one_sees(ana_program, mia_program, kim, billing):
    make_policy(first_response=60, resolution=120)
    ticket = make_ticket(kim, team=billing)
    url = f"/api/v1/clocks/?ticket_id={ticket.pk}&state=running"

    found = ana_program.get(url).json()["items"]

    assert [clock["metric"] for clock in found] == ["first_response", "resolution"]
    assert ana_program.get(f"/api/v1/clocks/{found[0]['id']}/").json() == found[0]
    assert len(ana_program.get("/api/v1/clocks/?metric=resolution").json()["items"]) == 1
    assert mia_program.get(url).json()["items"] == []
    assert mia_program.get(f"/api/v1/clocks/{found[0]['id']}/").status_code == 404
    assert mia_program.get(f"/api/v1/tickets/{ticket.pk}/sla/").status_code == 404
    for wrong in ("state=gone", "metric=x", "ticket_id=x"):
        assert ana_program.get(f"/api/v1/clocks/?{wrong}").status_code == 422


def test_clocks_that_go_on_are_found_without_passing_those_that_ended(ticket):
    """The primary key begins with years of ended ones; the page of a state begins at the ones that are in it.
    On PostgreSQL: SQLite does not look into bound values, so it cannot see that one meets a partial index."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite does not look into bound values")
    clocks = [
        SlaClock(
            ticket=ticket,
            metric="next_response",
            sequence=number,
            state="met" if number < 900 else "running" if number % 2 else "paused",
            started_at=ticket.created_at,
        )
        for number in range(1, 961)
    ]
    SlaClock.objects.bulk_create(clocks)

    for state in ("running", "paused"):
        assert "clock_going_on" in explained(SlaClock.objects.filter(state=state).order_by("pk")[:21])


def test_surveys_of_a_state_are_paged_in_the_order_of_their_index(leo_program):
    with CaptureQueriesContext(connection) as captured:
        assert leo_program.get("/api/v1/surveys/?state=sent").json()["items"] == []

    (sql,) = [query["sql"] for query in captured if 'FROM "surveys_survey"' in query["sql"]]
    assert 'ORDER BY "surveys_survey"."created_at" ASC, "surveys_survey"."id" ASC' in sql


def test_an_escalation_is_raised_and_answered_by_actions(ana_program, leo_program, leo, mia_program, ticket):
    act = f"/api/v1/tickets/{ticket.pk}/actions/"

    raised = ana_program.send(act, {"actions": [{"do": "escalate", "reason": "needs_senior", "text": "Help"}]})
    assert raised.status_code == 200
    (found,) = leo_program.get("/api/v1/escalations/?state=open").json()["items"]
    answered = leo_program.send(act, {"actions": [{"do": "acknowledge_escalation", "escalation_id": found["id"]}]})

    assert answered.status_code == 200
    one = leo_program.get(f"/api/v1/escalations/{found['id']}/").json()
    assert (one["state"], one["acknowledged_by_id"], one["text"]) == ("acknowledged", leo.pk, "Help")
    assert mia_program.get(f"/api/v1/escalations/{found['id']}/").status_code == 404
    assert mia_program.get("/api/v1/escalations/").json()["items"] == []


def test_policies_and_calendars_are_read_by_who_manages_them(otto_program, ana_program):
    calendar = make_calendar("Office")
    policy = make_policy("Gold", calendar, first_response={"urgent": 15})

    shown = otto_program.get(f"/api/v1/sla-policies/{policy.pk}/").json()
    assert (shown["name"], shown["version"]["targets"], shown["version"]["calendar_id"]) == (
        "Gold",
        {"first_response": {"urgent": 15}},
        calendar.pk,
    )
    hours = otto_program.get("/api/v1/calendars/").json()["items"][0]
    assert (hours["name"], hours["version"]["time_zone"], hours["version"]["weekly"][0]) == (
        "Office",
        "UTC",
        [[540, 1020]],
    )
    for path in ("sla-policies/", f"sla-policies/{policy.pk}/", "calendars/", f"calendars/{calendar.pk}/"):
        assert ana_program.get(f"/api/v1/{path}").status_code == 403
    assert otto_program.get("/api/v1/calendars/999/").status_code == 404


def test_a_ticket_without_promises_says_so(ana_program, billing):
    ticket = make_ticket(make_customer(), team=billing)

    told = ana_program.get(f"/api/v1/tickets/{ticket.pk}/sla/").json()

    assert (told["policy_id"], told["clocks"], told["more"]) == (None, [], False)
