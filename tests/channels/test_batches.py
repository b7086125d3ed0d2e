"""Many mails in one transaction: the same rows as one by one, in their order, and none that takes others along."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from channels import batches, filing, waking
from channels import inbound as inbound_module
from channels.inbound import process, process_waiting, receive
from channels.models import InboundMessage, Mailbox, OutboundEmail, TicketMailbox
from customers.models import Customer
from tests.channels.mailroom import make_mailbox
from tests.channels.post import counts, letter
from tests.factories import make_customer
from tests.plugin_services import ROOT, child_environment
from tests.sla.making import make_calendar, make_policy
from tickets import outbox
from tickets.models import Change, Event, Message, OutboxEntry, Ticket

State = InboundMessage.State


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.inbound.wake_inbound", lambda: None)


@pytest.fixture
def box(db: None) -> Mailbox:
    return make_mailbox()


def store(box: Mailbox, *matters: str, sender: str = "", **how: str) -> list[InboundMessage]:
    """One mail for each matter, each by a person of its own unless `sender` is given."""
    return [
        receive(
            letter(
                f"Words about {matter}.",
                sender=sender or f"{matter.title()} Writer <{matter}@alpha.example>",
                subject=f"Matter {matter}",
                header_id=f"{matter}@alpha.example",
                **how,
            ),
            box,
            transport="pipe",
        )
        for matter in matters
    ]


def states() -> dict[str, str]:
    return dict(InboundMessage.objects.values_list("subject", "state"))


def test_a_batch_writes_the_same_rows_as_one_mail_after_another(box: Mailbox) -> None:
    def rows(subject: str) -> list[Any]:
        ticket = Ticket.objects.get(subject=subject)
        inbound = InboundMessage.objects.get(ticket=ticket)
        change = Change.objects.get(ticket=ticket)
        message = Message.objects.get(ticket=ticket)
        said = [(e.kind, sorted(e.data)) for e in Event.objects.filter(change=change).order_by("pk")]
        return [
            (ticket.status, ticket.channel, ticket.excerpt[:11], ticket.version, ticket.language, ticket.team_id),
            ticket.waiting_since == ticket.created_at == ticket.activity_at == change.created_at == message.created_at,
            (change.actor_kind, change.actor_id == ticket.requester_id, change.via, change.version, said),
            (message.customer_id == ticket.requester_id, message.from_address[1:], message.public, message.text[:11]),
            (inbound.state, inbound.message == message, inbound.kind, inbound.reason, inbound.attempts),
            (inbound.claimed_until, inbound.header_id[1:], inbound.from_name[1:], sorted(inbound.evidence)),
            list(OutboxEntry.objects.filter(change=change).values_list("reaction", "state")),
            TicketMailbox.objects.get(ticket=ticket).mailbox == box,
        ]

    (alone,) = store(box, "a")
    process(alone.pk)
    store(box, "b", "c")
    assert process_waiting() == 2

    assert rows("Matter a") == rows("Matter b") == rows("Matter c")
    facts = {e.data["message"] for e in Event.objects.filter(kind="message_added")}
    assert facts == set(Message.objects.values_list("pk", flat=True))


def test_tickets_of_a_batch_are_numbered_in_the_order_of_their_mails(box: Mailbox) -> None:
    matters = [f"m{n}" for n in range(10, 22)]
    store(box, *matters)

    process_waiting()

    assert list(Ticket.objects.order_by("pk").values_list("subject", flat=True)) == [f"Matter {m}" for m in matters]


def test_a_mail_that_cannot_be_filed_is_marked_by_itself_and_the_others_stand(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault F04: poison in the midst of a batch."""
    real = filing._said

    def said(letter: Any, *more: Any) -> Any:
        return 1 / 0 if letter.mail.subject == "Matter poison" else real(letter, *more)

    monkeypatch.setattr(filing, "_said", said)
    store(box, "a", "b", "poison", "c")

    process_waiting()

    assert states() == {"Matter a": "done", "Matter b": "done", "Matter poison": "failed", "Matter c": "done"}
    assert "ZeroDivisionError" in InboundMessage.objects.get(state=State.FAILED).error
    assert counts() == (3, 3)
    assert Customer.objects.filter(addresses__value="poison@alpha.example").count() == 0


