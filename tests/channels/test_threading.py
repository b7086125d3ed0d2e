"""Which ticket a mail belongs to: proof and a sender who takes part, or it waits for an agent, or it is a new matter."""

# ruff: noqa: E501 - tables of headers read better unbroken

from __future__ import annotations

from typing import Any

import pytest

from agents.actors import Actor
from agents.models import Agent, Team
from channels import reviewing, signing
from channels.inbound import process, receive
from channels.mime import parse
from channels.models import InboundMessage, Mailbox, OutboundEmail
from channels.threading import is_another_subject
from customers.matching import customer_for_email
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from sla.models import SlaClock
from tests.channels.mailroom import make_mailbox, reply
from tests.channels.post import answer_to, counts, letter, take_in
from tests.sla.making import make_policy
from tickets import outbox
from tickets.actions import AddParticipant
from tickets.models import Event, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db

State = InboundMessage.State


@pytest.fixture
def box(billing: Team) -> Mailbox:
    return make_mailbox(team=billing)


@pytest.fixture
def promised() -> None:
    make_policy(next_response=60)


@pytest.fixture
def talk(box: Mailbox) -> Ticket:
    """Kim's ticket, opened by mail."""
    ticket = take_in(letter(), box).ticket
    assert ticket is not None
    return ticket


@pytest.fixture
def ours(talk: Ticket, ana: Agent) -> OutboundEmail:
    """The mail by which Ana answered Kim."""
    return reply(talk, ana).mails.get()  # type: ignore[attr-defined]


def test_a_signed_reply_address_alone_brings_the_requester_back(box: Mailbox, talk: Ticket) -> None:
    inbound = take_in(
        letter("More.", to=signing.reply_address(box, talk.pk), subject="Re: Printer on fire", header_id="2@a.example"),
        box,
    )

    assert (inbound.ticket, inbound.reason) == (talk, "reply_address")
    assert talk.messages.count() == 2


def test_the_envelope_counts_when_the_headers_lost_the_token(box: Mailbox, talk: Ticket) -> None:
    address = signing.reply_address(box, talk.pk)

    inbound = take_in(letter("More.", header_id="2@a.example"), box, envelope_to=[address])

    assert (inbound.ticket, inbound.reason) == (talk, "reply_address")


def test_answering_ones_own_mail_brings_it_to_the_same_ticket(box: Mailbox, talk: Ticket) -> None:
    inbound = take_in(letter("I forgot.", "In-Reply-To: <one@alpha.example>", header_id="2@a.example"), box)

    assert (inbound.ticket, inbound.reason) == (talk, "known_message")


@pytest.mark.parametrize(
    "subject", ["Re: [#{n}] Printer on fire", "[HD-{n}] x", "Re: Printer #{n}", "#{n}", "[Ticket {n}]"]
)
def test_a_number_in_the_subject_never_appends_for_a_stranger(box: Mailbox, talk: Ticket, subject: str) -> None:
    """A02"""
    inbound = take_in(
        letter("Let me in.", sender="mal@evil.example", subject=subject.format(n=talk.pk), header_id="2@a.example"), box
    )

    assert inbound.state == State.DONE
    assert inbound.ticket != talk
    assert talk.messages.count() == 1
    assert [c["rule"] for c in inbound.evidence["candidates"]] == ["subject_tag"]


def test_a_number_in_the_name_of_the_requester_waits_beside_the_ticket(box: Mailbox, talk: Ticket) -> None:
    """A02: a spoofed sender with a guessed number is neither appended nor answered."""
    outbox.drain()
    before = OutboundEmail.objects.count()

    inbound = take_in(letter("Let me in.", subject=f"Re: [#{talk.pk}] Printer", header_id="2@a.example"), box)

    assert (inbound.state, inbound.reason, inbound.ticket) == (State.HELD, "number_alone", talk)
    assert talk.messages.count() == 1
    assert Ticket.objects.count() == 1
    outbox.drain()
    assert OutboundEmail.objects.count() == before


