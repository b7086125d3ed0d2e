"""Agents' answers by mail: off by default; when on, a personal token and a sender whom our border vouches for."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent, Membership, Team
from agents.permissions import Role
from channels import agent_tokens, outbound
from channels.agent_answers import headers_for, worded
from channels.conversation import thread_of
from channels.models import InboundMessage, LocalMail, Mailbox, OutboundEmail
from notifications import mails
from notifications.models import Notification, Wishes
from tests.channels.mailroom import local_mails, make_due, make_mailbox
from tests.channels.post import counts, letter, take_in
from tickets import outbox
from tickets.actions import AddCustomerMessage, AssignTo, SetStatus
from tickets.models import Message, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db

State = InboundMessage.State
VOUCHED = "Authentication-Results: mx.ours; dmarc=pass header.from=desk.example"


@pytest.fixture(autouse=True)
def switched_on(settings: Any) -> None:
    settings.AGENTS_ANSWER_BY_MAIL = "reply"
    settings.TRUSTED_AUTHSERV_ID = "mx.ours"


@pytest.fixture
def box(billing: Team) -> Mailbox:
    return make_mailbox("support@help.example", team=billing)


@pytest.fixture
def talk(box: Mailbox, ana: Agent) -> Ticket:
    """Kim's ticket, opened by mail and assigned to Ana, who wants every mail."""
    Wishes.objects.create(agent=ana, ways={"reply": "mail", "note": "mail", "assigned": "mail"})
    ticket = take_in(letter(to=box.address), box).ticket
    assert ticket is not None
    perform(ticket.pk, AssignTo(ana.pk), by=Actor.agent(ana), via="web")
    outbox.drain()
    return ticket


@pytest.fixture
def news(talk: Ticket) -> Any:
    """The mail by which Ana hears that Kim wrote again."""
    kim = talk.requester
    said = AddCustomerMessage(kim.pk, kim.name, "Any news?", from_address=kim.email)
    perform(talk.pk, said, by=Actor.customer(kim.pk, kim.name), via="email")
    outbox.drain()
    assert mails.send_news() == 1
    return django_mail.outbox[-1]


def token_of(news: Any) -> str:
    return str(news.message()["Reply-To"]).rpartition("<")[2].rstrip(">")


def answered(
    news: Any, body: str, *headers: str, sender: str = "Ana <ana@desk.example>", to: str = "", **how: Any
) -> bytes:
    """As a mail program answers it: to the Reply-To, with what it answers quoted below."""
    quoted = "\n".join(f"> {line}" for line in news.body.splitlines())
    words = f"{body}\n\nOn Sun, 22 Nov 2026 at 10:00, Helpdesk <{token_of(news)}> wrote:\n{quoted}\n"
    chain = f"In-Reply-To: {news.message()['Message-ID']}"
    how.setdefault("header_id", "answer@desk.example")
    return letter(words, chain, *headers, sender=sender, to=to or token_of(news), subject=f"Re: {news.subject}", **how)


def held(inbound: InboundMessage, reason: str, before: tuple[int, int]) -> None:
    """The mail waits, nothing was said, nobody is mailed."""
    assert (inbound.state, inbound.reason) == (State.HELD, reason)
    assert counts() == before
    assert OutboundEmail.objects.filter(kind="reply").count() == 0


def test_an_answer_by_mail_becomes_a_reply_of_the_agent(box: Mailbox, talk: Ticket, news: Any, ana: Agent) -> None:
    inbound = take_in(answered(news, "We send a new one today.", VOUCHED), box)

    message = Message.objects.latest("pk")
    change = talk.changes.latest("pk")
    assert (inbound.state, inbound.reason, inbound.ticket, inbound.message) == (
        State.DONE,
        "agent_answer",
        talk,
        message,
    )
    assert (message.author_kind, message.agent, message.public) == ("agent", ana, True)
    assert message.text == "We send a new one today."
    assert (change.actor_kind, change.actor_id, change.via) == ("agent", ana.pk, "email")


