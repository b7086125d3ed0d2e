"""The supervisor's desk: the queue and its gestures, the radar, what nobody took, and who sees how much of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.actors import Actor
from agents.models import Agent
from sla.actions import Escalate
from sla.escalation_queue import queue
from sla.models import Escalation
from sla.radar import radar, untaken
from tests.factories import make_customer, make_ticket
from tickets.actions import AssignTo, SetPriority, SetStatus
from tickets.filters import TicketFilter
from tickets.models import Change, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def escalate(ticket: Ticket, by: Agent, **said: object) -> Escalation:
    asked = {"reason": "customer_upset", "text": "He called twice.", **said}
    perform(ticket.pk, Escalate(**asked), by=Actor.agent(by), via="web")
    return Escalation.objects.filter(ticket=ticket).latest("pk")


def due(ticket: Ticket, moment: datetime | None) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(next_due_at=moment, sla_state="running" if moment else "")


@pytest.fixture
def desk(leo: Agent) -> Client:
    client = Client()
    client.force_login(leo)
    return client


# --- the queue -----------------------------------------------------------------------------------------------------


def test_the_queue_begins_with_what_must_be_acknowledged_first(ana, leo, billing):
    tickets = [make_ticket(team=billing, subject=f"Number {number}") for number in range(3)]
    for ticket, minutes in zip(tickets, (60, 5, 30), strict=True):
        escalate(ticket, ana)
        due_by = NOW + timedelta(minutes=minutes)
        Escalation.objects.filter(ticket=ticket).update(ack_due=due_by)
    never = escalate(make_ticket(team=billing), ana, reason="needs_senior")
    Escalation.objects.filter(pk=never.pk).update(ack_due=None)

    found = queue(Actor.agent(leo))

    assert [row.escalation.ticket_id for row in found.open] == [
        tickets[1].pk,
        tickets[2].pk,
        tickets[0].pk,
        never.ticket_id,
    ]
    assert (found.open_count, found.acknowledged_count) == (4, 0)


@pytest.mark.parametrize(
    ("seconds", "minutes", "late"), [(720, 12, False), (701, 12, False), (1, 1, False), (0, 0, True), (-61, -1, True)]
)
def test_the_time_left_is_said_in_minutes_with_the_begun_one(ana, leo, ticket, seconds, minutes, late):
    escalation = escalate(ticket, ana)
    Escalation.objects.filter(pk=escalation.pk).update(ack_due=NOW + timedelta(seconds=seconds))

    with time_machine.travel(NOW, tick=False):
        row = queue(Actor.agent(leo)).open[0]

    assert row.left == timedelta(minutes=minutes)
    assert row.is_late is late


def test_a_supervisor_sees_the_escalations_of_the_own_teams_only(ana, mia, leo, ticket, technical, desk):
    """E01: what belongs to another team is as absent as what never was."""
    escalate(ticket, ana)
    foreign = make_ticket(make_customer("Bo", "bo@beta.example"), team=technical, subject="Foreign canary")
    other = escalate(foreign, mia)

    body = desk.get("/supervise/").content.decode()

    assert f"#{ticket.pk}" in body
    assert "Foreign canary" not in body
    for gesture in ("acknowledge", "take-over", "hand-back", "resolve"):
        assert desk.post(f"/supervise/escalations/{other.pk}/{gesture}/", {"note": "x"}).status_code == 404
    other.refresh_from_db()
    assert other.state == "open"


def test_an_escalation_is_acknowledged_taken_over_and_handed_back_without_scripts(ana, leo, ticket, desk):
    perform(ticket.pk, AssignTo(ana.pk), by=Actor.agent(ana), via="web")
    escalation = escalate(ticket, ana)
    base = f"/supervise/escalations/{escalation.pk}"

    acknowledged = desk.post(f"{base}/acknowledge/", follow=True)
    escalation.refresh_from_db()
    assert (escalation.state, escalation.acknowledged_by_id) == ("acknowledged", leo.pk)
    assert f"You look after #{ticket.pk} now." in acknowledged.content.decode()

    desk.post(f"{base}/take-over/")
    ticket.refresh_from_db()
    assert ticket.assignee_id == leo.pk

    desk.post(f"{base}/hand-back/", {"note": "Offer him the refund."})
    escalation.refresh_from_db()
    ticket.refresh_from_db()
    assert (escalation.state, escalation.note, ticket.assignee_id) == ("handed_back", "Offer him the refund.", ana.pk)
    assert queue(Actor.agent(leo)).is_empty


def test_a_gesture_answers_htmx_with_the_queue_as_it_stands_then(ana, ticket, desk):
    escalation = escalate(ticket, ana)

    body = desk.post(f"/supervise/escalations/{escalation.pk}/resolve/", headers=HTMX).content.decode()

    assert "<section" not in body, "the place itself stays, whatever else is under way"
    assert "Nobody asks for you" in body
    assert f"The escalation of #{ticket.pk} is resolved." in body


def test_handing_back_without_a_word_is_refused_and_changes_nothing(ana, ticket, desk):
    escalation = escalate(ticket, ana)
    before = Change.objects.count()

    answer = desk.post(f"/supervise/escalations/{escalation.pk}/hand-back/", {"note": "  "}, headers=HTMX)

    assert answer.status_code == 422
    escalation.refresh_from_db()
    assert (escalation.state, Change.objects.count()) == ("open", before)


def test_words_of_a_colleague_are_shown_as_words(ana, ticket, desk):
    """C02: an escalation's text is not markup."""
    escalate(ticket, ana, text="<script>alert(1)</script>")

    body = desk.get("/supervise/queue/", headers=HTMX).content.decode()

    assert "&lt;script&gt;alert(1)" in body
    assert "<script>" not in body