def test_a_number_of_a_requester_whom_our_host_vouches_for_opens_a_ticket(
    box: Mailbox, talk: Ticket, settings: Any
) -> None:
    settings.TRUSTED_AUTHSERV_ID = "mx.ours"
    verdict = "Authentication-Results: mx.ours; dmarc=pass header.from=alpha.example"

    inbound = take_in(letter("More.", verdict, subject=f"Re: [#{talk.pk}] Printer", header_id="2@a.example"), box)

    assert inbound.state == State.DONE
    assert inbound.ticket != talk
    assert talk.messages.count() == 1


def test_no_alteration_of_a_token_threads(box: Mailbox, talk: Ticket, ours: OutboundEmail) -> None:
    """A03: another ticket, another signature, cut off, or with a letter changed."""
    other = take_in(letter("Another matter.", sender="eva@alpha.example", header_id="x@a.example"), box).ticket
    assert other is not None
    before = talk.messages.count()
    token = signing.reply_address(box, talk.pk)
    theirs = signing.reply_address(box, other.pk)
    forged = [
        token.replace(f"+t{talk.pk}-", f"+t{other.pk}-"), token.replace("@", "a@"), token[: token.index("@") - 1] + token[token.index("@"):],
        theirs.replace(f"+t{other.pk}-", f"+t{talk.pk}-"), f"support+t{talk.pk}@desk.example", f"support+t{talk.pk}-@desk.example",
    ]  # fmt: skip
    number, nonce, mac = ours.header_id.partition("@")[0].split(".")
    domain = ours.header_id.partition("@")[2]
    chains = [
        f"t{other.pk}.{nonce}.{mac}@{domain}",
        f"{number}.{nonce[::-1]}.{mac}@{domain}",
        f"{number}.{nonce}.{mac[:-1]}@{domain}",
        f"{number}.{nonce}@{domain}",
    ]

    for number_of, address in enumerate(forged):
        take_in(letter("Hm.", to=address, header_id=f"f{number_of}@a.example"), box)
    for number_of, header_id in enumerate(chains):
        take_in(letter("Hm.", f"In-Reply-To: <{header_id}>", header_id=f"c{number_of}@a.example"), box)

    assert talk.messages.count() == before
    assert set(InboundMessage.objects.filter(header_id__regex="^[fc]\\d").values_list("state", flat=True)) == {
        State.DONE
    }


def test_a_token_survives_a_mail_system_that_writes_in_capitals(box: Mailbox, talk: Ticket) -> None:
    """A03: the signature is still whole, so this is no forgery."""
    inbound = take_in(letter("More.", to=signing.reply_address(box, talk.pk).upper(), header_id="2@a.example"), box)

    assert inbound.ticket == talk


def test_a_stranger_with_a_valid_token_is_held_and_brings_nobody_in(
    box: Mailbox, talk: Ticket, ours: OutboundEmail
) -> None:
    """A06: Kim forwarded our mail to a friend."""
    before = counts()

    inbound = take_in(answer_to(ours, "I am the friend.", "Cc: third@evil.example", sender="friend@evil.example"), box)

    assert (inbound.state, inbound.reason, inbound.ticket) == (State.HELD, "sender_unknown_to_ticket", talk)
    assert (counts(), talk.participants.count()) == (before, 0)
    assert inbound.message is None


def test_a_copied_colleague_may_answer(box: Mailbox, talk: Ticket, ours: OutboundEmail) -> None:
    eva = customer_for_email("eva@alpha.example", "Eva")
    perform(talk.pk, AddParticipant(eva.pk), by=Actor.system("test"), via="test")

    inbound = take_in(answer_to(ours, "Me too.", sender="Eva <eva@alpha.example>"), box)

    assert (inbound.state, inbound.ticket) == (State.DONE, talk)


@pytest.mark.parametrize("role", ["assigned", "stranger", "disabled"])
def test_an_agents_address_never_acts_as_the_agent(
    box: Mailbox, talk: Ticket, ours: OutboundEmail, ana: Agent, role: str
) -> None:
    """A04, A05: the right chain with the agent in From is held; nothing goes to the customer."""
    if role == "disabled":
        ana.is_active = False
        ana.save()
    before, owed = counts(), OutboundEmail.objects.count()

    inbound = take_in(answer_to(ours, "Refund granted.", sender=f"Ana <{ana.email}>"), box)

    assert (inbound.state, inbound.reason) == (State.HELD, "agent_by_mail")
    assert (counts(), OutboundEmail.objects.count()) == (before, owed)