def test_the_customer_receives_the_answer_and_no_trace_of_the_token(
    box: Mailbox, talk: Ticket, news: Any, ana: Agent
) -> None:
    """A04: neither the personal address nor the id of the agent's own mail goes on to the customer."""
    body = f"We send a new one today. (You wrote to {token_of(news)}.)"
    take_in(answered(news, body, VOUCHED), box)
    outbox.drain()
    make_due()

    outbound.send_due()

    (got,) = [m for m in local_mails() if m["To"] == "kim@alpha.example" and "Re:" in m["Subject"]]
    token = token_of(news).partition("+")[2].partition("@")[0]
    assert "We send a new one today. (You wrote to support@help.example.)" in got.get_body().get_content()  # type: ignore[union-attr]
    assert token not in got.as_string()
    assert "answer@desk.example" not in got.as_string()
    assert "answer@desk.example" not in [header_id for _when, header_id, _to in thread_of(talk.pk).mails]


def test_the_customers_own_address_stays_the_recipient(box: Mailbox, talk: Ticket, news: Any) -> None:
    """A12: Cc and Reply-To of the agent's mail bring nobody in."""
    take_in(answered(news, "Hello.", VOUCHED, "Cc: mal@evil.example", "Reply-To: mal@evil.example"), box)

    message = Message.objects.latest("pk")
    assert (message.to, message.cc) == (["kim@alpha.example"], [])
    assert talk.participants.count() == 0


@pytest.mark.parametrize(
    ("mode", "body", "public", "text"),
    [
        ("reply", "Hello.", True, "Hello."),
        ("note", "Hello.", False, "Hello."),
        ("reply", "#note\nFor us.", False, "For us."),
        ("note", "#reply: For Kim.", True, "For Kim."),
        ("note", "#Note For us.", False, "For us."),
        ("reply", "#notes are fine.", True, "#notes are fine."),
        ("reply", "Hello.\n#note\nMore.", True, "Hello.\n#note\nMore."),
    ],
)
def test_the_first_line_or_the_setting_says_whether_it_is_public(
    mode: str, body: str, public: bool, text: str, box: Mailbox, talk: Ticket, news: Any, settings: Any
) -> None:
    settings.AGENTS_ANSWER_BY_MAIL = mode

    take_in(answered(news, body, VOUCHED), box)

    message = Message.objects.latest("pk")
    assert (message.public, message.text) == (public, text)


def test_a_note_by_mail_is_mailed_to_no_customer(box: Mailbox, talk: Ticket, news: Any) -> None:
    """E08"""
    take_in(answered(news, "#note\nHe is angry.", VOUCHED), box)
    outbox.drain()

    assert OutboundEmail.objects.filter(kind="reply").count() == 0


def test_files_of_the_answer_are_kept(box: Mailbox, talk: Ticket, news: Any, ana: Agent) -> None:
    sent = EmailMessage()
    sent["From"], sent["To"], sent["Subject"] = "Ana <ana@desk.example>", token_of(news), "Re: x"
    sent["Message-ID"], sent["Authentication-Results"] = "<f@desk.example>", VOUCHED.partition(": ")[2]
    sent.set_content("See the form.")
    sent.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="form.pdf")

    take_in(sent.as_bytes(), box)

    file = Message.objects.latest("pk").attachments.get()
    assert (file.name, file.uploaded_by_id) == ("form.pdf", ana.pk)


def test_switched_off_there_is_no_address_and_an_old_one_is_held(
    box: Mailbox, talk: Ticket, news: Any, ana: Agent, settings: Any
) -> None:
    raw = answered(news, "Hello.", VOUCHED)
    settings.AGENTS_ANSWER_BY_MAIL = "off"
    before = counts()

    held(take_in(raw, box), "agent_by_mail", before)
    assert "Reply-To" not in headers_for(ana, [talk.pk])


def test_the_default_is_off() -> None:
    from helpdesk.settings import base

    assert base.AGENTS_ANSWER_BY_MAIL == "off"


@pytest.mark.parametrize(
    "verdict",
    [
        (),
        ("Authentication-Results: mx.ours; dmarc=fail header.from=desk.example",),
        ("Authentication-Results: mx.evil; dmarc=pass header.from=desk.example",),
        (VOUCHED, VOUCHED),
        ("Authentication-Results: mx.ours; dmarc=pass header.from=evil.example",),
    ],
    ids=["none", "fail", "foreign", "twice", "other domain"],
)
def test_a_from_header_without_our_borders_word_never_acts_as_the_agent(
    verdict: tuple[str, ...], box: Mailbox, talk: Ticket, news: Any, caplog: Any
) -> None:
    """A04: From: the agent, the right token and In-Reply-To, but nobody vouches; nothing is said, and it is logged."""
    before = counts()

    inbound = take_in(answered(news, "Refund granted.", *verdict), box)
    outbox.drain()

    held(inbound, "agent_answer_unverified", before)
    assert "agent_answer_held" in caplog.text


