"""Sweeps, authors and savings at the same moment, with real threads on PostgreSQL."""

from __future__ import annotations

import threading
from datetime import timedelta
from time import monotonic

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from agents.actors import Actor
from helpdesk.lib.errors import HelpdeskError
from tests.factories import make_agent, make_customer, make_team, make_ticket
from tests.test_concurrency import together
from tickets.actions import AddCustomerMessage
from tickets.drafts import keep_draft
from tickets.models import Draft, ScheduledReply
from tickets.perform import perform
from tickets.scheduling import edit_scheduled, schedule_reply, send_now, send_scheduled

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="threads need PostgreSQL"),
]


@pytest.fixture
def desk(settings):
    settings.TICKET_REACTIONS = []
    team = make_team("Billing")
    by = Actor.agent(make_agent("Ana", teams=[team]))
    return by, make_ticket(make_customer(), team=team)


def due(ticket, by):
    row = schedule_reply(ticket, by, body="Good morning.", send_at=now() + timedelta(hours=1))
    ScheduledReply.objects.filter(pk=row.pk).update(send_at=now() - timedelta(minutes=1))
    return row


def sent(ticket):
    return ticket.messages.filter(author_kind="agent").count()


def test_many_sweeps_send_a_reply_once(desk):
    """Fault F30, L05"""
    by, ticket = desk
    due(ticket, by)

    done = together(*[send_scheduled] * 6)

    assert sorted(done) == [0, 0, 0, 0, 0, 1]
    assert sent(ticket) == 1


def test_a_reply_is_either_sent_or_taken_back_never_both(desk):
    """L08"""
    by, ticket = desk
    for _round in range(5):
        row = due(ticket, by)
        before = sent(ticket)

        swept, edited = together(send_scheduled, lambda pk=row.pk: edit_scheduled(ticket.pk, pk, by))

        if isinstance(edited, HelpdeskError):
            assert (swept, sent(ticket), edited.code) == (1, before + 1, "sent_already")
        else:
            assert (swept, sent(ticket)) == (0, before)
            assert Draft.objects.get().body.startswith("Good morning.")


def test_the_author_and_a_sweep_together_send_it_once(desk):
    by, ticket = desk
    row = due(ticket, by)

    together(send_scheduled, lambda: send_now(ticket.pk, row.pk, by), lambda: send_now(ticket.pk, row.pk, by))

    assert sent(ticket) == 1


def test_one_gesture_planned_by_many_presses_is_one_reply(desk):
    """L01"""
    by, ticket = desk
    at = now() + timedelta(hours=1)

    rows = together(*[lambda: schedule_reply(ticket, by, body="Hi", send_at=at, gesture="one-press")] * 5)

    assert {row.pk for row in rows} == {ScheduledReply.objects.get().pk}


def test_savings_at_the_same_moment_leave_one_draft(desk):
    by, ticket = desk

    kept = together(*[lambda n=n: keep_draft(ticket.pk, by, body=f"Words {n}") for n in range(6)])

    assert all(isinstance(draft, Draft) for draft in kept)
    assert Draft.objects.count() == 1


def test_what_a_customer_writes_while_a_reply_is_about_to_leave_holds_it(desk):
    by, ticket = desk
    kim = ticket.requester
    row = due(ticket, by)
    written, waits = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            said = AddCustomerMessage(kim.pk, kim.name, "It works again!")
            perform(ticket.pk, said, by=Actor.customer(kim.pk, kim.name), via="email")
            written.set()
            assert waits.wait(20)

    def sweep():
        assert written.wait(20)
        return send_scheduled()

    def commit_once_it_waits():
        deadline = monotonic() + 15
        with connection.cursor() as cursor:
            while monotonic() < deadline:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND wait_event_type = 'Lock'"
                )
                if cursor.fetchone()[0]:
                    break
        waits.set()

    _wrote, done, _waited = together(write, sweep, commit_once_it_waits)

    row.refresh_from_db()
    assert (done, sent(ticket)) == (0, 0)
    assert (row.state, row.reason, row.body) == ("held", "customer_wrote", "Good morning.")