def test_a_mail_that_cannot_be_read_fails_alone(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    real = batches.open_mail
    monkeypatch.setattr(batches, "open_mail", lambda raw: 1 / 0 if b"Matter poison" in raw else real(raw))
    store(box, "poison", "a")
    receive(b"\r\n\r\n", box, transport="pipe")

    process_waiting()

    assert sorted(InboundMessage.objects.values_list("state", "reason")) == [
        (State.DONE, ""),
        (State.FAILED, "empty"),
        (State.FAILED, "error"),
    ]
    assert counts() == (1, 1)


def test_a_full_disk_lets_one_mail_wait_and_the_others_pass(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault F08, for one mail of a batch."""
    real = inbound_module.keep_files

    def keep(letter: Any) -> Any:
        if letter.mail.subject == "Matter b":
            raise OSError(28, "No space left on device")
        return real(letter)

    monkeypatch.setattr(inbound_module, "keep_files", keep)
    store(box, "a", "b", "c")

    process_waiting()

    assert sorted(InboundMessage.objects.values_list("state", "attempts")) == [("done", 1), ("done", 1), ("stored", 0)]
    monkeypatch.undo()
    InboundMessage.objects.update(claimed_until=None)
    assert process_waiting() == 1
    assert counts() == (3, 3)


def test_a_mail_and_the_answer_to_it_in_one_batch_make_one_conversation(box: Mailbox) -> None:
    first = letter("One.", header_id="one@alpha.example")
    second = letter(
        "Two.", "In-Reply-To: <one@alpha.example>", subject="Re: Printer on fire", header_id="two@a.example"
    )
    third = letter("Three.", "References: <two@a.example>", subject="Re: Printer on fire", header_id="three@a.example")
    for raw in (first, second, third):
        receive(raw, box, transport="pipe")
    store(box, "other")

    assert process_waiting() == 4

    said = Message.objects.filter(ticket__subject="Printer on fire").order_by("pk").values_list("text", flat=True)
    assert [text.strip() for text in said] == ["One.", "Two.", "Three."]
    assert counts() == (2, 4)
    reasons = InboundMessage.objects.order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["", "known_message", "known_message", ""]


def test_the_first_mails_of_one_person_in_one_batch_make_one_customer(box: Mailbox) -> None:
    store(box, "a", "b", "c", sender="Kim Jensen <kim@alpha.example>")

    process_waiting()

    assert Customer.objects.count() == 1
    assert counts() == (3, 3)


def test_copies_in_one_batch_are_one_ticket(box: Mailbox) -> None:
    for road in (b"", b"Received: by a\r\n", b"Received: by b\r\n"):
        receive(road + letter(), box, transport="pipe")
    receive(letter("My  printer burns."), box, transport="pipe")

    process_waiting()

    assert list(InboundMessage.objects.order_by("pk").values_list("state", flat=True)) == ["done"] + ["duplicate"] * 3
    assert counts() == (1, 1)


def test_a_mail_that_ended_a_worker_is_taken_up_alone(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault F04: should it do so again, no other mail loses its turn."""
    sizes: list[int] = []
    real = batches._claim

    def claim() -> list[InboundMessage]:
        rows = real()
        sizes.append(len(rows))
        return rows

    monkeypatch.setattr(batches, "_claim", claim)
    mails = store(box, "a", "b", "suspect", "c", "d")
    InboundMessage.objects.filter(pk=mails[2].pk).update(attempts=1)

    process_waiting()

    assert sizes == [2, 1, 2, 0]
    assert counts() == (5, 5)


def test_a_mail_that_ended_four_workers_is_set_aside_and_its_neighbours_are_not(box: Mailbox) -> None:
    mails = store(box, "a", "suspect", "b")
    InboundMessage.objects.filter(pk=mails[1].pk).update(attempts=inbound_module.MOST_CRASHES)

    process_waiting()

    reasons = InboundMessage.objects.order_by("pk").values_list("state", "reason")
    assert list(reasons) == [("done", ""), ("failed", "crashed"), ("done", "")]


def test_big_mails_do_not_share_a_batch(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_BYTES", 500)
    store(box, "a", "b", "c")

    assert (batches.take_up_some(), batches.take_up_some()) == (2, 1)


def test_an_answer_waits_for_the_older_mail_that_another_worker_has_in_hand(box: Mailbox) -> None:
    (first,) = store(box, "a", sender="Kim <kim@alpha.example>")
    InboundMessage.objects.update(attempts=1, claimed_until=now() + timedelta(seconds=60))
    answer = letter("More.", "In-Reply-To: <a@alpha.example>", subject="Re: Matter a", header_id="more@alpha.example")
    receive(answer, box, transport="pipe")

    process_waiting()

    assert counts() == (0, 0)
    InboundMessage.objects.update(claimed_until=None)
    process(first.pk)
    process_waiting()
    assert counts() == (1, 2)


def test_an_answer_does_not_wait_for_ever(box: Mailbox) -> None:
    store(box, "a")
    InboundMessage.objects.update(attempts=1, claimed_until=now() + timedelta(hours=1))
    answer = receive(
        letter("More.", "In-Reply-To: <a@alpha.example>", header_id="m@alpha.example"), box, transport="pipe"
    )
    InboundMessage.objects.filter(pk=answer.pk).update(received_at=now() - timedelta(seconds=31))

    process_waiting()

    assert counts() == (1, 1)


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_midst_of_a_batch_loses_nothing_and_does_nothing_twice(moment: str) -> None:
    """Fault F04, with kill -9."""
    box = make_mailbox()
    store(box, *(f"m{n}" for n in range(12)))
    connection.close()

    child = subprocess.run(
        [sys.executable, "-c", KILLED, moment], env=child_environment(), cwd=ROOT, capture_output=True, timeout=60
    )

    assert child.returncode == -9, child.stderr.decode()[-2000:]
    filed = 4 if moment == "before_commit" else 8
    assert counts() == (filed, filed)
    assert InboundMessage.objects.filter(state=State.STORED, claimed_until__gt=now(), attempts=1).count() == 8 - filed
    InboundMessage.objects.update(claimed_until=None)
    process_waiting()
    assert counts() == (12, 12)
    assert set(states().values()) == {"done"}
    assert set(Message.objects.values_list("text", flat=True)) == {f"Words about m{n}." for n in range(12)}


KILLED = """
import os, signal, sys
import django
django.setup()
from channels import batches, inbound
batches.MOST = 4
inbound.wake_inbound = lambda: None
real, runs = batches.file_together, []

def filed(cases):
    real(cases)
    runs.append(cases)
    if len(runs) == 2 and sys.argv[1] == "before_commit":
        os.kill(os.getpid(), signal.SIGKILL)

def claimed():
    if len(runs) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return claim()

batches.file_together, claim, batches._claim = filed, batches._claim, claimed
inbound.process_waiting()
"""


def known(count: int, name: str = "k") -> list[str]:
    matters = [f"{name}{n}" for n in range(count)]
    for matter in matters:
        make_customer(f"{matter.title()} Writer", f"{matter}@alpha.example")
    return matters


def statements(work: Callable[[], object]) -> int:
    """How many it takes. SQLite needs two for each draw of numbers, and no lock by name: counted as on PostgreSQL."""
    with CaptureQueriesContext(connection) as captured:
        work()
    asked = [query["sql"] for query in captured.captured_queries]
    quiet = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT seq", "INSERT INTO sqlite_sequence")
    locks = 1 if connection.vendor == "sqlite" and any("sqlite_sequence" in sql for sql in asked) else 0
    return sum(not sql.startswith(quiet) for sql in asked) + locks


@pytest.mark.parametrize(("count", "needed"), [(1, 17), (10, 18)])
def test_ten_mails_take_one_statement_more_than_one(box: Mailbox, settings: Any, count: int, needed: int) -> None:
    """Of people whom we know, without what hooks into a new ticket; the last one looks whether more has come."""
    settings.TICKET_SUBSCRIBERS = []
    store(box, *known(count))

    assert statements(process_waiting) == needed
    assert counts() == (count, count)


@pytest.mark.parametrize("count", [1, 10])
def test_ten_acknowledgements_take_as_many_statements_as_one(box: Mailbox, settings: Any, count: int) -> None:
    settings.TICKET_REACTIONS = ["channels.reactions.acknowledge_ticket"]
    store(box, *known(count))
    process_waiting()

    assert statements(outbox.drain) == 12
    assert OutboundEmail.objects.count() == count


@pytest.mark.parametrize("promised", [False, True])
def test_whatever_hooks_into_a_new_ticket_ten_take_no_more_statements_than_two(box: Mailbox, promised: bool) -> None:
    """Name a subscriber's or reaction's `together` when this fails."""
    if promised:
        calendar = make_calendar()
        make_policy("VIP", calendar, conditions=[{"priority": ["urgent"]}], first_response=30)
        make_policy("All", calendar, first_response=60, resolution=960)
    store(box, *known(1, "one"))
    process_waiting()  # what a process asks once
    outbox.drain()
    store(box, *known(2, "two"))
    two = (statements(process_waiting), statements(outbox.drain))
    store(box, *known(10, "ten"))

    assert (statements(process_waiting), statements(outbox.drain)) == two
    assert (counts(), OutboundEmail.objects.count()) == ((13, 13), 13)


def test_one_acknowledgement_that_cannot_be_written_does_not_hold_up_the_others(box: Mailbox) -> None:
    store(box, *known(3))
    process_waiting()
    second = Change.objects.order_by("pk")[1]
    OutboundEmail.objects.create(
        kind="ack", change=second, ticket=second.ticket, mailbox=box, recipient="x@y.example", header_id="x"
    )  # so that its own breaks a constraint

    outbox.drain()

    assert OutboundEmail.objects.exclude(header_id="x").count() == 2
    owed = OutboxEntry.objects.exclude(state="done").get()
    assert (owed.change, owed.attempts) == (second, 1)
    assert not OutboundEmail.objects.filter(change=second).exclude(header_id="x").exists()


def test_the_caps_hold_within_one_batch_of_acknowledgements(box: Mailbox, settings: Any) -> None:
    """B02"""
    store(box, *(f"m{n}" for n in range(8)), sender="Kim <kim@alpha.example>")
    process_waiting()

    outbox.drain()

    assert OutboundEmail.objects.count() == settings.ACK_PER_ADDRESS_HOUR


def test_a_flood_of_mail_calls_a_worker_seldom_and_never_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[float] = []
    monkeypatch.setattr(waking, "_call", lambda: calls.append(time.monotonic()))
    monkeypatch.setattr(waking, "_called_at", -1.0)

    for _ in range(50):
        waking.wake_inbound()
        last = time.monotonic()
    time.sleep(0.2)

    assert 2 <= len(calls) <= 6
    assert calls[-1] >= last
