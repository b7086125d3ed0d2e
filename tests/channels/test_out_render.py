"""The bytes of a mail: its headers exactly, its words, and what must never be in it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from agents.models import Agent
from channels import outbound, quotes, signing
from channels.classify import LOOP, classify
from channels.mime import parse
from channels.models import LocalMail, Mailbox, OutboundEmail
from channels.outbound_render import Unrenderable, render
from customers.models import Customer
from tests.channels.mailroom import local_mails, mail_in, make_due, make_mailbox, reply
from tests.factories import make_ticket
from tickets.actions import AddNote
from tickets.attachments import keep_upload
from tickets.models import Message, Ticket
from tickets.perform import perform


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    return make_mailbox(signature="Desk Ltd.\nSoftware Street 1")


def sent(ticket: Ticket, agent: Agent, body: str = "Have you tried **water**?", **how: Any) -> EmailMessage:
    reply(ticket, agent, body, **how)
    make_due()
    assert outbound.send_due() >= 1
    return local_mails()[-1]


def text_of(letter: EmailMessage) -> str:
    return str(letter.get_body(("plain",)).get_content()).replace("\r\n", "\n")  # type: ignore[union-attr]


def test_the_headers_of_a_reply(ticket: Ticket, ana: Agent, mailbox: Mailbox) -> None:
    Mailbox.objects.update(acknowledges=False)
    mail_in(ticket, "first@alpha.example")

    letter = sent(ticket, ana, cc=["bo@b.example"])

    mail = OutboundEmail.objects.order_by("pk").last()
    assert mail is not None
    assert [(name, value) for name, value in letter.items() if name not in ("Date", "Content-Type")] == [
        ("From", "Ana via Desk Support <support@desk.example>"),
        ("To", "kim@alpha.example"),
        ("Cc", "bo@b.example"),
        ("Reply-To", f"Desk Support <{signing.reply_address(mailbox, ticket.pk)}>"),
        ("Subject", f"Re: Printer on fire [#{ticket.pk}]"),
        ("Message-ID", f"<{mail.header_id}>"),
        ("In-Reply-To", "<first@alpha.example>"),
        ("References", "<first@alpha.example>"),
        ("X-Helpdesk-Loop", signing.loop_marker()),
        ("MIME-Version", "1.0"),
    ]
    assert letter["Date"].datetime is not None
    assert LocalMail.objects.first().envelope_from == "support@desk.example"  # type: ignore[union-attr]


def test_the_words_come_as_text_and_as_html_under_the_line_that_folds_answers(
    ticket: Ticket, ana: Agent, mailbox: Mailbox
) -> None:
    Agent.objects.filter(pk=ana.pk).update(signature="Ana\nhttps://desk.example")

    letter = sent(ticket, ana, "Try **water** & <b>wait</b>.\n\n- one")

    text = text_of(letter)
    html = letter.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert letter.get_content_type() == "multipart/alternative"
    assert text.split("\n") == [
        quotes.REPLY_MARKER, "", "Try **water** & <b>wait</b>.", "", "- one", "",
        "-- ", "Ana", "https://desk.example", "", "Desk Ltd.", "Software Street 1", "",
    ]  # fmt: skip
    assert "<strong>water</strong> &amp; &lt;b&gt;wait&lt;/b&gt;." in html
    assert "Desk Ltd.<br>Software Street 1" in html
    assert "<script" not in html


def test_what_a_customer_quotes_of_our_mail_is_folded_away(ticket: Ticket, ana: Agent, mailbox: Mailbox) -> None:
    text = text_of(sent(ticket, ana))

    folded = quotes.fold(f"It works now!\n\n{text}")

    assert folded.visible == "It works now!"


def test_an_internal_note_is_refused_even_when_a_row_names_it(ticket: Ticket, ana: Agent, mailbox: Mailbox) -> None:
    """The renderer does not trust the queue: words for colleagues never leave the house."""
    message = reply(ticket, ana)
    from agents.actors import Actor

    perform(ticket.pk, AddNote("canary-note"), by=Actor.agent(ana), via="web")
    note = ticket.messages.get(public=False)
    OutboundEmail.objects.filter(message=message).update(message=note)
    make_due()

    assert outbound.send_due() == 0
    assert OutboundEmail.objects.get().state == "failed"
    assert LocalMail.objects.count() == 0


def test_a_message_of_another_ticket_is_refused(ticket: Ticket, ana: Agent, mailbox: Mailbox) -> None:
    reply(ticket, ana)
    mail = OutboundEmail.objects.get()
    mail.ticket = make_ticket(subject="Another matter")

    with pytest.raises(Unrenderable):
        render(mail)


EVIL = ["a\r\nBcc: v@x.example", "a\nBcc: v@x.example", "a\rBcc: v@x.example", "a\u2028Bcc: v@x.example",
        "a\x00b", "a\x85Bcc: v@x.example", "=?utf-8?q?a=0d=0aBcc:_v=40x.example?="]  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_a_subject_or_name_cannot_add_a_header(ticket: Ticket, ana: Agent, mailbox: Mailbox, evil: str) -> None:
    """G01: subject, agent's name, mailbox name and file name."""
    if "\x00" not in evil:
        Ticket.objects.filter(pk=ticket.pk).update(subject=evil)
        Agent.objects.filter(pk=ana.pk).update(name=evil)
        Mailbox.objects.filter(pk=mailbox.pk).update(name=evil)
    upload = (
        keep_upload(b"x", name=evil, content_type=f"text/plain; {evil}", uploaded_by=ana.pk)
        if "\x00" not in evil
        else None
    )

    letter = sent(ticket, ana, attachments=[upload.key] if upload else ())

    raw = bytes(LocalMail.objects.get().raw)
    head = raw.partition(b"\r\n\r\n")[0]
    assert letter["Bcc"] is None
    assert b"\nbcc" not in raw.lower()
    assert b"\rbcc" not in raw.lower()
    assert not any(byte > 126 or (byte < 32 and byte not in b"\r\n\t") for byte in head)
    assert LocalMail.objects.get().envelope_to == ["kim@alpha.example"]