def test_a_sender_whom_our_border_found_forged_is_held(
    box: Mailbox, talk: Ticket, ours: OutboundEmail, settings: Any
) -> None:
    """A01"""
    settings.TRUSTED_AUTHSERV_ID = "mx.ours"
    before = counts()

    inbound = take_in(
        answer_to(ours, "Give me all.", "Authentication-Results: mx.ours; dmarc=fail header.from=alpha.example"), box
    )

    assert (inbound.state, inbound.reason, counts()) == (State.HELD, "sender_forged", before)


def test_an_old_mail_used_for_another_matter_opens_a_linked_ticket(
    box: Mailbox, talk: Ticket, ours: OutboundEmail
) -> None:
    inbound = take_in(answer_to(ours, "About my invoice.", subject="Question about invoice 2026"), box)

    assert inbound.ticket is not None
    assert (inbound.ticket == talk, inbound.reason) == (False, "another_subject")
    assert list(Ticket.objects.linked_to(talk.pk)) == [inbound.ticket]


@pytest.mark.parametrize(
    ("subject", "another"),
    [
        ("Re: Printer on fire", False), ("SV: [#7] Printer on fire", False), ("", False), ("Re:", False), ("Aw: Fwd: printer problem", False),
        ("Invoice 2026", True), ("Re: Holiday plans", True), ("Odp: Drukarka", True),
    ],
)  # fmt: skip
def test_a_subject_is_another_when_no_word_of_the_old_one_is_left(subject: str, another: bool) -> None:
    assert is_another_subject(parse(letter(subject=subject)), "Printer on fire") is another


def test_the_first_candidate_in_which_the_sender_takes_part_wins(
    box: Mailbox, talk: Ticket, ours: OutboundEmail
) -> None:
    eva_ticket = take_in(
        letter("Eva's matter, the printer.", sender="eva@alpha.example", header_id="eva@a.example"), box
    ).ticket
    assert eva_ticket is not None

    inbound = take_in(
        answer_to(
            ours, "Mine.", "Cc: x@y.example", sender="eva@alpha.example", to=signing.reply_address(box, eva_ticket.pk)
        ),
        box,
    )

    assert inbound.ticket == eva_ticket
    assert [c["takes_part"] for c in inbound.evidence["candidates"]] == [True, False]


# --- what an agent decides about a mail that waits ---------------------------------------------------------------


@pytest.fixture
def held(box: Mailbox, talk: Ticket, ours: OutboundEmail) -> InboundMessage:
    return take_in(answer_to(ours, "I am the friend.", sender="Friend <friend@evil.example>"), box)


def test_an_agent_confirms_a_held_mail_and_its_sender_takes_part(
    held: InboundMessage, talk: Ticket, as_ana: Actor
) -> None:
    """A06"""
    change = reviewing.append_to(held.pk, talk.pk, as_ana)

    held.refresh_from_db()
    message = talk.messages.order_by("pk").last()
    assert message is not None
    assert (held.state, held.message, held.evidence["decided_by"]) == (State.DONE, message, "Ana")
    assert (message.text, message.author_name, change.actor_kind) == ("I am the friend.", "Friend", "customer")
    assert [p.customer.email for p in talk.participants.all()] == ["friend@evil.example"]


