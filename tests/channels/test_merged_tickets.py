"""Mail about a ticket that was merged or split: it arrives, and leaves, where the words are."""

from __future__ import annotations

import pytest

from agents.actors import Actor
from agents.models import Agent, Team
from channels import outbound, signing
from channels.conversation import thread_of
from channels.filing import Kept, put_on_ticket
from channels.inbound import read_stored
from channels.models import InboundMessage, Mailbox, OutboundEmail
from channels.reading import APPEND, Decision
from tests.channels.mailroom import make_due, make_mailbox, reply
from tests.channels.post import answer_to, letter, take_in
from tests.factories import make_ticket
from tickets import outbox
from tickets.actions import AddReply
from tickets.merging import merge_tickets
from tickets.models import Event, Ticket
from tickets.perform import perform
from tickets.splitting import split_ticket
from tickets.unmerging import undo_merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(billing: Team) -> Mailbox:
    return make_mailbox(team=billing)


@pytest.fixture
def source(box: Mailbox) -> Ticket:
    """Kim's ticket, opened by mail."""
    ticket = take_in(letter(), box).ticket
    assert ticket is not None
    return ticket


@pytest.fixture
def target(source: Ticket, billing: Team) -> Ticket:
    return make_ticket(source.requester, team=billing, subject="Invoices")


def test_an_answer_to_a_mail_of_the_merged_ticket_lands_where_it_went(
    box: Mailbox, source: Ticket, target: Ticket, ana: Agent, as_ana: Actor
) -> None:
    ours = reply(source, ana).mails.get()  # type: ignore[attr-defined]
    merge_tickets(source.pk, target.pk, by=as_ana, via="web")

    answered = take_in(answer_to(ours, "Thank you, it works."), box)
    by_address = take_in(letter("Me again", to=signing.reply_address(box, source.pk), header_id="9@a.example"), box)

    assert (answered.state, answered.ticket, answered.reason) == ("done", target, "our_message_id")
    assert (by_address.ticket, by_address.reason) == (target, "reply_address")
    assert Ticket.objects.count() == 2


def test_after_the_undo_answers_land_on_each_again(
    box: Mailbox, source: Ticket, target: Ticket, ana: Agent, as_ana: Actor
) -> None:
    ours = reply(source, ana).mails.get()  # type: ignore[attr-defined]
    merge_tickets(source.pk, target.pk, by=as_ana, via="web")
    undo_merge(source.pk, by=as_ana, via="web")

    assert take_in(answer_to(ours, "Thank you."), box).ticket == source


def test_somebody_who_was_left_out_of_the_merge_waits_for_a_look(
    box: Mailbox, source: Ticket, billing: Team, ana: Agent, as_ana: Actor
) -> None:
    """E06: left out of the copies, a customer's answer is held at the ticket, and brings nobody in."""
    from tests.factories import make_customer

    other = make_ticket(make_customer("Bo", "bo@beta.example"), team=billing)
    ours = reply(source, ana).mails.get()  # type: ignore[attr-defined]
    merge_tickets(source.pk, other.pk, by=as_ana, via="web", confirmed=True, copied=[])

    inbound = take_in(answer_to(ours, "And now?"), box)

    assert (inbound.state, inbound.reason, inbound.ticket) == ("held", "sender_unknown_to_ticket", other)
    assert list(InboundMessage.objects.held_for(other.pk)) == [inbound]
    assert not other.participants.exists()


def test_what_was_held_before_the_merge_waits_at_the_ticket_that_stands(
    box: Mailbox, source: Ticket, target: Ticket, ana: Agent, as_ana: Actor
) -> None:
    ours = reply(source, ana).mails.get()  # type: ignore[attr-defined]
    held = take_in(answer_to(ours, "I am his boss.", sender="boss@alpha.example"), box)
    assert (held.state, held.ticket) == ("held", source)

    merge_tickets(source.pk, target.pk, by=as_ana, via="web")

    assert list(InboundMessage.objects.held_for(target.pk)) == [held]