@pytest.mark.parametrize("field", ["header_id", "in_reply_to", "recipient"])
@pytest.mark.parametrize("evil", ["a@b.example\r\nBcc: v@x.example", "a@b.example\nX: y", "a b@c.example", "<a@b>"])
def test_a_header_value_with_a_line_break_stops_that_mail_alone(
    ticket: Ticket, ana: Agent, mailbox: Mailbox, field: str, evil: str
) -> None:
    """G01: the poisoned mail fails visibly, the next one leaves."""
    reply(ticket, ana)
    OutboundEmail.objects.update(**{field: evil})
    other = make_ticket(subject="Another matter")
    reply(other, ana)
    make_due()

    assert outbound.send_due() == 1

    assert list(OutboundEmail.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "sent"]
    assert len(local_mails()) == 1


@pytest.mark.parametrize("name", ["x, victim@x.test", '"x" <victim@x.test>,', 'x" <victim@x.test>, "y'])
def test_a_customers_name_adds_no_recipient(ana: Agent, mailbox: Mailbox, name: str) -> None:
    """G02."""
    ticket = make_ticket(make_customer_named(name))

    letter = sent(ticket, ana)

    assert LocalMail.objects.get().envelope_to == ["mal@alpha.example"]
    assert [a.addr_spec for a in letter["To"].addresses] == ["mal@alpha.example"]
    assert letter["Cc"] is None
    assert b"victim" not in bytes(LocalMail.objects.get().raw)


def make_customer_named(name: str) -> Customer:
    from tests.factories import make_customer

    return make_customer(name, "mal@alpha.example")