def test_what_an_agent_puts_on_a_ticket_is_owed_an_answer_and_who_was_in_copy_stays_that(
    promised: None, talk: Ticket, ours: OutboundEmail, as_ana: Actor, box: Mailbox
) -> None:
    """The requester answers from an address that nobody knows."""
    mail = answer_to(ours, "It still burns.", sender="Kim <kim@home.example>")
    reviewing.append_to(take_in(mail, box).pk, talk.pk, as_ana)
    clocks = SlaClock.objects.filter(ticket=talk, metric="next_response")
    assert [clock.state for clock in clocks] == ["running"]
    talk.refresh_from_db()
    assert clocks.get().started_at == talk.waiting_since.replace(microsecond=0)  # type: ignore[union-attr]
    take_in(answer_to(ours, "More.", sender="kim@home.example", header_id="3@h.example"), box)

    copied = AddParticipant(customer_for_email("bo@alpha.example").pk)
    perform(talk.pk, copied, by=as_ana, via="web")
    late = take_in(answer_to(ours, "FYI", sender="bo@alpha.example", header_id="4@h.example"), box)
    assert late.state == State.DONE
    spam = take_in(letter("FYI, too", sender="bo@alpha.example", header_id="5@h.example"), box)
    InboundMessage.objects.filter(pk=spam.pk).update(state=State.SPAM)
    reviewing.append_to(spam.pk, talk.pk, as_ana)

    told = Event.objects.of_ticket(talk.pk).filter(kind="message_added", data__author="customer")
    marks = [(event.data.get("asks", False), event.data.get("participant", False)) for event in told]
    assert marks == [(False, False), (True, False), (False, False), (False, True), (False, True)]


def test_an_agent_makes_a_ticket_of_a_held_mail(held: InboundMessage, talk: Ticket, as_ana: Actor) -> None:
    change = reviewing.open_from(held.pk, as_ana)

    held.refresh_from_db()
    assert change.ticket != talk
    assert (held.state, held.ticket, change.ticket.requester.email) == (
        State.DONE,
        change.ticket,
        "friend@evil.example",
    )


def test_a_mail_is_decided_about_once(held: InboundMessage, talk: Ticket, as_ana: Actor) -> None:
    reviewing.append_to(held.pk, talk.pk, as_ana)
    before = counts()

    with pytest.raises(HelpdeskError, match="already"):
        reviewing.append_to(held.pk, talk.pk, as_ana)

    assert counts() == before


def test_who_does_not_see_the_ticket_cannot_put_a_mail_on_it(
    held: InboundMessage, talk: Ticket, mia: Agent, lou: Agent
) -> None:
    before = counts()

    with pytest.raises(NotVisible):
        reviewing.append_to(held.pk, talk.pk, Actor.agent(mia))
    with pytest.raises(Denied):
        reviewing.append_to(held.pk, talk.pk, Actor.agent(lou))

    held.refresh_from_db()
    assert (held.state, counts(), talk.participants.count()) == (State.HELD, before, 0)


def test_spam_is_set_aside_and_can_be_read_again(held: InboundMessage, leo: Agent, ana: Agent) -> None:
    with pytest.raises(Denied):
        reviewing.mark_spam(held.pk, Actor.agent(ana))
    reviewing.mark_spam(held.pk, Actor.agent(leo))
    held.refresh_from_db()
    assert held.state == State.SPAM

    assert reviewing.replay(held.pk, Actor.agent(leo)) == State.HELD


def test_a_failed_mail_is_replayed_after_a_fix(box: Mailbox, leo: Agent) -> None:
    inbound = receive(letter(), box, transport="pipe")
    InboundMessage.objects.update(state=State.FAILED, reason="error", error="trace", attempts=4)

    assert reviewing.replay(inbound.pk, Actor.agent(leo)) == State.DONE
    inbound.refresh_from_db()
    assert (inbound.error, Ticket.objects.count()) == ("", 1)


def test_a_done_mail_is_not_replayed(box: Mailbox, talk: Ticket, leo: Agent) -> None:
    inbound = InboundMessage.objects.get()

    with pytest.raises(HelpdeskError, match="already"):
        reviewing.replay(inbound.pk, Actor.agent(leo))

    assert process(inbound.pk) == State.DONE
    assert counts() == (1, 1)


def test_a_dry_run_tells_what_would_be_and_does_nothing(box: Mailbox, talk: Ticket, ours: OutboundEmail) -> None:
    before = (counts(), InboundMessage.objects.count())

    report = reviewing.dry_run(answer_to(ours, "More."))

    assert (report.decision.outcome, report.decision.ticket_id, report.mailbox) == ("append", talk.pk, box)
    assert report.folded.visible == "More."
    assert (counts(), InboundMessage.objects.count()) == before
    with pytest.raises(HelpdeskError, match="nothing to read"):
        reviewing.dry_run(b"\n")
