"""What an agent has not read is marked in lists and divided off on the page, for each agent alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent
from customers.models import Customer
from tests.factories import make_ticket
from tickets.actions import AddCustomerMessage, AddNote, AddReply, AddTag, SetStatus, WithdrawMessage
from tickets.models import Message, Ticket, TicketRead
from tickets.perform import perform
from tickets.reading import KEPT_DAYS, forget_closed, mark_unread, note_reading

pytestmark = pytest.mark.django_db


def unread(actor: Actor) -> dict[int, bool]:
    return {row.pk: row.unread for row in Ticket.objects.visible_to(actor).for_list(actor)}


def newest() -> int:
    return Message.objects.latest("pk").pk


def test_an_open_ticket_is_unread_until_it_is_opened(ticket: Ticket, as_ana: Actor) -> None:
    assert unread(as_ana) == {ticket.pk: True}

    note_reading(ticket.pk, as_ana, newest())

    assert unread(as_ana) == {ticket.pk: False}


def test_what_others_write_makes_it_unread_and_what_one_writes_does_not(
    ticket: Ticket, as_ana: Actor, leo: Agent
) -> None:
    note_reading(ticket.pk, as_ana, newest())
    perform(ticket.pk, AddReply("Mine"), by=as_ana, via="web")
    perform(ticket.pk, AddTag("x"), by=Actor.agent(leo), via="web")
    assert unread(as_ana) == {ticket.pk: False}

    perform(ticket.pk, AddNote("His"), by=Actor.agent(leo), via="web")

    assert unread(as_ana) == {ticket.pk: True}


def test_what_was_taken_back_is_no_news(ticket: Ticket, as_ana: Actor, leo: Agent) -> None:
    note_reading(ticket.pk, as_ana, newest())
    perform(ticket.pk, AddReply("Too early"), by=Actor.agent(leo), via="web")
    perform(ticket.pk, WithdrawMessage(newest()), by=Actor.agent(leo), via="web")

    assert unread(as_ana) == {ticket.pk: False}


def test_each_agent_reads_alone(ticket: Ticket, as_ana: Actor, leo: Agent) -> None:
    note_reading(ticket.pk, as_ana, newest())

    assert unread(Actor.agent(leo)) == {ticket.pk: True}


def test_a_solved_ticket_that_was_never_opened_is_not_marked_but_news_on_it_are(
    ticket: Ticket, as_ana: Actor, kim: Customer, leo: Agent
) -> None:
    perform(ticket.pk, SetStatus("solved"), by=Actor.agent(leo), via="web")
    assert unread(as_ana) == {ticket.pk: False}

    note_reading(ticket.pk, as_ana, newest())
    thanks = AddCustomerMessage(customer_id=kim.pk, author_name="Kim", text="Thank you!", thanks=True)
    perform(ticket.pk, thanks, by=Actor.customer(kim.pk, "Kim"), via="email")

    assert unread(as_ana) == {ticket.pk: True}


def test_an_older_page_does_not_turn_the_mark_back_and_none_reads_ahead(ticket: Ticket, as_ana: Actor) -> None:
    last = newest()
    note_reading(ticket.pk, as_ana, last + 1000)
    note_reading(ticket.pk, as_ana, last - 1)

    assert TicketRead.objects.get().last_message == last


def test_a_ticket_can_be_marked_as_unread(ticket: Ticket, as_ana: Actor, leo: Agent) -> None:
    note = AddNote("His")
    perform(ticket.pk, note, by=Actor.agent(leo), via="web")
    theirs = newest()
    perform(ticket.pk, AddNote("Mine"), by=as_ana, via="web")
    note_reading(ticket.pk, as_ana, newest())

    mark_unread(ticket.pk, as_ana)

    assert unread(as_ana) == {ticket.pk: True}
    assert TicketRead.objects.get().last_message == theirs - 1


def test_the_list_reads_the_marks_in_the_statement_of_its_rows(
    kim: Customer, as_ana: Actor, django_assert_num_queries: Any
) -> None:
    tickets = [make_ticket(kim) for _ in range(5)]
    note_reading(tickets[0].pk, as_ana, newest())
    rows = Ticket.objects.visible_to(as_ana).for_list(as_ana)

    with django_assert_num_queries(1):
        found = {row.pk: row.unread for row in rows}

    assert [found[ticket.pk] for ticket in tickets] == [False, True, True, True, True]


def test_two_agents_get_the_same_row_each_with_the_own_mark(
    client: Client, ticket: Ticket, ana: Agent, leo: Agent
) -> None:
    """Drawn rows are remembered: what is unread must be part of what they are remembered by."""
    note_reading(ticket.pk, Actor.agent(ana), newest())
    bodies = {}
    for agent in (ana, leo, ana):
        client.force_login(agent)
        bodies[agent.name] = client.get("/tickets/rows/").content.decode()

    assert ("is-unread" in bodies["Ana"], "is-unread" in bodies["Leo"]) == (False, True)
    assert "Unread:" in bodies["Leo"]


def test_the_page_says_where_one_stopped(client: Client, ticket: Ticket, ana: Agent, leo: Agent) -> None:
    client.force_login(ana)
    first = newest()
    assert "since-last-look" not in client.get(f"/tickets/{ticket.pk}/").content.decode()
    client.post(f"/tickets/{ticket.pk}/reading/", {"message": first})
    perform(ticket.pk, AddNote("Mine"), by=Actor.agent(ana), via="web")
    assert "since-last-look" not in client.get(f"/tickets/{ticket.pk}/").content.decode()
    perform(ticket.pk, AddNote("His"), by=Actor.agent(leo), via="web")

    page = client.get(f"/tickets/{ticket.pk}/").content.decode()

    assert page.index(f'id="message-{first}"') < page.index("since-last-look") < page.index(f'id="message-{newest()}"')
    assert page.count("since-last-look") == 1


def test_marking_as_unread_leads_back_to_the_list(client: Client, ticket: Ticket, ana: Agent) -> None:
    client.force_login(ana)
    client.post(f"/tickets/{ticket.pk}/reading/", {"message": newest()})

    answer = client.post(f"/tickets/{ticket.pk}/reading/", {"unread": "1"})

    assert (answer.status_code, answer["Location"]) == (302, "/tickets/")
    assert unread(Actor.agent(ana)) == {ticket.pk: True}


def test_a_ticket_out_of_sight_is_not_marked(client: Client, ticket: Ticket, mia: Agent) -> None:
    client.force_login(mia)

    for data in ({"message": newest()}, {"unread": "1"}):
        assert client.post(f"/tickets/{ticket.pk}/reading/", data).status_code == 404
    assert not TicketRead.objects.exists()


def test_how_far_closed_tickets_were_read_is_forgotten(kim: Customer, as_ana: Actor, leo: Agent) -> None:
    kept, closed, late = (make_ticket(kim) for _ in range(3))
    for ticket in (kept, closed, late):
        note_reading(ticket.pk, as_ana, newest())
    for ticket in (closed, late):
        perform(ticket.pk, SetStatus("solved"), by=as_ana, via="web")
        perform(ticket.pk, SetStatus("closed"), by=Actor.system("auto-close"), via="schedule")
    TicketRead.objects.exclude(ticket=late).update(at=now() - timedelta(days=KEPT_DAYS + 1))

    assert forget_closed() == 1
    assert set(TicketRead.objects.values_list("ticket_id", flat=True)) == {kept.pk, late.pk}
    assert unread(as_ana)[closed.pk] is False
