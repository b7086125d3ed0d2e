"""The team board counts what lies with whom, and one person's tickets are spread with a preview and a way back."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent, Team
from agents.skills import Skill
from sla.spreading import Share, Taker, give_out, plan
from sla.team_board import boards
from tests.factories import make_agent, make_customer, make_ticket
from tickets.actions import AddNote, AddTag, AssignTo, SetStatus
from tickets.filters import TicketFilter
from tickets.models import BulkJob, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea(billing: Team) -> Agent:
    return make_agent("Bea", teams=[billing])


@pytest.fixture
def desk(leo: Agent) -> Client:
    client = Client()
    client.force_login(leo)
    return client


def online(*agents: Agent) -> None:
    Agent.objects.filter(pk__in=[agent.pk for agent in agents]).update(availability="online")
    for agent in agents:
        agent.refresh_from_db()


def given(agent: Agent, team: Team, count: int, **more: object) -> list[Ticket]:
    return [
        make_ticket(make_customer(f"C{n}", f"c{n}@x.example"), AssignTo(agent.pk), team=team, subject=f"T {n}", **more)
        for n in range(count)
    ]


# --- the board -----------------------------------------------------------------------------------------------------


def test_the_board_counts_open_tickets_by_state_and_tells_the_longest_waiting(ana, leo, billing):
    first, second, third = given(ana, billing, 3)
    make_ticket(team=billing, subject="Nobody's")
    perform(second.pk, SetStatus("pending"), by=Actor.agent(ana), via="web")
    perform(third.pk, SetStatus("solved"), by=Actor.agent(ana), via="web")
    moment = now().replace(microsecond=0) - timedelta(hours=3)
    Ticket.objects.filter(pk=first.pk).update(waiting_since=moment)

    [board] = boards(Actor.agent(leo))

    line = next(line for line in board.lines if line.agent == ana)
    assert {cell.status: cell.count for cell in line.cells} == {"new": 1, "open": 0, "pending": 1, "on_hold": 0}
    assert (line.here, line.load, line.oldest, line.is_full) == (2, 2, moment, False)
    assert (board.nobodys.here, board.total) == (1, 3)


def test_each_number_of_the_board_opens_exactly_its_tickets(ana, leo, billing, as_ana):
    tickets = given(ana, billing, 3)
    perform(tickets[0].pk, SetStatus("on_hold"), by=as_ana, via="web")
    make_ticket(team=billing)

    [board] = boards(Actor.agent(leo))

    actor = Actor.agent(leo)
    for line in (*board.lines, board.nobodys):
        for cell in line.cells:
            asked = {k: v for k, v in parse_qs(urlsplit(cell.url).query).items() if k != "view"}
            found = TicketFilter(asked, queryset=Ticket.objects.visible_to(actor), actor=actor)
            assert found.is_sound
            assert found.qs.count() == cell.count


def test_the_load_counts_other_teams_too_and_says_when_somebody_is_full(ana, leo, billing, technical):
    Agent.objects.filter(pk=ana.pk).update(capacity=2)
    given(ana, billing, 1)
    given(ana, technical, 1)

    [board] = boards(Actor.agent(leo))

    line = next(line for line in board.lines if line.agent == ana)
    assert (line.here, line.load, line.capacity, line.is_full) == (1, 2, 2, True)


def test_a_supervisor_sees_the_own_teams_and_an_ops_manager_all(leo, otto, mia, ana):
    assert [board.team.name for board in boards(Actor.agent(leo))] == ["Billing"]
    assert [board.team.name for board in boards(Actor.agent(otto))] == ["Billing", "Technical"]


def test_another_team_asked_for_by_number_is_not_shown(leo, technical, desk):
    """E01"""
    body = desk.get(f"/supervise/teams/?team={technical.pk}").content.decode()

    assert "Technical" not in body
    assert "No team to look after" in body


@pytest.mark.parametrize("rows", [1, 15])
def test_the_board_takes_four_statements_whatever_lies_there(ana, bea, leo, billing, rows):
    given(ana, billing, rows)
    actor = Actor.agent(leo)

    with CaptureQueriesContext(connection) as captured:
        boards(actor)

    assert len(captured) == 4


# --- who would get which -------------------------------------------------------------------------------------------


def taker(name: str, load: int, *, capacity: int | None = 20, there: str = "online", role: str = "agent", skills=()):
    agent = Agent(pk=hash(name) % 1000, name=name, capacity=capacity, availability=there, role=role)
    return Taker(agent, load, frozenset(skills))


def shares(count: int, tags: tuple[str, ...] = (), language: str = "") -> list[Share]:
    return [Share(Ticket(pk=n, language=language), None, tags=frozenset(tags)) for n in range(count)]


def names(given_out: list[Share]) -> list[str | None]:
    return [share.taker.agent.name if share.taker else None for share in given_out]


def test_tickets_go_to_whoever_is_least_full_one_after_the_other():
    out = shares(4)

    give_out(out, [taker("Ana", 4), taker("Bea", 2, capacity=10), taker("Cy", 0)])

    assert names(out) == ["Cy", "Cy", "Cy", "Cy"]
    out = shares(3)
    give_out(out, [taker("Ana", 4), taker("Bea", 2, capacity=10)])
    assert names(out) == ["Ana", "Bea", "Ana"]


def test_a_skill_goes_before_room():
    out = shares(1, tags=("printer",)) + shares(1, language="pl-PL")

    give_out(
        out,
        [taker("Ana", 0), taker("Bea", 9, skills=[("tag", "printer")]), taker("Cy", 9, skills=[("language", "pl")])],
    )

    assert names(out) == ["Bea", "Cy"]
    assert [share.skilled for share in out] == [True, True]


def test_somebody_full_gets_nothing_and_what_nobody_can_take_stays():
    out = shares(3)

    give_out(out, [taker("Ana", 19), taker("Bea", 20)])

    assert names(out) == ["Ana", None, None]


def test_those_who_are_away_or_supervise_are_asked_only_when_nobody_else_is():
    out = shares(1)
    give_out(out, [taker("Ana", 9), taker("Leo", 0, role="supervisor"), taker("Cy", 0, there="away")])
    assert names(out) == ["Ana"]

    out = shares(1)
    give_out(out, [taker("Leo", 5, role="supervisor"), taker("Cy", 0, there="away"), taker("Di", 0, there="offline")])
    assert names(out) == ["Leo"]

    out = shares(1)
    give_out(out, [taker("Cy", 7, there="away"), taker("Di", 0, there="offline")])
    assert names(out) == ["Cy"]


def test_what_is_due_first_is_given_out_first(ana, bea, leo, billing):
    online(bea)
    late, soon, never = given(ana, billing, 3)
    Ticket.objects.filter(pk=late.pk).update(next_due_at=now() + timedelta(hours=9))
    Ticket.objects.filter(pk=soon.pk).update(next_due_at=now() + timedelta(hours=1))

    found = plan(ana, billing, Actor.agent(leo))

    assert [share.ticket.pk for share in found.shares] == [soon.pk, late.pk, never.pk]
    assert found.moving == 3


def test_skills_of_the_team_are_read_for_the_plan(ana, bea, leo, billing):
    cy = make_agent("Cy", teams=[billing])
    online(bea, cy)
    Skill.objects.create(agent=cy, kind="tag", value="printer")
    ticket = given(ana, billing, 1)[0]
    perform(ticket.pk, AddTag("printer"), by=Actor.agent(ana), via="web")

    [share] = plan(ana, billing, Actor.agent(leo)).shares

    assert (share.taker.agent, share.skilled) == (cy, True)


# --- doing it ------------------------------------------------------------------------------------------------------


def spread(desk: Client, agent: Agent, team: Team, **changed: str) -> Client:
    address = f"/supervise/teams/{team.pk}/agents/{agent.pk}/spread/"
    body = desk.get(address).content.decode()
    form = dict(re.findall(r'name="(version-\d+)" value="(\d+)"', body))
    for name, options in re.findall(r'<select[^>]*name="(to-\d+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        form[name] = (re.findall(r'value="(\d+)" selected', options) or [""])[0]
    return desk.post(address, form | changed, follow=True)


def test_fourteen_tickets_are_spread_as_previewed_and_put_back(ana, bea, leo, billing, desk):
    cy = make_agent("Cy", teams=[billing])
    online(bea, cy)
    tickets = given(ana, billing, 14)

    page = spread(desk, ana, billing).content.decode()

    assert {Ticket.objects.filter(assignee=one).count() for one in (bea, cy)} == {7}
    assert "14 tickets were changed." in page
    job = BulkJob.objects.get()
    assert (job.state, job.total) == ("done", 14)
    desk.post(f"/tickets/bulk/{job.pk}/undo/")
    assert Ticket.objects.filter(assignee=ana).count() == 14
    assert len({ticket.pk for ticket in tickets}) == 14


def test_a_ticket_that_changed_since_is_not_put_back(ana, bea, leo, billing, desk):
    online(bea)
    kept, changed = given(ana, billing, 2)
    spread(desk, ana, billing)
    perform(changed.pk, AddNote("I am on it."), by=Actor.agent(bea), via="web")

    desk.post(f"/tickets/bulk/{BulkJob.objects.get().pk}/undo/")

    kept.refresh_from_db()
    changed.refresh_from_db()
    assert (kept.assignee_id, changed.assignee_id) == (ana.pk, bea.pk)


def test_a_ticket_that_changed_after_the_preview_is_refused_and_the_others_go(ana, bea, leo, billing, desk):
    online(bea)
    first, second = given(ana, billing, 2)

    page = spread(desk, ana, billing, **{f"version-{first.pk}": str(first.version - 1)}).content.decode()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.assignee_id, second.assignee_id) == (ana.pk, bea.pk)
    assert "1 was refused." in page


def test_one_chosen_otherwise_goes_where_it_was_sent_or_stays(ana, bea, leo, billing, desk):
    cy = make_agent("Cy", teams=[billing])
    online(bea, cy)
    first, second = given(ana, billing, 2)

    spread(desk, ana, billing, **{f"to-{first.pk}": str(cy.pk), f"to-{second.pk}": ""})

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.assignee_id, second.assignee_id) == (cy.pk, ana.pk)


def test_nobody_of_another_team_can_be_slipped_in(ana, bea, mia, leo, billing, desk):
    """E05: only those whom the page offers."""
    online(bea)
    ticket = given(ana, billing, 1)[0]

    answer = spread(desk, ana, billing, **{f"to-{ticket.pk}": str(mia.pk)})

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.assignee_id, BulkJob.objects.count()) == (422, ana.pk, 0)


def test_tickets_of_another_team_cannot_be_spread(mia, leo, technical, desk):
    """E01"""
    given(mia, technical, 1)

    assert desk.get(f"/supervise/teams/{technical.pk}/agents/{mia.pk}/spread/").status_code == 404


def test_more_than_fifty_are_left_to_the_workers_with_progress(ana, bea, leo, billing, desk, monkeypatch):
    monkeypatch.setattr("tickets.bulk.AT_ONCE", 1)
    online(bea)
    given(ana, billing, 2)

    answer = spread(desk, ana, billing)

    job = BulkJob.objects.get()
    assert answer.redirect_chain == [(f"/tickets/bulk/{job.pk}/", 302)]
    assert "Spread the tickets of Ana" in answer.content.decode()
    assert job.state == "running"
