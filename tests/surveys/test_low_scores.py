"""A score of 1 or 2 asks the team's supervisor to look, once, through the one door, whatever the ticket's state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError
from sla.models import Escalation
from surveys import follow_up
from surveys.models import Survey
from tests.factories import make_ticket
from tests.surveys.desk import TUESDAY, do, run, sent, switch_on
from tickets import outbox
from tickets.actions import SetStatus
from tickets.merging import merge_tickets
from tickets.models import Event, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db


def say(client: Client, token: str, score: int, comment: str = "") -> None:
    client.post(f"/feedback/{token}/", {"score": str(score), "comment": comment})


@pytest.mark.parametrize("score", [1, 2])
def test_a_low_score_opens_an_escalation_with_a_time_to_acknowledge(
    score: int, ticket: Ticket, ana: Agent, leo: Agent, client: Client, settings: Any
) -> None:
    switch_on()
    with time_machine.travel(TUESDAY, tick=False):
        survey, token = sent(ticket, ana)
        say(client, token, score, "Nobody listened.")
        assert run() == 1

    raised = Escalation.objects.get()
    assert (raised.source, raised.reason, raised.text, raised.team) == (
        "csat",
        "low_score",
        "Nobody listened.",
        ticket.team,
    )
    assert raised.ack_due == TUESDAY + timedelta(minutes=settings.ESCALATION_ACK_MINUTES)
    ticket.refresh_from_db()
    assert ticket.status == "solved"
    event = Event.objects.get(kind="escalated")
    assert (event.change.actor_name, event.change.via) == ("surveys", "schedule")
    survey.refresh_from_db()
    assert (survey.escalated_at, survey.follow_up_at) == (TUESDAY, None)


@pytest.mark.parametrize("score", [3, 4, 5])
def test_other_scores_escalate_nothing(score: int, ticket: Ticket, ana: Agent, client: Client) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)

    say(client, token, score)
    run()

    assert not Escalation.objects.exists()


def test_a_score_changed_before_anybody_was_asked_escalates_nothing(ticket: Ticket, ana: Agent, client: Client) -> None:
    """Pressed the wrong face."""
    switch_on()
    _survey, token = sent(ticket, ana)
    say(client, token, 1)
    say(client, token, 5)

    run()

    assert not Escalation.objects.exists()


def test_however_often_the_answer_changes_it_is_escalated_once(ticket: Ticket, ana: Agent, client: Client) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)
    for score, comment in ((1, "Bad"), (2, "Not so bad"), (1, "Bad after all")):
        say(client, token, score, comment)
        run()

    assert Escalation.objects.count() == 1


def test_a_worker_killed_after_the_escalation_and_before_its_mark_escalates_once(
    ticket: Ticket, ana: Agent, client: Client, monkeypatch: Any
) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)
    say(client, token, 1)
    monkeypatch.setattr(follow_up, "note", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run()
    assert not Escalation.objects.exists()
    monkeypatch.undo()

    run()
    run()

    assert Escalation.objects.count() == 1


def test_a_low_score_of_a_merged_ticket_is_told_where_its_conversation_goes_on(
    ticket: Ticket, ana: Agent, kim: Customer, client: Client
) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)
    target = make_ticket(kim, team=ticket.team)
    merge_tickets(ticket.pk, target.pk, by=Actor.agent(ana), via="web")

    say(client, token, 1)
    run()

    assert Escalation.objects.get().ticket == target


def test_closing_by_time_does_not_end_what_a_customer_said(
    ticket: Ticket, ana: Agent, leo: Agent, client: Client
) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)
    say(client, token, 1)
    run()

    perform(ticket.pk, SetStatus("closed"), by=Actor.system("auto-close"), via="schedule")

    assert Escalation.objects.get().state == "open"


def test_a_low_score_of_a_closed_ticket_is_escalated_too(ticket: Ticket, ana: Agent, client: Client) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)
    perform(ticket.pk, SetStatus("closed"), by=Actor.system("auto-close"), via="schedule")
    outbox.drain()

    say(client, token, 2)
    run()

    assert Escalation.objects.get().state == "open"


def test_a_refusal_is_tried_again_and_never_lost(ticket: Ticket, ana: Agent, client: Client, monkeypatch: Any) -> None:
    switch_on()
    _survey, token = sent(ticket, ana)
    say(client, token, 1)
    monkeypatch.setattr(follow_up, "perform", lambda *a, **k: (_ for _ in ()).throw(HelpdeskError("no", "No.")))
    run()
    monkeypatch.undo()
    waits = Survey.objects.get().follow_up_at
    assert waits is not None and waits > now()
    assert run() == 0

    with time_machine.travel(waits, tick=False):
        run()

    assert Escalation.objects.count() == 1


def test_an_agent_cannot_escalate_a_solved_ticket_in_the_name_of_a_survey(ticket: Ticket, ana: Agent) -> None:
    """E09: the source is for the house to say."""
    from sla.actions import Escalate

    do(ticket, ana, SetStatus("solved"))

    with pytest.raises(HelpdeskError) as refusal:
        do(ticket, ana, Escalate(reason="low_score", source="csat"))

    assert refusal.value.code == "bad_reason"
    assert not Escalation.objects.exists()


def test_the_supervisor_finds_it_in_the_queue_and_acknowledges_it(
    ticket: Ticket, ana: Agent, leo: Agent, client: Client
) -> None:
    from sla.actions import AcknowledgeEscalation, ResolveEscalation

    switch_on()
    _survey, token = sent(ticket, ana)
    say(client, token, 1, "Nobody listened.")
    run()
    raised = Escalation.objects.get()
    desk = Client()
    desk.force_login(leo)

    assert "Nobody listened." in desk.get("/supervise/").content.decode()
    do(ticket, leo, AcknowledgeEscalation(raised.pk))
    do(ticket, leo, ResolveEscalation(raised.pk, "Called the customer."))

    raised.refresh_from_db()
    assert (raised.state, raised.acknowledged_by, raised.note) == ("resolved", leo, "Called the customer.")