def test_a_mail_that_was_read_before_the_merge_and_filed_after_it_is_not_lost(
    box: Mailbox, source: Ticket, target: Ticket, as_ana: Actor
) -> None:
    """L08: decided for one ticket, merged away before it was written down."""
    inbound = take_in(letter("Late.", "In-Reply-To: <one@alpha.example>", header_id="2@a.example"), box)
    text = inbound.message.text  # type: ignore[union-attr]
    merge_tickets(source.pk, target.pk, by=as_ana, via="web")

    put_on_ticket(inbound, read_stored(inbound), Kept(), Decision(APPEND, "known_message", source.pk))

    assert inbound.ticket == target
    assert [m.text for m in target.messages.order_by("pk")].count(text) == 2
    assert Ticket.objects.count() == 2


def test_a_reply_is_mailed_although_its_ticket_is_merged_before_the_mail_is_owed(
    box: Mailbox, source: Ticket, target: Ticket, as_ana: Actor
) -> None:
    """L08: a reply is on its way when the ticket is merged: it goes out once, and none is lost."""
    perform(source.pk, AddReply("On its way"), by=as_ana, via="web")
    merge_tickets(source.pk, target.pk, by=as_ana, via="web")

    outbox.drain()

    make_due()
    assert outbound.send_due() >= 1
    mail = OutboundEmail.objects.get(kind="reply")
    assert (mail.recipient, mail.state, mail.message.ticket) == ("kim@alpha.example", "sent", target)  # type: ignore[union-attr]


def test_answers_from_the_ticket_that_stands_continue_the_mails_of_both(
    box: Mailbox, source: Ticket, target: Ticket, ana: Agent, as_ana: Actor
) -> None:
    reply(source, ana)
    merge_tickets(source.pk, target.pk, by=as_ana, via="web")

    answer = reply(target, ana).mails.get()  # type: ignore[attr-defined]

    assert "one@alpha.example" in answer.references
    assert len(answer.references) == 2
    assert thread_of(source.pk).mails == []


def test_a_part_that_was_split_off_continues_the_mail_that_it_came_with(
    box: Mailbox, source: Ticket, ana: Agent, as_ana: Actor
) -> None:
    second = take_in(letter("Also: invoices?", "In-Reply-To: <one@alpha.example>", header_id="2@a.example"), box)
    made = split_ticket(source.pk, second.message_id or 0, "Invoices", by=as_ana, via="web").made

    answer = reply(made, ana).mails.get()  # type: ignore[attr-defined]

    assert answer.references == ["2@a.example"]
    assert signing.read_header_id(answer.header_id) == made.pk


def test_a_part_that_was_split_off_answers_from_the_address_that_was_written_to(
    source: Ticket, ana: Agent, as_ana: Actor, billing: Team
) -> None:
    sales = make_mailbox("sales@desk.example", "Sales", team=billing)
    second = take_in(letter("Also: offers?", sender="Bo <bo@b.example>", header_id="5@b.example"), sales)
    third = take_in(
        letter("And?", "In-Reply-To: <5@b.example>", sender="Bo <bo@b.example>", header_id="6@b.example"), sales
    )
    assert second.ticket == third.ticket
    made = split_ticket(second.ticket_id or 0, third.message_id or 0, "And", by=as_ana, via="web").made

    assert reply(made, ana).mails.get().mailbox == sales  # type: ignore[attr-defined]


def test_a_mail_that_fails_is_told_where_its_words_are(
    box: Mailbox, source: Ticket, target: Ticket, ana: Agent, as_ana: Actor
) -> None:
    mail = reply(source, ana).mails.get()  # type: ignore[attr-defined]
    merge_tickets(source.pk, target.pk, by=as_ana, via="web")
    make_due()
    OutboundEmail.objects.filter(pk=mail.pk).update(state="sending", crashes=1)

    outbound.send_due()

    assert OutboundEmail.objects.get(pk=mail.pk).state == "failed"
    assert Event.objects.filter(kind="delivery_failed").get().change.ticket == target
