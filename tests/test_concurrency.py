"""Real threads on real rows. Each of these fails when its lock or claim is taken out; PostgreSQL only."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, connections, transaction

from agents.actors import Actor
from customers.matching import customer_for_email
from customers.models import Address, Customer
from helpdesk.lib.errors import HelpdeskError, Stale
from tests.factories import make_agent, make_customer, make_team, make_ticket
from tickets import outbox, sweeps
from tickets.actions import AddCustomerMessage, AddReply, AddTag, AssignTo, SetField, SetStatus
from tickets.ends import end_of
from tickets.linking import link_tickets
from tickets.merging import merge_tickets
from tickets.models import Change, Event, FieldDefinition, Merge, Message, OutboxEntry, Ticket, TicketLink
from tickets.opening import open_ticket
from tickets.outbox import reacts_to
from tickets.perform import perform
from tickets.splitting import split_ticket
from tickets.unmerging import Undone, undo_merge

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="threads need PostgreSQL"),
]

HITS: list[int] = []


def together(*jobs):
    """Run all jobs at the same moment; what each returned or raised, in order."""
    barrier = threading.Barrier(len(jobs))
    results = [None] * len(jobs)

    def run(index, job):
        try:
            barrier.wait()
            results[index] = job()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.TICKET_REACTIONS = []
    HITS.clear()


@pytest.fixture
def desk():
    team = make_team("Billing")
    agent = make_agent("Ana", teams=[team])
    kim = make_customer()
    return Actor.agent(agent), kim, make_ticket(kim, team=team), agent


@reacts_to("tag_added")
def slowly(change):
    HITS.append(change.pk)
    time.sleep(0.01)


def test_twenty_agents_fill_twenty_fields_and_none_is_lost(desk):
    """L03: read-modify-write of one column under a lock."""
    by, _kim, ticket, _agent = desk
    for i in range(20):
        FieldDefinition.objects.create(key=f"f{i}", label=f"F{i}", kind="number")

    results = together(
        *[lambda i=i: perform(ticket.pk, SetField(f"f{i}", i), by=by, via="web").version for i in range(20)]
    )

    ticket.refresh_from_db()
    assert ticket.custom == {f"f{i}": i for i in range(20)}
    assert sorted(results) == list(range(2, 22))


def test_of_twenty_with_the_same_version_one_wins(desk):
    by, _kim, ticket, _agent = desk

    results = together(
        *[lambda i=i: perform(ticket.pk, AddTag(f"t{i}"), by=by, via="web", version=1) for i in range(20)]
    )

    assert sum(isinstance(r, Change) for r in results) == 1
    assert sum(isinstance(r, Stale) for r in results) == 19
    assert ticket.tags.count() == 1


def test_twenty_clicks_on_send_are_one_reply(desk):
    """L01: double submit."""
    by, _kim, ticket, _agent = desk

    results = together(*[lambda: perform(ticket.pk, AddReply("Hi"), by=by, via="web", gesture="g") for _ in range(20)])

    assert len({r.pk for r in results}) == 1
    assert ticket.messages.filter(text="Hi").count() == 1


def test_twenty_presses_of_open_make_one_ticket(desk):
    """L01, L07: one form, one ticket, one number."""
    by, kim, _ticket, _agent = desk
    before = Ticket.objects.count()

    results = together(
        *[lambda: open_ticket("New", kim, by=by, via="web", channel="phone", gesture="g")[0].pk for _ in range(20)]
    )

    assert len(set(results)) == 1
    assert Ticket.objects.count() == before + 1


def test_two_claim_a_ticket_and_one_is_told(desk):
    """L02: the second sees that somebody was quicker; there is one event."""
    by, _kim, ticket, agent = desk
    other = make_agent("Bea", teams=[ticket.team])

    results = together(
        lambda: perform(ticket.pk, AssignTo(agent.pk), by=by, via="web", version=1),
        lambda: perform(ticket.pk, AssignTo(other.pk), by=Actor.agent(other), via="web", version=1),
    )

    assert sorted(type(r).__name__ for r in results) == ["Change", "Stale"]
    assert Event.objects.filter(kind="assignee_changed").count() == 1


def test_one_address_makes_one_person_however_many_mails_arrive(desk):
    results = together(*[lambda: customer_for_email("New.Face@gamma.example", "New Face").pk for _ in range(20)])

    assert len(set(results)) == 1
    assert Address.objects.filter(normalised="new.face@gamma.example").count() == 1
    assert Customer.objects.filter(name="New Face").count() == 1


def test_four_workers_run_each_reaction_once(desk, settings):
    by, _kim, ticket, _agent = desk
    settings.TICKET_REACTIONS = ["tests.test_concurrency.slowly"]
    for i in range(30):
        perform(ticket.pk, AddTag(f"t{i}"), by=by, via="web")

    together(outbox.drain, outbox.drain, outbox.drain, outbox.drain)

    assert sorted(HITS) == sorted(Change.objects.filter(events__kind="tag_added").values_list("pk", flat=True))
    assert not OutboxEntry.objects.owed().exists()


def test_links_in_opposite_directions_do_not_wait_for_each_other(desk):
    by, kim, ticket, _agent = desk
    other = make_ticket(kim, team=ticket.team)

    results = together(
        *[lambda: link_tickets(ticket.pk, other.pk, "related", by=by, via="web") for _ in range(5)],
        *[lambda: link_tickets(other.pk, ticket.pk, "related", by=by, via="web") for _ in range(5)],
    )

    assert not [r for r in results if isinstance(r, Exception)]
    assert TicketLink.objects.count() == 2


def test_two_sweeps_close_each_ticket_once(desk, settings):
    """Fault F30: two schedulers."""
    _by, kim, ticket, _agent = desk
    tickets = [make_ticket(kim, SetStatus("solved"), team=ticket.team) for _ in range(10)]
    Ticket.objects.filter(status="solved").update(solved_at="2026-01-01T00:00:00Z")

    results = together(sweeps.close_solved, sweeps.close_solved)

    assert sum(results) == 10
    closings = Event.objects.filter(kind="status_changed", data__to="closed")
    assert closings.count() == len(tickets)


def test_five_hundred_tickets_at_once_have_five_hundred_numbers(desk):
    """L07: numbers are unique."""
    by, kim, _ticket, _agent = desk

    def open_many():
        return [open_ticket("x", kim, by=by, via="web", channel="web")[0].pk for _ in range(50)]

    numbers = [pk for batch in together(*[open_many] * 10) for pk in batch]

    assert len(set(numbers)) == 500


def test_the_row_is_locked_while_a_gesture_is_under_way(desk):
    by, _kim, ticket, _agent = desk
    order: list[str] = []
    held = threading.Event()

    def hold():
        with transaction.atomic():
            Ticket.objects.lock(ticket.pk, by)
            held.set()
            time.sleep(0.2)
            order.append("first")

    def follow():
        held.wait()
        perform(ticket.pk, AddTag("x"), by=by, via="web")
        order.append("second")

    together(hold, follow)

    assert order == ["first", "second"]
    assert connection.vendor == "postgresql"


def test_two_who_merge_a_pair_crosswise_do_not_wait_for_each_other_and_one_wins(desk):
    """L08, E06: A into B and B into A at the same moment: rows are locked in the order of their keys."""
    by, kim, ticket, _agent = desk
    for _round in range(5):
        first, second = (make_ticket(kim, team=ticket.team) for _n in range(2))

        results = together(
            lambda first=first, second=second: merge_tickets(first.pk, second.pk, by=by, via="web"),
            lambda first=first, second=second: merge_tickets(second.pk, first.pk, by=by, via="web"),
        )

        assert sorted(type(result).__name__ for result in results) == ["HelpdeskError", "Merge"]
        standing = Ticket.objects.get(pk__in=(first.pk, second.pk), merged_into=None)
        assert standing.messages.count() == 2
    assert Merge.objects.count() == 5


def test_ten_who_merge_the_same_ticket_elsewhere_move_it_once(desk):
    by, kim, ticket, _agent = desk
    targets = [make_ticket(kim, team=ticket.team) for _n in range(5)]

    results = together(*[lambda pk=t.pk: merge_tickets(ticket.pk, pk, by=by, via="web") for t in targets * 2])

    assert sum(isinstance(result, Merge) for result in results) == 1
    assert {result.code for result in results if isinstance(result, HelpdeskError)} == {"merged"}
    assert sum(target.messages.count() for target in targets) == 6


def test_a_mail_that_arrives_during_a_merge_is_on_the_ticket_that_stands(desk):
    """L08: whether it comes before or after, its words are where the conversation goes on."""
    by, kim, ticket, _agent = desk
    as_kim = Actor.customer(kim.pk, kim.name)
    for n in range(8):
        source, target = (make_ticket(kim, team=ticket.team) for _n in range(2))
        said = AddCustomerMessage(kim.pk, "Kim", f"during {n}")

        def arrive(pk=source.pk, said=said):
            try:
                return perform(pk, said, by=as_kim, via="email")
            except HelpdeskError as refusal:
                assert refusal.code == "merged"
                return perform(end_of(pk), said, by=as_kim, via="email")

        results = together(arrive, lambda s=source.pk, t=target.pk: merge_tickets(s, t, by=by, via="web"))

        assert not [result for result in results if isinstance(result, Exception)]
        assert target.messages.filter(text=f"during {n}").count() == 1
        assert not source.messages.exists()


def test_of_two_who_undo_a_merge_one_does(desk):
    by, kim, ticket, _agent = desk
    other = make_ticket(kim, team=ticket.team)
    merge_tickets(ticket.pk, other.pk, by=by, via="web")

    results = together(*[lambda: undo_merge(ticket.pk, by=by, via="web") for _n in range(4)])

    assert sum(isinstance(result, Undone) for result in results) == 1
    assert {result.code for result in results if isinstance(result, HelpdeskError)} == {"not_merged"}
    assert (ticket.messages.count(), other.messages.count()) == (1, 1)


def test_a_split_and_a_merge_of_one_ticket_lose_no_message(desk):
    by, kim, ticket, _agent = desk
    other = make_ticket(kim, team=ticket.team)
    perform(ticket.pk, AddReply("second"), by=by, via="web")
    message = ticket.messages.latest("pk").pk

    results = together(
        lambda: split_ticket(ticket.pk, message, "part", by=by, via="web"),
        lambda: merge_tickets(ticket.pk, other.pk, by=by, via="web"),
    )

    assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, HelpdeskError)]
    assert Message.objects.count() == 3
    assert not ticket.messages.exists()