@pytest.mark.parametrize("sender", ["Bo <bo@alpha.example>", "Leo <leo@desk.example>", "Kim <kim@alpha.example>"])
def test_a_forwarded_address_is_worth_nothing_to_somebody_else(
    sender: str, box: Mailbox, talk: Ticket, news: Any, leo: Agent
) -> None:
    """A04: the mail was forwarded to a stranger, a colleague, the customer; each with a mail host that vouches."""
    domain = sender.rpartition("@")[2].rstrip(">")
    before = counts()

    raw = answered(
        news, "Refund granted.", f"Authentication-Results: mx.ours; dmarc=pass header.from={domain}", sender=sender
    )
    held(take_in(raw, box), "agent_answer_of_another", before)


@pytest.mark.parametrize("loss", ["team", "account", "role"])
def test_who_lost_access_cannot_answer_an_old_mail(
    loss: str, box: Mailbox, talk: Ticket, news: Any, ana: Agent, leo: Agent
) -> None:
    """A05: lost the team, was disabled, or became a light agent who may not answer customers."""
    perform(talk.pk, AssignTo(None), by=Actor.agent(leo), via="web")
    if loss == "team":
        Membership.objects.filter(agent=ana).delete()
    elif loss == "account":
        Agent.objects.filter(pk=ana.pk).update(is_active=False)
    else:
        Agent.objects.filter(pk=ana.pk).update(role=Role.LIGHT)
    before = counts()

    inbound = take_in(answered(news, "Refund granted.", VOUCHED), box)
    outbox.drain()

    held(inbound, "agent_answer_refused", before)


def test_a_light_agent_may_leave_a_note_by_mail(
    box: Mailbox, talk: Ticket, news: Any, ana: Agent, settings: Any
) -> None:
    Agent.objects.filter(pk=ana.pk).update(role=Role.LIGHT)

    take_in(answered(news, "#note\nSeen.", VOUCHED), box)

    message = Message.objects.latest("pk")
    assert (message.text, message.public, message.agent) == ("Seen.", False, ana)


def test_an_address_is_good_for_thirty_days(box: Mailbox, talk: Ticket, news: Any) -> None:
    raw = answered(news, "Late.", VOUCHED)
    before = counts()

    with time_machine.travel(now() + timedelta(days=31, hours=1)):
        held(take_in(raw, box), "agent_answer_expired", before)
    with time_machine.travel(now() + timedelta(days=29)):
        assert take_in(answered(news, "In time.", VOUCHED, header_id="2@desk.example"), box).state == State.DONE


def test_no_alteration_of_a_personal_address_speaks_for_anybody(
    box: Mailbox, talk: Ticket, news: Any, ana: Agent, leo: Agent
) -> None:
    """A03: each part altered, cut, or put on another agent's or ticket's; it is then a mail like any other."""
    address = token_of(news)
    base, _plus, rest = address.partition("+a")
    words, _at, domain = rest.partition("@")
    agent, ticket, day, mac = words.split("-")
    other = make_other(talk)
    forged = [
        f"{leo.pk}-{ticket}-{day}-{mac}",
        f"{agent}-{other.pk}-{day}-{mac}",
        f"{agent}-{ticket}-{int(day) + 1}-{mac}",
        f"{agent}-{ticket}-{day}-{mac[:-1]}",
        f"{agent}-{ticket}-{day}-{mac[::-1]}",
        f"{agent}-{ticket}-{day}-{'a' * 20}",
        f"0{agent}-{ticket}-{day}-{mac}",
    ]
    mailboxes = [box]

    for token in forged:
        assert agent_tokens.read_agent_address([f"{base}+a{token}@{domain}"], mailboxes) is None, token
    assert agent_tokens.read_agent_address([f"other+a{words}@{domain}"], mailboxes) is None
    right = agent_tokens.read_agent_address([address.upper()], mailboxes)
    assert right is not None and (right.agent_id, right.ticket_id, right.expired) == (ana.pk, talk.pk, False)
    assert Message.objects.filter(author_kind="agent").count() == 0


def make_other(talk: Ticket) -> Ticket:
    from tests.factories import make_ticket

    return make_ticket(talk.requester, team=talk.team)


