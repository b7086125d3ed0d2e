"""The cause of a breach: asked of whoever solved the ticket, kept as a fact, and drawn as a Pareto chart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.actors import Actor
from agents.models import Agent
from helpdesk.lib.errors import HelpdeskError
from sla.actions import SetBreachCause
from sla.breach_pareto import Asked, broken_tickets, pareto
from sla.models import BreachCause, SlaClock
from tests.factories import make_customer, make_ticket
from tickets.actions import SetStatus, load
from tickets.models import Change, Event, Ticket
from tickets.perform import perform
from tickets.wording import phrase

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def late(ticket: Ticket, *, metric: str = "resolution", at: datetime = NOW, **more: Any) -> None:
    told = {"state": "breached_closed", "started_at": at - timedelta(hours=1), "breached_at": at, **more}
    SlaClock.objects.create(ticket=ticket, metric=metric, **told)


def explain(ticket: Ticket, by: Agent, code: str, note: str = "") -> Change | None:
    return perform(ticket.pk, SetBreachCause(code, note), by=Actor.agent(by), via="web")


@pytest.fixture
def as_ana_client(ana: Agent) -> Client:
    client = Client()
    client.force_login(ana)
    return client


@pytest.fixture
def desk(leo: Agent) -> Client:
    client = Client()
    client.force_login(leo)
    return client


# --- the Action ----------------------------------------------------------------------------------------------------


def test_the_cause_is_kept_as_a_fact_and_told_in_the_timeline(ana, ticket):
    late(ticket)

    change = explain(ticket, ana, "other", "  The  van broke down ")

    row = BreachCause.objects.get(ticket=ticket)
    assert (row.code, row.note, row.set_by, row.set_at) == ("other", "The van broke down", ana, change.created_at)
    event = Event.objects.get(change=change)
    assert (event.kind, event.data) == (
        "breach_cause_set",
        {"from": None, "to": "other", "note": "The van broke down"},
    )
    assert phrase(event) == "named the cause of the breach: Something else (The van broke down)"


def test_a_second_thought_takes_the_place_of_the_first_and_the_same_again_leaves_no_trace(ana, ticket):
    late(ticket)
    explain(ticket, ana, "workload")

    again = explain(ticket, ana, "workload")
    change = explain(ticket, ana, "outage")

    assert again is None
    assert Event.objects.get(change=change).data == {"from": "workload", "to": "outage", "note": ""}
    assert BreachCause.objects.get(ticket=ticket).code == "outage"


@pytest.mark.parametrize(
    ("code", "note", "refused"), [("", "", "bad_cause"), ("laziness", "", "bad_cause"), ("other", "  ", "needs_words")]
)
def test_an_answer_that_says_nothing_is_refused(ana, ticket, code, note, refused):
    late(ticket)

    with pytest.raises(HelpdeskError) as error:
        explain(ticket, ana, code, note)

    assert error.value.code == refused
    assert not BreachCause.objects.exists()


def test_a_ticket_that_kept_its_promise_has_no_cause(ana, ticket):
    late(ticket, state="cancelled")
    SlaClock.objects.create(ticket=ticket, metric="first_response", state="met", started_at=NOW)

    with pytest.raises(HelpdeskError) as error:
        explain(ticket, ana, "workload")

    assert error.value.code == "no_breach"


def test_the_action_comes_back_from_its_stored_form():
    action = SetBreachCause("other", "Snow")

    assert load(action.dump()) == action


# --- asking --------------------------------------------------------------------------------------------------------


def test_the_cause_is_asked_for_when_a_late_ticket_is_solved_and_not_before(ana, ticket, as_ana_client):
    late(ticket)
    address = f"/tickets/{ticket.pk}/breach-cause/"
    before = as_ana_client.get(address, headers=HTMX).content.decode()

    as_ana_client.post(f"/tickets/{ticket.pk}/status/", {"status": "solved"})

    ticket.refresh_from_db()
    assert ticket.status == "solved", "solving never waits for the answer"
    after = as_ana_client.get(address, headers=HTMX).content.decode()
    assert "Why was it late?" not in before
    assert 'hx-trigger="live from:#ticket-live delay:200ms"' in before
    assert "Why was it late?" in after


def test_a_ticket_solved_in_time_asks_nothing(ana, ticket, as_ana_client):
    perform(ticket.pk, SetStatus("solved"), by=Actor.agent(ana), via="web")

    body = as_ana_client.get(f"/tickets/{ticket.pk}/breach-cause/", headers=HTMX).content.decode()

    assert "<form" not in body


def test_the_answer_takes_the_place_of_the_question(ana, ticket, as_ana_client):
    late(ticket)
    perform(ticket.pk, SetStatus("solved"), by=Actor.agent(ana), via="web")
    address = f"/tickets/{ticket.pk}/breach-cause/"

    body = as_ana_client.post(address, {"code": "workload", "note": ""}, headers=HTMX).content.decode()

    assert "Too much work at once" in body
    assert 'name="code"' not in body
    assert 'name="code"' in as_ana_client.get(f"{address}?change=1", headers=HTMX).content.decode()


def test_something_else_needs_words_and_says_so_at_the_field(ana, ticket, as_ana_client):
    late(ticket)
    perform(ticket.pk, SetStatus("solved"), by=Actor.agent(ana), via="web")

    answer = as_ana_client.post(f"/tickets/{ticket.pk}/breach-cause/", {"code": "other", "note": ""}, headers=HTMX)

    assert answer.status_code == 422
    assert "Say in a few words what it was." in answer.content.decode()
    assert not BreachCause.objects.exists()


def test_who_may_only_read_is_told_the_cause_but_not_asked(ana, lou, ticket):
    """E01: a light agent reads, and no more."""
    late(ticket)
    perform(ticket.pk, SetStatus("solved"), by=Actor.agent(ana), via="web")
    client = Client()
    client.force_login(lou)
    address = f"/tickets/{ticket.pk}/breach-cause/"

    assert "<form" not in client.get(address, headers=HTMX).content.decode()
    assert client.post(address, {"code": "workload"}).status_code == 403
    assert not BreachCause.objects.exists()


def test_the_ticket_page_takes_no_statement_more_for_the_card(ana, ticket, as_ana_client):
    page = as_ana_client.get(f"/tickets/{ticket.pk}/").content.decode()

    assert f'hx-get="/tickets/{ticket.pk}/breach-cause/" hx-trigger="load"' in page


# --- the chart -----------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(ana, leo, billing, technical):
    """In Billing five late ones (three workload, one outage, one unexplained), in Technical one of workload."""
    with time_machine.travel(NOW, tick=False):
        made = []
        teams = [billing] * 5 + [technical]
        for number, (team, code) in enumerate(zip(teams, ["workload"] * 3 + ["outage", "", "workload"], strict=True)):
            ticket = make_ticket(make_customer(f"C{number}", f"c{number}@x.example"), team=team, subject=f"B {number}")
            late(ticket, at=NOW - timedelta(days=2))
            late(ticket, metric="first_response", at=NOW - timedelta(days=2))
            if code:
                perform(ticket.pk, SetBreachCause(code), by=Actor.system("test"), via="test")
            made.append(ticket)
        yield made


def test_each_late_ticket_counts_once_and_the_causes_add_up(broken, otto):
    found = pareto(Asked("7d"), Actor.agent(otto))

    assert [(bar.code, bar.count, bar.percent, bar.cumulative_percent) for bar in found.bars] == [
        ("workload", 4, 80, 80),
        ("outage", 1, 20, 100),
    ]
    assert (found.unexplained, found.total) == (1, 6)


def test_something_else_stands_last_however_often_it_was_named(broken, otto, ana):
    for ticket in broken[:3]:
        perform(ticket.pk, SetBreachCause("other", "Snow"), by=Actor.system("test"), via="test")

    found = pareto(Asked("7d"), Actor.agent(otto))

    assert [(bar.code, bar.count) for bar in found.bars] == [("outage", 1), ("workload", 1), ("other", 3)]


def test_a_supervisor_counts_the_own_teams_and_another_team_is_nothing(broken, leo, technical):
    """E01"""
    assert pareto(Asked("7d"), Actor.agent(leo)).total == 5
    assert pareto(Asked("7d", technical.pk), Actor.agent(leo)).total == 0


def test_a_bar_opens_exactly_its_tickets(broken, leo, billing, desk):
    actor = Actor.agent(leo)
    asked = Asked("7d", billing.pk)

    for bar in pareto(asked, actor).bars:
        assert broken_tickets(asked, bar.code, actor).count() == bar.count
    assert [one.pk for one in broken_tickets(asked, "none", actor)] == [broken[4].pk]
    page = desk.get(f"/supervise/causes/tickets/?range=7d&team={billing.pk}&cause=outage").content.decode()
    assert "B 3" in page
    assert "B 0" not in page


def test_the_span_begins_at_midnight_of_its_first_day(ticket, leo):
    late(ticket, at=datetime(2026, 11, 18, 0, 0, tzinfo=UTC))
    late(make_ticket(team=ticket.team, subject="Before"), at=datetime(2026, 11, 17, 23, 59, 59, tzinfo=UTC))

    with time_machine.travel(NOW, tick=False):
        assert pareto(Asked("7d"), Actor.agent(leo)).total == 1
        assert pareto(Asked("30d"), Actor.agent(leo)).total == 2


def test_the_chart_has_a_table_with_the_same_numbers(broken, desk):
    page = desk.get("/supervise/causes/?range=7d").content.decode()

    assert page.count('class="pareto__bar"') == 2
    table = page.split("As a table")[1].split("</table>")[0]
    assert "Too much work at once" in table
    assert "75 %" in table
    assert "100 %" in table
    assert "1 not explained yet" in page


def test_when_nothing_was_late_the_chart_says_so(desk):
    assert "Every promise was kept" in desk.get("/supervise/causes/").content.decode()


def test_the_chart_is_one_statement(broken, leo):
    actor = Actor.agent(leo)

    with CaptureQueriesContext(connection) as captured:
        pareto(Asked("90d"), actor)

    assert len(captured) == 1