def test_an_agents_strange_name_stays_a_name(ticket: Ticket, ana: Agent, mailbox: Mailbox) -> None:
    """G02, the other direction."""
    Agent.objects.filter(pk=ana.pk).update(name='Ana, "boss" <boss@x.example>')

    letter = sent(ticket, ana)

    assert [a.addr_spec for a in letter["From"].addresses] == ["support@desk.example"]


def test_a_mail_with_words_of_every_alphabet_and_a_file_reads_back_whole(
    ticket: Ticket, ana: Agent, mailbox: Mailbox
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(subject="Принтер горить — Zażółć gęślą jaźń 🔥 " * 4)
    Agent.objects.filter(pk=ana.pk).update(name="Ольга Ężćź")
    words = "Вітаю! Zażółć gęślą jaźń 🔥\n" + "x" * 3000
    upload = keep_upload(bytes(range(256)) * 40, name="звіт.pdf", content_type="application/pdf", uploaded_by=ana.pk)

    letter = sent(ticket, ana, words, attachments=[upload.key])

    raw = bytes(LocalMail.objects.get().raw)
    (file,) = letter.iter_attachments()
    assert words in text_of(letter)
    assert "Принтер горить — Zażółć gęślą jaźń 🔥" in letter["Subject"]
    assert letter["From"].addresses[0].display_name == "Ольга Ężćź via Desk Support"
    assert (file.get_filename(), file.get_content_type()) == ("звіт.pdf", "application/pdf")
    assert file.get_content() == bytes(range(256)) * 40
    assert file.get_content_disposition() == "attachment"
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_long_chains_of_references_stay_readable(ticket: Ticket, ana: Agent, mailbox: Mailbox) -> None:
    Mailbox.objects.update(acknowledges=False)
    ids = [f"{'a' * 90}{number}.{'b' * 60}@mail.alpha.example" for number in range(20)]
    for header_id in ids:
        mail_in(ticket, header_id)

    sent(ticket, ana)

    raw = bytes(LocalMail.objects.get().raw)
    assert parse(raw).references == tuple(ids)
    assert message_from_bytes(raw, policy=policy.compat32)["References"].split() == [f"<{i}>" for i in ids]


def test_our_own_mail_coming_back_is_seen_as_a_loop(ticket: Ticket, ana: Agent, mailbox: Mailbox) -> None:
    """B03, B07."""
    sent(ticket, ana)

    verdict = classify(parse(bytes(LocalMail.objects.get().raw)), own_domain_ids=signing.own_ids())

    assert verdict.kind == LOOP


def test_a_first_mail_that_answers_nothing_does_not_say_re(ana: Agent, mailbox: Mailbox) -> None:
    ticket = make_ticket(subject="RE: AW: Your delivery")

    assert sent(ticket, ana)["Subject"] == f"Your delivery [#{ticket.pk}]"
    assert sent(ticket, ana)["Subject"] == f"Re: Your delivery [#{ticket.pk}]"


def test_automatic_answers_say_that_they_are(ticket: Ticket, mailbox: Mailbox) -> None:
    """B07."""
    from agents.actors import Actor
    from tickets import outbox
    from tickets.actions import AddReply

    perform(ticket.pk, AddReply("We are working on it."), by=Actor.system("rules"), via="rule")
    outbox.drain()
    make_due()
    outbound.send_due()

    (letter,) = local_mails()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["From"] == "Desk Support <support@desk.example>"
    assert Message.objects.filter(author_kind="system").count() == 1


def test_a_missing_file_keeps_the_mail_waiting(ticket: Ticket, ana: Agent, mailbox: Mailbox, settings: Any) -> None:
    upload = keep_upload(b"x", name="a.txt", content_type="text/plain", uploaded_by=ana.pk)
    reply(ticket, ana, attachments=[upload.key])
    make_due()
    settings.MEDIA_ROOT = settings.MEDIA_ROOT / "unmounted"

    assert outbound.send_due() == 0

    mail = OutboundEmail.objects.get()
    assert (mail.state, mail.attempts) == ("queued", 1)
    assert "FileNotFoundError" in mail.last_error