def test_an_absence_notice_of_the_agent_says_nothing(box: Mailbox, talk: Ticket, news: Any) -> None:
    """B10: and the customer hears nothing of the agent's holiday."""
    before = counts()

    inbound = take_in(answered(news, "I am away until Monday.", VOUCHED, "Auto-Submitted: auto-replied"), box)
    outbox.drain()

    assert (inbound.state, inbound.reason) == (State.IGNORED, "auto_reply")
    assert counts() == before
    assert OutboundEmail.objects.filter(kind="reply").count() == 0


def test_the_mail_of_news_itself_coming_back_is_a_loop(box: Mailbox, talk: Ticket, news: Any) -> None:
    """B03: a rule in the agent's mailbox that sends it back to its Reply-To."""
    before = counts()

    inbound = take_in(news.message().as_bytes(), box, envelope_to=[token_of(news)])

    assert (inbound.state, inbound.kind) == (State.IGNORED, "loop")
    assert counts() == before


def test_the_same_answer_twice_is_said_once(box: Mailbox, talk: Ticket, news: Any) -> None:
    raw = answered(news, "Hello.", VOUCHED)
    assert take_in(raw, box).state == State.DONE

    assert take_in(raw, box).state == State.DUPLICATE
    assert Message.objects.filter(author_kind="agent").count() == 1


def test_an_answer_to_a_closed_ticket_waits(box: Mailbox, talk: Ticket, news: Any, ana: Agent) -> None:
    by = Actor.agent(ana)
    perform(talk.pk, SetStatus("solved"), by=by, via="web")
    perform(talk.pk, SetStatus("closed"), by=Actor.system("auto-close"), via="schedule")
    before = counts()

    held(take_in(answered(news, "Hello.", VOUCHED), box), "agent_answer_refused", before)


def test_an_answer_without_words_waits(box: Mailbox, talk: Ticket, news: Any) -> None:
    before = counts()

    held(take_in(answered(news, "#reply", VOUCHED), box), "agent_answer_refused", before)


def test_nobody_is_told_of_their_own_answer_by_mail(box: Mailbox, talk: Ticket, news: Any) -> None:
    before = Notification.objects.count()
    take_in(answered(news, "#note\nFor us.", VOUCHED), box)
    outbox.drain()

    assert Notification.objects.count() == before


def test_news_of_several_tickets_cannot_be_answered_in_one_mail(box: Mailbox, talk: Ticket, ana: Agent) -> None:
    assert "Reply-To" in headers_for(ana, [talk.pk])
    assert "Reply-To" not in headers_for(ana, [talk.pk, make_other(talk).pk])


def test_a_mailbox_with_a_very_long_name_offers_no_answer(talk: Ticket, box: Mailbox, ana: Agent) -> None:
    Mailbox.objects.update(address=f"{'x' * 40}@help.example")

    assert "Reply-To" not in headers_for(ana, [talk.pk])


def test_an_address_signed_with_the_key_before_still_reads(box: Mailbox, settings: Any) -> None:
    address = agent_tokens.agent_address(box, 7, 8)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-that-is-long-enough-for-the-suite-0123456789"

    found = agent_tokens.read_agent_address([address], [box])

    assert found == agent_tokens.AgentToken(7, 8, False)


def test_words_are_read_without_their_command(settings: Any) -> None:
    settings.AGENTS_ANSWER_BY_MAIL = "note"

    assert worded("  #REPLY \nHi") == ("Hi", "reply")
    assert worded("Hi") == ("Hi", "note")
    assert LocalMail.objects.count() == 0


@pytest.mark.parametrize(
    ("mode", "trusted", "words"),
    [
        ("off", "", "Agents answer on the ticket's page only."),
        ("note", "mx.ours", "becomes an internal note"),
        ("reply", "mx.ours", "becomes a public reply"),
        ("reply", "", "every such answer is held"),
    ],
)
def test_the_page_of_mailboxes_says_what_becomes_of_agents_answers(
    mode: str, trusted: str, words: str, client: Any, root: Agent, settings: Any
) -> None:
    settings.AGENTS_ANSWER_BY_MAIL, settings.TRUSTED_AUTHSERV_ID = mode, trusted
    client.force_login(root)

    page = client.get("/settings/mailboxes/").content.decode()

    assert words in page.replace("&#x27;", "'")
    assert ("every such answer is held" in page) == (mode == "reply" and not trusted)
