"""Acknowledgements: one per ticket, to people only, never often, never with a stranger's words."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils.timezone import now

from agents.actors import Actor
from channels import outbound
from channels.acknowledge import acknowledge
from channels.models import InboundMessage, LocalMail, Mailbox, OutboundEmail
from channels.reactions import mailbox_of
from customers.models import Address
from tests.channels.mailroom import local_mails, mail_in, make_mailbox
from tests.factories import make_customer, make_ticket
from tickets import outbox
from tickets.models import Change, Message, Ticket
from tickets.opening import open_ticket


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    return make_mailbox(signature="Desk Ltd.")


def came_by_mail(address: str = "kim@alpha.example", number: int = 0, verified: bool = False, **fields: Any) -> Ticket:
    """A ticket as a mail opens it; its reactions have run."""
    ticket = make_ticket(
        make_customer("Kim canary-name", address), subject="canary-subject", text="canary-body http://evil.example"
    )
    Message.objects.filter(ticket=ticket).update(sender_verified=verified)
    mail_in(ticket, f"m{number}-{ticket.pk}@alpha.example", **fields)
    outbox.drain()
    return ticket


def test_a_person_who_writes_in_hears_that_it_arrived(mailbox: Mailbox) -> None:
    """B07: Auto-Submitted, null return path, our Message-ID, In-Reply-To and References."""
    ticket = came_by_mail()

    assert outbound.send_due() == 1

    (letter,) = local_mails()
    mail = OutboundEmail.objects.get()
    asked = f"<m0-{ticket.pk}@alpha.example>"
    assert [letter[name] for name in ("From", "To", "Auto-Submitted", "Precedence", "X-Auto-Response-Suppress")] == [
        "Desk Support <support@desk.example>", "kim@alpha.example", "auto-replied", "bulk", "All",
    ]  # fmt: skip
    assert (letter["In-Reply-To"], letter["References"], letter["Message-ID"]) == (asked, asked, f"<{mail.header_id}>")
    assert LocalMail.objects.get().envelope_from == ""
    assert f"#{ticket.pk}" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_an_unverified_sender_reads_no_word_of_what_was_sent_in(mailbox: Mailbox) -> None:
    """B04: neither subject nor body nor name, in any part or header."""
    came_by_mail(verified=False)

    outbound.send_due()

    raw = bytes(LocalMail.objects.get().raw)
    assert b"canary" not in raw
    assert b"evil" not in raw


def test_a_verified_sender_reads_the_subject(mailbox: Mailbox) -> None:
    ticket = came_by_mail(verified=True)

    outbound.send_due()

    (letter,) = local_mails()
    assert letter["Subject"] == f"Re: canary-subject [#{ticket.pk}]"
    assert b"canary-body" not in bytes(LocalMail.objects.get().raw)


ROBOTS = [
    {"kind": "auto_reply"}, {"kind": "bounce"}, {"kind": "mailing_list"}, {"kind": "automated"}, {"kind": "loop"},
    {"evidence": {"may_answer": False}}, {"evidence": {}},
    {"transport": "smtp", "envelope_from": ""}, {"transport": "lmtp", "envelope_from": "<>"},
    {"from_address": "support@desk.example"}, {"from_address": "support+t7-x@desk.example"},
]  # fmt: skip


@pytest.mark.parametrize("signs", ROBOTS)
def test_robots_null_senders_and_ourselves_are_not_answered(mailbox: Mailbox, signs: dict[str, Any]) -> None:
    """B01, B03."""
    came_by_mail(**signs)

    assert OutboundEmail.objects.count() == 0


def test_an_address_from_which_mail_came_back_is_not_answered(mailbox: Mailbox) -> None:
    make_customer("Kim", "kim@alpha.example")
    Address.objects.update(bounced_at=now())

    came_by_mail()

    assert OutboundEmail.objects.count() == 0


def test_a_mailbox_that_does_not_acknowledge_stays_silent(mailbox: Mailbox) -> None:
    Mailbox.objects.update(acknowledges=False)

    came_by_mail()

    assert OutboundEmail.objects.count() == 0


def test_tickets_that_did_not_come_by_mail_are_not_acknowledged(mailbox: Mailbox) -> None:
    kim = make_customer()

    open_ticket("Call", kim, by=Actor.system("test"), via="web", channel="phone")
    make_ticket(kim, channel="web")
    outbox.drain()

    assert OutboundEmail.objects.count() == 0


def test_an_address_gets_three_an_hour_and_ten_a_day(mailbox: Mailbox) -> None:
    """B02: a robot that sets no header is met with silence."""
    start = now()
    counts = []
    for hour in range(6):
        with time_machine.travel(start + timedelta(hours=hour, minutes=1), tick=False):
            for number in range(5):
                came_by_mail(number=number)
            counts.append(OutboundEmail.objects.count())

    assert counts == [3, 6, 9, 10, 10, 10]


def test_a_mailbox_answers_so_often_an_hour_whoever_writes(mailbox: Mailbox, settings: Any) -> None:
    """B04: the total is capped too."""
    settings.ACK_PER_MAILBOX_HOUR = 4

    for number in range(7):
        came_by_mail(f"victim-{number}@x.example")

    assert OutboundEmail.objects.count() == 4


def test_a_ticket_is_acknowledged_once(mailbox: Mailbox) -> None:
    ticket = came_by_mail()
    change = Change.objects.get(ticket=ticket)

    with pytest.raises(Exception, match=r"(?i)unique"):
        acknowledge(change, mailbox)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite runs one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_workers_at_once_do_not_pass_the_cap() -> None:
    """B02 under concurrency."""
    mailbox = make_mailbox()
    changes = []
    for number in range(8):
        ticket = make_ticket()
        mail_in(ticket, f"m{number}@alpha.example")
        mailbox_of(ticket)
        changes.append(Change.objects.get(ticket=ticket))
    gate = threading.Barrier(8)

    def work(change: Change) -> None:
        from django.db import transaction

        try:
            gate.wait(10)
            with transaction.atomic():
                acknowledge(change, mailbox)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[change]) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert OutboundEmail.objects.count() == 3
    assert InboundMessage.objects.count() == 8
