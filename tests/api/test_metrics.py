"""Figures by program: the same numbers as on the pages, parted, and with the tickets behind them."""

from __future__ import annotations

import pytest

from agents.actors import Actor
from reports.api import views
from reports.keeping import keep
from reports.metrics import KPIS
from tests.api.conftest import program
from tests.factories import make_customer, make_ticket
from tickets.actions import AddReply, SetStatus
from tickets.perform import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(ana, mia, billing, technical):
    """Two tickets in Billing, one of them answered and solved, and one in Technical."""
    mine = [make_ticket(make_customer(f"K{n}", f"k{n}@x.example"), team=billing) for n in range(2)]
    foreign = make_ticket(make_customer("Bo", "bo@b.example"), team=technical)
    perform(mine[0].pk, AddReply("Done"), SetStatus("solved"), by=Actor.agent(ana), via="test")
    keep()
    return mine, foreign


def test_all_figures_are_listed_with_their_definitions(otto_program):
    rows = otto_program.get("/api/v1/metrics/").json()

    assert [row["key"] for row in rows] == list(KPIS)
    assert all(row["name"] and row["definition"] for row in rows)
    created = next(row for row in rows if row["key"] == "created")
    assert (created["unit"], created["settles_after_days"]) == ("count", 0)


def test_a_figure_is_told_by_team_and_day_and_leads_to_its_tickets(otto_program, desk, billing, technical):
    mine, _foreign = desk

    whole = otto_program.get("/api/v1/metrics/created/?by=team").json()
    days = otto_program.get("/api/v1/metrics/created/?range=7d&by=day").json()
    narrowed = otto_program.get(f"/api/v1/metrics/created/?team={billing.pk}").json()
    behind = otto_program.get(f"/api/v1/metrics/created/tickets/?team={billing.pk}&fields=id&count=exact").json()
    solved = otto_program.get("/api/v1/metrics/solved/tickets/?expand=requester").json()

    assert (whole["figure"]["value"], whole["previous"]["value"]) == (3, 0)
    assert [(part["value"], part["figure"]["value"]) for part in whole["parts"]] == [
        (str(billing.pk), 2),
        (str(technical.pk), 1),
    ]
    assert [part["figure"]["value"] for part in days["parts"]] == [0, 0, 0, 0, 0, 0, 3]
    assert narrowed["figure"]["value"] == behind["count"] == 2
    assert behind["items"] == [{"id": ticket.pk} for ticket in reversed(mine)]
    assert [(row["id"], row["requester"]["email"]) for row in solved["items"]] == [(mine[0].pk, "k0@x.example")]


def test_a_supervisor_reads_figures_of_what_they_see_and_an_agent_none(desk, leo_program, ana_program, technical):
    """E01, E11: a figure counts no ticket that its reader does not see."""
    mine, foreign = desk

    assert leo_program.get(f"/api/v1/tickets/{foreign.pk}/").status_code == 404
    assert leo_program.get("/api/v1/metrics/created/").json()["figure"]["value"] == 2
    behind = leo_program.get("/api/v1/metrics/created/tickets/?fields=id").json()["items"]
    assert behind == [{"id": ticket.pk} for ticket in reversed(mine)]
    # There is such a team, and they may ask for it: none of its tickets is told.
    of_others = f"?team={technical.pk}"
    assert leo_program.get(f"/api/v1/metrics/created/{of_others}").json()["figure"]["value"] == 0
    assert leo_program.get(f"/api/v1/metrics/created/tickets/{of_others}").json()["items"] == []
    for path in ("", "created/", "created/tickets/"):
        assert ana_program.get(f"/api/v1/metrics/{path}").status_code == 403


@pytest.mark.parametrize(
    ("question", "status", "field"),
    [
        ("nothing/", 404, None),
        ("created/?range=year", 422, "range"),
        ("created/?range=own&from=2026-02-30", 422, "from"),
        ("created/?team=999", 422, "team"),
        ("created/?by=colour", 422, "by"),
        ("created/?compare=none", 422, "compare"),
        ("created/tickets/?fields=secret", 422, "fields"),
    ],
)
def test_a_strange_question_is_refused(otto_program, question, status, field):
    answer = otto_program.get(f"/api/v1/metrics/{question}")

    assert answer.status_code == status
    assert [error["field"] for error in answer.json()["errors"]] == ([field] if field else [])


def test_a_figure_in_too_many_parts_is_refused(otto_program, desk, monkeypatch):
    monkeypatch.setattr(views, "MOST_PARTS", 1)

    refused = otto_program.get("/api/v1/metrics/created/?by=team")

    assert refused.status_code == 422
    assert (refused.json()["code"], refused.json()["errors"][0]["field"]) == ("too_many_parts", "by")
    assert otto_program.get("/api/v1/metrics/created/?by=team&team=-").status_code == 200


def test_surveys_are_read_by_those_who_see_their_tickets(ana, leo, mia, otto, kim, billing, technical, lou, root):
    from tests import matrix_objects

    agents = {"lou": lou, "ana": ana, "mia": mia, "leo": leo, "otto": otto, "root": root}
    ticket_id = matrix_objects.make(kim, agents, billing, technical).argument("", "ticket_id", "own")
    clients = {name: program(agents[name]) for name in ("otto", "ana", "mia")}

    everything = clients["otto"].get("/api/v1/surveys/").json()["items"]
    of_one = clients["ana"].get(f"/api/v1/surveys/?ticket_id={ticket_id}").json()["items"]
    whole = clients["ana"].get(f"/api/v1/surveys/{of_one[0]['id']}/").json()

    assert of_one == [row for row in everything if row["ticket_id"] == ticket_id]
    assert (whole["state"], whole["score"], whole["answers"]) == ("sent", None, [])
    assert clients["otto"].get("/api/v1/surveys/?state=answered").json()["items"] == []
    assert clients["otto"].get("/api/v1/surveys/?score=low").json()["items"] == []
    assert clients["ana"].get("/api/v1/surveys/").status_code == 403
    assert clients["mia"].get(f"/api/v1/surveys/?ticket_id={ticket_id}").status_code == 404
    assert clients["mia"].get(f"/api/v1/surveys/{of_one[0]['id']}/").status_code == 404
