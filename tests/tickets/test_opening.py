"""Opening costs few statements, alone or together, and writes each ticket once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from agents.actors import Actor
from agents.models import Team
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError
from tests.factories import make_customer
from tickets.actions import AddCustomerMessage, AddNote, AddTag, AssignTo, SetPriority
from tickets.models import Change, Event, Message, OutboxEntry, Ticket
from tickets.opening import Opening, open_ticket, open_together

pytestmark = pytest.mark.django_db


def said(customer: Customer, words: str = "It burns.") -> AddCustomerMessage:
    return AddCustomerMessage(customer.pk, customer.name, words)


def opening(customer: Customer, *actions: Any, **how: Any) -> Opening:
    by = Actor.customer(customer.pk, customer.name)
    return Opening(f"Of {customer.name}", customer, actions or (said(customer),), by, "email", "email", **how)


def asked(work: Callable[[], object]) -> list[str]:
    """The tables that are written and read, in order."""
    with CaptureQueriesContext(connection) as captured:
        work()
    quiet = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SELECT seq", "INSERT INTO sqlite_sequence")
    numbers = ("UPDATE sqlite_sequence", "SELECT nextval")
    found = []
    for sql in (query["sql"] for query in captured.captured_queries):
        if sql.startswith(numbers):
            found.append("numbers")
        elif not sql.startswith(quiet):
            found.append(
                f"{sql.split()[0]} {sql.split('tickets_')[1].split(chr(34))[0] if 'tickets_' in sql else 'other'}"
            )
    return found


def test_a_ticket_with_its_first_message_is_six_statements_and_no_second_write(
    kim: Customer, as_kim: Actor, settings: Any
) -> None:
    settings.TICKET_SUBSCRIBERS = []

    found = asked(lambda: open_ticket("Fire", kim, said(kim), by=as_kim, via="email", channel="email"))

    rows = ["message", "ticket", "change", "event", "outboxentry"]
    assert found == ["numbers", *(f"INSERT {row}" for row in rows)]


def test_ten_tickets_together_take_one_draw_of_numbers_more(settings: Any) -> None:
    settings.TICKET_SUBSCRIBERS = []
    people = [make_customer(f"P{n}", f"p{n}@alpha.example") for n in range(10)]

    found = asked(lambda: open_together([opening(person) for person in people]))

    rows = ["message", "ticket", "change", "event", "outboxentry"]
    assert found == ["numbers", "numbers", *(f"INSERT {row}" for row in rows)]


def test_what_actions_alter_stands_in_the_one_row(kim: Customer, ana: Any, billing: Team) -> None:
    actions = [SetPriority("urgent"), AssignTo(ana.pk), AddTag("vip"), AddNote("Ring them.")]

    ticket, change = open_ticket(
        "Call", kim, *actions, by=Actor.agent(ana), via="web", channel="phone", team_id=billing.pk
    )

    kept = Ticket.objects.get()
    assert (kept.pk, kept.priority_slug, kept.assignee, kept.team, kept.version) == (
        ticket.pk, "urgent", ana, billing, 1,
    )  # fmt: skip
    assert [tag.name for tag in kept.tags.all()] == ["vip"]
    assert kept.messages.get().text == "Ring them."
    kinds = list(Event.objects.filter(change=change).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["opened", "priority_changed", "assignee_changed", "tag_added", "message_added"]


def test_tickets_opened_together_keep_their_words_and_pasts_apart() -> None:
    people = [make_customer(f"P{n}", f"p{n}@alpha.example") for n in range(3)]

    opened = open_together([opening(person, said(person, f"Words of {person.name}.")) for person in people])

    for person, (ticket, change) in zip(people, opened, strict=True):
        message = Message.objects.get(ticket=ticket)
        assert (ticket.subject, ticket.requester, message.text) == (
            f"Of {person.name}",
            person,
            f"Words of {person.name}.",
        )
        facts = {event.kind: event.data for event in change.events.all()}
        assert facts["message_added"]["message"] == message.pk
        assert facts["opened"]["requester"] == {"id": person.pk, "name": person.name}
        assert OutboxEntry.objects.filter(change=change, reaction="channels.reactions.acknowledge_ticket").count() == 1


def test_one_that_is_refused_opens_none_of_those_beside_it(kim: Customer) -> None:
    other = make_customer("Bo", "bo@alpha.example")

    with pytest.raises(HelpdeskError), transaction.atomic():
        open_together([opening(other), opening(kim, AddTag("not for customers"))])

    assert (Ticket.objects.count(), Message.objects.count(), Change.objects.count()) == (0, 0, 0)


def test_numbers_go_on_after_a_ticket_that_was_opened_together_with_others(kim: Customer, as_kim: Actor) -> None:
    """Keys that were drawn are never drawn again, by whichever road."""
    opened = [ticket.pk for ticket, _ in open_together([opening(kim), opening(kim)])]
    alone, _ = open_ticket("Next", kim, said(kim), by=as_kim, via="email", channel="email")
    opened += [alone.pk, *(ticket.pk for ticket, _ in open_together([opening(kim), opening(kim)]))]

    assert opened == sorted(set(opened))
    assert Message.objects.count() == Ticket.objects.count() == 5