def test_an_empty_desk_says_so(desk):
    body = desk.get("/supervise/").content.decode()

    assert "Nobody asks for you" in body
    assert "Nothing is late, and nothing falls due in the next four hours." in body
    assert "No customer has waited for more than 30 min" in body


# --- the radar -----------------------------------------------------------------------------------------------------


def found_by(url: str, agent: Agent) -> set[int]:
    """What the list behind a number holds, by the filter that the inbox uses."""
    asked = {name: values for name, values in parse_qs(urlsplit(url).query).items() if name not in ("view", "sort")}
    actor = Actor.agent(agent)
    narrowed = TicketFilter(asked, queryset=Ticket.objects.visible_to(actor), actor=actor)
    assert narrowed.is_sound, narrowed.form.errors
    return set(narrowed.qs.values_list("pk", flat=True))


@time_machine.travel(NOW, tick=False)
def test_the_radar_counts_by_team_and_each_number_opens_exactly_its_tickets(leo, otto, billing, technical):
    minutes = {billing: (-10, 0, 1, 15, 16, 60, 61, 240, 241), technical: (5, 5), None: (30,)}
    made = {
        (team, offset): due_in(offset, team, number)
        for team, offsets in minutes.items()
        for number, offset in enumerate(offsets)
    }
    solved = due_in(3, billing, 99)
    perform(solved.pk, SetStatus("solved"), by=Actor.agent(leo), via="web")
    due(solved, NOW + timedelta(minutes=3))

    found = radar(Actor.agent(otto))

    rows = {row.team: [cell.count for cell in row.cells] for row in found.rows}
    assert rows == {billing: [2, 2, 4, 6], technical: [0, 2, 2, 2], None: [0, 0, 1, 1]}
    assert [cell.count for cell in found.total] == [2, 4, 7, 9]
    for row in found.rows:
        for cell in row.cells:
            assert len(found_by(cell.url, otto)) == cell.count
    assert len(found_by(found.total[3].url, otto)) == 9
    first = made[(billing, 1)]
    assert found.soonest[0].pk == first.pk
    assert all(one.next_due_at > NOW for one in found.soonest)


def due_in(minutes: int, team: object, number: int) -> Ticket:
    customer = make_customer(f"C {number}", f"c{number}@x.example")
    ticket = make_ticket(customer, team=team, subject=f"In {minutes}")
    due(ticket, NOW + timedelta(minutes=minutes))
    return ticket


@time_machine.travel(NOW, tick=False)
def test_the_radar_of_a_supervisor_leaves_other_teams_out(leo, mia, billing, technical):
    due_in(5, billing, 1)
    due_in(5, technical, 2)

    found = radar(Actor.agent(leo))

    assert [(row.team, row.cells[1].count) for row in found.rows] == [(billing, 1)]
    assert [one.team for one in found.soonest] == [billing]


# --- unassigned too long -------------------------------------------------------------------------------------------


def test_what_nobody_took_is_listed_when_its_customer_has_waited_long_enough(leo, ana, billing, settings):
    settings.UNASSIGNED_MINUTES = 30
    with time_machine.travel(NOW - timedelta(minutes=31), tick=False):
        long, taken, answered = (make_ticket(team=billing, subject=word) for word in ("long", "taken", "answered"))
    with time_machine.travel(NOW - timedelta(minutes=29), tick=False):
        make_ticket(team=billing, subject="fresh")
    perform(taken.pk, AssignTo(ana.pk), by=Actor.agent(ana), via="web")
    perform(answered.pk, SetStatus("solved"), by=Actor.agent(ana), via="web")

    with time_machine.travel(NOW, tick=False):
        found = untaken(Actor.agent(leo))
        behind = found_by(found.url, leo)

    assert (found.count, [one.pk for one in found.oldest]) == (1, [long.pk])
    assert behind == {long.pk}


# --- one ticket to somebody else -----------------------------------------------------------------------------------


def test_one_ticket_is_given_to_somebody_of_its_team(ana, leo, ticket, desk):
    Agent.objects.filter(pk=ana.pk).update(availability="online")
    page = desk.get(f"/supervise/tickets/{ticket.pk}/reassign/").content.decode()
    assert "least full" in page

    desk.post(f"/supervise/tickets/{ticket.pk}/reassign/", {"agent": ana.pk, "version": ticket.version})

    ticket.refresh_from_db()
    assert ticket.assignee_id == ana.pk


def test_a_ticket_is_not_given_to_somebody_of_another_team(mia, leo, ticket, desk):
    answer = desk.post(f"/supervise/tickets/{ticket.pk}/reassign/", {"agent": mia.pk, "version": ticket.version})

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.assignee_id) == (422, None)


def test_a_ticket_that_changed_meanwhile_is_not_given_away(ana, leo, ticket, desk):
    seen = ticket.version
    perform(ticket.pk, SetPriority("high"), by=Actor.agent(ana), via="web")

    answer = desk.post(f"/supervise/tickets/{ticket.pk}/reassign/", {"agent": ana.pk, "version": seen})

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.assignee_id) == (409, None)


# --- what it costs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 12])
def test_the_desk_takes_as_many_statements_for_one_row_as_for_many(ana, leo, billing, desk, rows):
    for number in range(rows):
        ticket = make_ticket(make_customer("", f"c{number}@x{number}.example"), team=billing)
        escalate(ticket, ana)
        due(ticket, datetime.now(UTC) + timedelta(minutes=3))
        Ticket.objects.filter(pk=ticket.pk).update(waiting_since=NOW - timedelta(days=300))
    desk.get("/supervise/")

    with CaptureQueriesContext(connection) as captured:
        answer = desk.get("/supervise/")

    assert answer.status_code == 200
    assert len(captured) == 15, "\n".join(query["sql"][:150] for query in captured)
