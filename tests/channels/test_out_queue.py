"""Which mails a reply owes, to whom, when, and what takes them back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent, Team
from channels import outbound, signing
from channels.models import LocalMail, Mailbox, OutboundEmail, TicketMailbox
from tests.channels.mailroom import local_mails, mail_in, make_due, make_mailbox, reply
from tests.factories import make_ticket
from tickets import outbox
from tickets.actions import AddNote, AddReply, RedactMessage, WithdrawMessage
from tickets.models import Event, Ticket
from tickets.perform import perform


def test_a_reply_owes_one_mail_to_the_requester(ticket: Ticket, ana: Agent) -> None:
    mailbox = make_mailbox()

    message = reply(ticket, ana)

    mail = OutboundEmail.objects.get()
    assert (mail.recipient, mail.to, mail.cc) == ("kim@alpha.example", ["kim@alpha.example"], [])
    assert (mail.state, mail.mailbox, mail.message) == ("queued", mailbox, message)
    assert mail.due_at == message.deliver_after + timedelta(seconds=2)
    assert signing.read_header_id(mail.header_id) == ticket.pk
    assert TicketMailbox.objects.get(ticket=ticket).mailbox == mailbox


def test_each_person_in_copy_gets_one_mail_and_we_get_none(ticket: Ticket, ana: Agent) -> None:
    """B03: mailboxes, aliases and plus-variants of ours are stripped, in whichever case they are written."""
    make_mailbox(aliases=["help@desk.example"])
    make_mailbox("sales@desk.example", "Sales", active=False)
    ours = ["Support@desk.example", "HELP@desk.example", "support+x@desk.example", "sales@desk.example"]

    reply(
        ticket,
        ana,
        to=["kim@alpha.example", *ours[:2]],
        cc=["bo@b.example", "KIM@alpha.example", "bo@b.example", *ours],
    )

    mails = OutboundEmail.objects.order_by("pk")
    assert [mail.recipient for mail in mails] == ["kim@alpha.example", "bo@b.example"]
    assert [(mail.to, mail.cc) for mail in mails] == [(["kim@alpha.example"], ["bo@b.example"])] * 2


def test_one_reply_never_writes_to_more_people_than_the_cap(ticket: Ticket, ana: Agent, settings: Any) -> None:
    """B05."""
    make_mailbox()
    settings.MAX_PARTICIPANTS = 3

    reply(ticket, ana, to=[f"p{n}@x.example" for n in range(9)])

    assert OutboundEmail.objects.count() == 4


def test_a_note_owes_no_mail(ticket: Ticket, ana: Agent) -> None:
    make_mailbox()

    perform(ticket.pk, AddNote("They are difficult."), by=Actor.agent(ana), via="web")
    outbox.drain()

    assert OutboundEmail.objects.count() == 0


def test_what_a_customer_writes_and_what_is_imported_owes_no_mail(ticket: Ticket, ana: Agent) -> None:
    make_mailbox()

    perform(ticket.pk, AddReply("From the old system."), by=Actor.system("import"), via="import")
    outbox.drain()

    assert OutboundEmail.objects.count() == 0


def test_the_ticket_keeps_its_mailbox_then_takes_its_teams_then_the_first(ana: Agent, billing: Team) -> None:
    first = make_mailbox()
    teams = make_mailbox("billing@desk.example", "Billing", team=billing)
    no_team, in_team = make_ticket(), make_ticket(team=billing)

    reply(no_team, ana)
    reply(in_team, ana)
    Mailbox.objects.filter(pk=teams.pk).update(team=None)
    reply(in_team, ana)

    mails = OutboundEmail.objects.order_by("pk")
    assert [(mail.ticket_id, mail.mailbox) for mail in mails] == [
        (no_team.pk, first),
        (in_team.pk, teams),
        (in_team.pk, teams),
    ]


def test_a_ticket_whose_mailbox_was_closed_goes_on_by_another(ticket: Ticket, ana: Agent) -> None:
    closed = make_mailbox("old@desk.example", "Old", active=False)
    TicketMailbox.objects.create(ticket=ticket, mailbox=closed)
    current = make_mailbox()

    reply(ticket, ana)

    assert OutboundEmail.objects.get().mailbox == current


def test_without_any_mailbox_the_ticket_says_that_nothing_was_sent(ticket: Ticket, ana: Agent) -> None:
    message = reply(ticket, ana)

    event = Event.objects.get(kind="delivery_failed")
    assert event.data == {
        "message": message.pk,
        "address": "kim@alpha.example",
        "reason": "no_mailbox",
    }
    assert OutboundEmail.objects.count() == 0


def test_a_reply_answers_the_mails_that_its_recipient_has_seen(ticket: Ticket, ana: Agent) -> None:
    make_mailbox(acknowledges=False)
    mail_in(ticket, "first@alpha.example")
    mail_in(ticket, "held@evil.example", state="held")
    mail_in(ticket, "bad id\r\nBcc: x@evil.example")
    reply(ticket, ana, cc=["bo@b.example"])
    to_kim, to_bo = OutboundEmail.objects.order_by("pk")
    reply(ticket, ana, cc=["bo@b.example"])

    again_kim, again_bo = OutboundEmail.objects.order_by("pk")[2:]
    assert (to_kim.in_reply_to, to_kim.references) == ("first@alpha.example", ["first@alpha.example"])
    assert again_kim.references == ["first@alpha.example", to_kim.header_id]
    assert again_bo.references == ["first@alpha.example", to_bo.header_id]
    assert again_bo.in_reply_to == to_bo.header_id


def test_a_reply_answers_the_customers_mail_and_not_our_acknowledgement_of_it(ticket: Ticket, ana: Agent) -> None:
    make_mailbox()
    mail_in(ticket, "first@alpha.example")
    outbox.drain()

    reply(ticket, ana)

    acknowledgement, answer = OutboundEmail.objects.order_by("pk")
    assert acknowledgement.kind == "ack"
    assert (answer.in_reply_to, answer.references) == ("first@alpha.example", ["first@alpha.example"])


def test_references_keep_the_first_and_the_latest(ticket: Ticket, ana: Agent) -> None:
    make_mailbox(acknowledges=False)
    for number in range(30):
        mail_in(ticket, f"m{number}@alpha.example")

    reply(ticket, ana)

    references = OutboundEmail.objects.get().references
    assert len(references) == 20
    assert (references[0], references[1], references[-1]) == (
        "m0@alpha.example", "m11@alpha.example", "m29@alpha.example",
    )  # fmt: skip


def test_a_reply_leaves_after_undo_and_not_before(ticket: Ticket, ana: Agent) -> None:
    make_mailbox()
    reply(ticket, ana)
    queued_at = OutboundEmail.objects.get().due_at - timedelta(seconds=12)

    with time_machine.travel(queued_at + timedelta(seconds=11.5), tick=False):
        assert outbound.send_due() == 0
    with time_machine.travel(queued_at + timedelta(seconds=12.5), tick=False):
        assert outbound.send_due() == 1

    assert [mail["To"] for mail in local_mails()] == ["kim@alpha.example"]


def test_a_withdrawn_reply_is_cancelled_and_never_sent(ticket: Ticket, ana: Agent) -> None:
    make_mailbox()
    message = reply(ticket, ana)

    perform(ticket.pk, WithdrawMessage(message.pk), by=Actor.agent(ana), via="web")
    outbox.drain()
    make_due()

    assert outbound.send_due() == 0
    assert OutboundEmail.objects.get().state == "cancelled"
    assert LocalMail.objects.count() == 0


def test_a_withdrawn_reply_is_not_sent_although_its_reaction_has_not_run(ticket: Ticket, ana: Agent) -> None:
    make_mailbox()
    message = reply(ticket, ana)

    perform(ticket.pk, WithdrawMessage(message.pk), by=Actor.agent(ana), via="web")
    make_due()

    assert outbound.send_due() == 0
    assert OutboundEmail.objects.get().state == "cancelled"


def test_a_reply_that_was_withdrawn_before_the_reaction_ran_owes_nothing(ticket: Ticket, ana: Agent) -> None:
    make_mailbox()
    perform(ticket.pk, AddReply("Oops"), by=Actor.agent(ana), via="web")
    message = ticket.messages.order_by("pk").last()
    assert message is not None

    perform(ticket.pk, WithdrawMessage(message.pk), by=Actor.agent(ana), via="web")
    outbox.drain()

    assert OutboundEmail.objects.count() == 0


def test_redacted_words_are_not_sent(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    make_mailbox()
    message = reply(ticket, ana, "The password is canary-77.")

    perform(ticket.pk, RedactMessage(message.pk), by=Actor.agent(leo), via="web")
    outbox.drain()
    make_due()

    assert outbound.send_due() == 0
    assert OutboundEmail.objects.get().state == "cancelled"


def test_a_repeated_reaction_owes_nothing_twice(ticket: Ticket, ana: Agent) -> None:
    from tickets.models import OutboxEntry

    make_mailbox()
    reply(ticket, ana)
    first = OutboundEmail.objects.get()

    OutboxEntry.objects.update(state="owed", due_at=now())
    outbox.drain()

    assert OutboundEmail.objects.get() == first
