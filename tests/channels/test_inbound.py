"""From raw bytes to a ticket: stored first, once, by the right person, or held with a reason."""

# ruff: noqa: E501 - tables of headers read better unbroken

from __future__ import annotations

import base64
from typing import Any
from unittest import mock

import pytest
from django.conf import settings as live_settings
from django.db import OperationalError

from agents.models import Team
from channels import inbound as inbound_module
from channels.inbound import process, process_waiting, receive
from channels.models import InboundMessage, Mailbox, TicketMailbox
from customers.models import Address, Customer
from tests.channels.mailroom import make_due, make_mailbox, reply
from tests.channels.post import answer_to, counts, letter, take_in
from tickets.models import Attachment, Change, Message, Ticket

pytestmark = pytest.mark.django_db

State = InboundMessage.State


@pytest.fixture
def box(billing: Team) -> Mailbox:
    return make_mailbox(team=billing)


def test_a_mail_opens_a_ticket_in_the_team_of_its_mailbox(box: Mailbox, billing: Team) -> None:
    inbound = take_in(letter(), box)

    ticket = Ticket.objects.get()
    message = ticket.messages.get()
    assert (inbound.state, inbound.ticket, inbound.message, inbound.kind) == (State.DONE, ticket, message, "customer")
    assert (ticket.subject, ticket.channel, ticket.team, ticket.requester.email) == (
        "Printer on fire", "email", billing, "kim@alpha.example",
    )  # fmt: skip
    assert (message.text, message.author_name, message.from_address, message.sender_verified) == (
        "My printer burns.", "Kim Jensen", "kim@alpha.example", False,
    )  # fmt: skip
    assert TicketMailbox.objects.get().mailbox == box
    assert Change.objects.get().actor_kind == "customer"


def test_the_raw_mail_is_kept_byte_for_byte_before_anything_is_read(box: Mailbox) -> None:
    raw = letter() + bytes(range(256))

    inbound = receive(
        raw, box, transport="pipe", envelope_from="kim@alpha.example", envelope_to=["support@desk.example"]
    )

    assert (inbound.state, bytes(inbound.raw.data)) == (State.STORED, raw)
    assert (inbound.size, inbound.envelope_to) == (len(raw), ["support@desk.example"])
    assert Ticket.objects.count() == 0


def test_the_same_mail_by_another_road_is_a_duplicate(box: Mailbox) -> None:
    first = take_in(b"Received: from a by b\r\n" + letter(), box)

    second = take_in(b"Delivered-To: support@desk.example\r\nReceived: from c\r\n by d\r\n" + letter(), box)

    assert (second.state, second.duplicate_of, second.ticket) == (State.DUPLICATE, first, first.ticket)
    assert counts() == (1, 1)


def test_the_same_id_sender_and_words_in_other_bytes_are_a_duplicate(box: Mailbox) -> None:
    take_in(letter(), box)

    second = take_in(letter("My  printer\r\nburns.", "X-Mailer: other"), box)

    assert second.state == State.DUPLICATE
    assert counts() == (1, 1)


def test_nobody_can_suppress_a_mail_by_using_its_id_first(box: Mailbox) -> None:
    take_in(letter("I was here first.", sender="mal@evil.example"), box)
    take_in(letter("I was here second.", sender="kim@alpha.example"), box)

    third = take_in(letter("Other words altogether."), box)

    assert third.state == State.DONE
    assert counts() == (3, 3)
    assert "message_id_reused" in third.message.warnings  # type: ignore[union-attr]


def test_mails_without_an_id_are_different_mails(box: Mailbox) -> None:
    take_in(letter("First.", header_id=""), box)
    take_in(letter("Second.", header_id=""), box)

    assert counts() == (2, 2)


def test_processing_a_mail_twice_does_it_once(box: Mailbox) -> None:
    inbound = take_in(letter(), box)

    assert process(inbound.pk) == State.DONE
    assert counts() == (1, 1)


def test_the_sweep_takes_up_what_no_worker_was_told_of(box: Mailbox) -> None:
    """F: a broker that lost the message changes nothing."""
    receive(letter(), box, transport="pipe")

    assert process_waiting() == 1
    assert counts() == (1, 1)


def test_a_mail_that_cannot_be_read_fails_with_its_reason_and_stays(box: Mailbox) -> None:
    inbound = take_in(b"\r\n\r\n", box)

    assert (inbound.state, inbound.reason, inbound.error) == (State.FAILED, "empty", "empty")
    assert bytes(inbound.raw.data) == b"\r\n\r\n"


def test_an_error_of_ours_fails_the_mail_with_a_trace_and_changes_nothing(box: Mailbox) -> None:
    inbound = receive(letter(), box, transport="pipe")

    with mock.patch.object(inbound_module, "file", side_effect=ZeroDivisionError("oops")):
        process(inbound.pk)

    inbound.refresh_from_db()
    assert (inbound.state, inbound.reason, inbound.subject) == (State.FAILED, "error", "Printer on fire")
    assert "ZeroDivisionError: oops" in inbound.error
    assert counts() == (0, 0)


@pytest.mark.parametrize("passing", [OperationalError("gone"), OSError(28, "No space left on device")])
def test_what_passes_leaves_the_mail_waiting_and_counts_no_crash(box: Mailbox, passing: Exception) -> None:
    inbound = receive(letter(), box, transport="pipe")

    with mock.patch.object(inbound_module, "keep_files", side_effect=passing):
        process(inbound.pk)

    inbound.refresh_from_db()
    assert (inbound.state, inbound.attempts) == (State.STORED, 0)
    assert inbound.claimed_until is not None
    InboundMessage.objects.update(claimed_until=None)
    assert process(inbound.pk) == State.DONE


def test_a_mail_that_ends_its_worker_again_and_again_is_set_aside(box: Mailbox) -> None:
    """Fault F04"""
    inbound = receive(letter(), box, transport="pipe")
    InboundMessage.objects.update(attempts=inbound_module.MOST_CRASHES)

    assert process(inbound.pk) == State.FAILED
    inbound.refresh_from_db()
    assert inbound.reason == "crashed"


def test_a_customers_answer_lands_in_its_ticket_and_reopens_it_with_the_new_words_only(
    box: Mailbox, ana: Any, settings: Any
) -> None:
    """The main job."""
    settings.UNDO_SEND_SECONDS = 0
    ticket = take_in(letter(), box).ticket
    assert ticket is not None
    from agents.actors import Actor
    from tickets.actions import SetStatus
    from tickets.perform import perform

    message = reply(ticket, ana)
    perform(ticket.pk, SetStatus("solved"), by=Actor.agent(ana), via="web")
    make_due()

    inbound = take_in(answer_to(message.mails.get(), "No, it still burns."), box)  # type: ignore[attr-defined]

    ticket.refresh_from_db()
    said = ticket.messages.order_by("pk").last()
    assert (inbound.state, inbound.ticket, inbound.reason) == (State.DONE, ticket, "our_message_id")
    assert ticket.status == "open"
    assert said is not None
    assert said.text == "No, it still burns."
    assert "Have you tried" in said.quoted_text
    assert Ticket.objects.count() == 1


def test_an_answer_to_a_closed_ticket_opens_a_linked_follow_up(box: Mailbox, ana: Any) -> None:
    ticket = take_in(letter(), box).ticket
    assert ticket is not None
    message = reply(ticket, ana)
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")

    inbound = take_in(answer_to(message.mails.get(), "It burns again."), box)  # type: ignore[attr-defined]

    assert inbound.ticket is not None
    assert (inbound.ticket == ticket, inbound.reason) == (False, "ticket_closed")
    assert list(Ticket.objects.linked_to(ticket.pk)) == [inbound.ticket]
    ticket.refresh_from_db()
    assert ticket.status == "closed"


def test_a_plain_thank_you_does_not_reopen(box: Mailbox, ana: Any) -> None:
    ticket = take_in(letter(), box).ticket
    assert ticket is not None
    message = reply(ticket, ana)
    Ticket.objects.filter(pk=ticket.pk).update(status="solved")

    take_in(answer_to(message.mails.get(), "Thank you very much!"), box)  # type: ignore[attr-defined]

    ticket.refresh_from_db()
    assert ticket.status == "solved"
    assert ticket.messages.count() == 3


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (["Auto-Submitted: auto-replied"], "auto_reply"),
        (["Precedence: bulk"], "automated"),
        (["List-Id: <talk.alpha.example>"], "mailing_list"),
        (["X-Autoreply: yes"], "auto_reply"),
    ],
)
def test_mail_of_machines_is_set_aside_and_touches_no_ticket(
    box: Mailbox, ana: Any, headers: list[str], kind: str
) -> None:
    """B01, B10: an absence notice neither reopens nor answers."""
    ticket = take_in(letter(), box).ticket
    assert ticket is not None
    message = reply(ticket, ana)
    Ticket.objects.filter(pk=ticket.pk).update(status="solved")
    before = counts()

    inbound = take_in(answer_to(message.mails.get(), "Noted.", *headers), box)  # type: ignore[attr-defined]

    ticket.refresh_from_db()
    assert (inbound.state, inbound.reason, inbound.kind) == (State.IGNORED, kind, kind)
    assert (ticket.status, counts()) == ("solved", before)


def test_our_own_mail_coming_back_is_set_aside(box: Mailbox) -> None:
    """B03: From one of our addresses, its plus variants and its aliases."""
    box.aliases = ["help@desk.example"]
    box.save()

    for sender in ("support@desk.example", "Support+t1-x@Desk.Example", "help@desk.example"):
        inbound = take_in(letter(sender=sender, header_id=f"{sender}-id"), box)
        assert (inbound.state, inbound.kind) == (State.IGNORED, "loop")

    assert counts() == (0, 0)
    assert Customer.objects.count() == 0


@pytest.mark.parametrize(
    ("sender", "reason"),
    [
        ("a@x.example, b@y.example", "sender_several"),
        ("a@x.example\r\nFrom: b@y.example", "sender_several_from_headers"),
        ("g: a@x.example; b@y.example", "sender_group"),
        ("ca@alpha.example)mal@evil.example", "sender_malformed"),
        ("", "sender_missing"),
        ('"CA <ca@alpha.example>" <mal@evil.example>', "name_claims_other_address"),
    ],
)
def test_a_mail_that_does_not_plainly_name_one_sender_is_held(box: Mailbox, sender: str, reason: str) -> None:
    """A09"""
    inbound = take_in(letter(sender=sender), box)

    assert (inbound.state, inbound.reason) == (State.HELD, reason)
    assert counts() == (0, 0)
    assert Customer.objects.count() == 0


def test_an_unverified_mail_brings_nobody_into_the_ticket(box: Mailbox, ticket: Ticket) -> None:
    """A01: the copied address is kept as data on the message and gets nothing."""
    inbound = take_in(letter("Hello", "Cc: mal@evil.example"), box)

    assert inbound.ticket is not None
    assert inbound.ticket.participants.count() == 0
    assert inbound.message is not None
    assert inbound.message.cc == ["mal@evil.example"]


def test_a_verified_sender_may_copy_people_in_but_never_ourselves(box: Mailbox, settings: Any, ana: Any) -> None:
    settings.TRUSTED_AUTHSERV_ID = "mx.desk.example"
    verdict = "Authentication-Results: mx.desk.example; dmarc=pass header.from=alpha.example"

    inbound = take_in(letter("Hello", verdict, f"Cc: eva@alpha.example, Support+x@desk.example, {ana.email}"), box)

    assert inbound.message is not None
    assert inbound.ticket is not None
    assert inbound.message.sender_verified is True
    assert [p.customer.email for p in inbound.ticket.participants.all()] == ["eva@alpha.example"]


@pytest.mark.parametrize(
    "lines",
    [
        ["Authentication-Results: mx.ours; dmarc=pass header.from=alpha.example"] * 2,
        [
            "Authentication-Results: mx.other; dmarc=none",
            "Authentication-Results: mx.ours; dmarc=pass header.from=alpha.example",
        ],
        ["ARC-Authentication-Results: i=1; mx.ours; dmarc=pass header.from=alpha.example"],
        ["Authentication-Results: (mx.ours;) evil; dmarc=pass header.from=alpha.example"],
        ["Authentication-Results: mx.ours; dmarc=pass header.from=evil.example"],
        ["Authentication-Results: mx.ours; spf=pass smtp.mailfrom=alpha.example"],
        ["Authentication-Results: mx.ours; dkim=fail header.d=alpha.example (dmarc=pass header.from=alpha.example)"],
        [
            "Authentication-Results: mx.ours;\r\n dmarc=none header.from=alpha.example;\r\n dkim=pass header.d=alpha.example"
        ],
    ],
)
def test_a_forged_or_unclear_verdict_counts_as_none(box: Mailbox, settings: Any, lines: list[str]) -> None:
    """A08"""
    settings.TRUSTED_AUTHSERV_ID = "mx.ours"

    inbound = take_in(letter("Hello", *lines, "Cc: eva@alpha.example"), box)

    assert inbound.message is not None
    assert inbound.message.sender_verified is False
    assert inbound.ticket is not None
    assert inbound.ticket.participants.count() == 0


def test_a_verdict_is_not_believed_from_a_stranger_who_reaches_our_port(box: Mailbox, settings: Any) -> None:
    """A08: only hosts that we named, and this machine, may hand over a verdict."""
    settings.TRUSTED_AUTHSERV_ID = "mx.ours"
    verdict = "Authentication-Results: mx.ours; dmarc=pass header.from=alpha.example"

    stranger = take_in(letter("One", verdict, header_id="1@a.example"), box, "smtp", peer="203.0.113.9")
    settings.MAIL_BORDER_PEERS = ["203.0.113.0/24"]
    border = take_in(letter("Two", verdict, header_id="2@a.example"), box, "smtp", peer="203.0.113.9")

    assert (stranger.evidence["authentication"], border.evidence["authentication"]) == ("none", "pass")


def test_answers_differ_from_the_sender_only_visibly(box: Mailbox) -> None:
    """A12: the identity stays with From."""
    inbound = take_in(letter("Hello", "Reply-To: x@evil.example"), box)

    assert inbound.ticket is not None
    assert inbound.ticket.requester.email == "kim@alpha.example"
    assert inbound.message is not None
    assert "reply_to_differs" in inbound.message.warnings
    assert not Address.objects.filter(normalised="x@evil.example").exists()


def test_a_mail_that_looks_like_an_agents_forward_is_its_senders_own(box: Mailbox) -> None:
    """A11"""
    inbound = take_in(
        letter("@fwd\nFrom: Eva <eva@alpha.example>\nHelp me", sender="mal@evil.example", subject="Fwd: Help"), box
    )

    assert inbound.ticket is not None
    assert inbound.ticket.requester.email == "mal@evil.example"


def test_control_headers_of_ours_have_no_effect_from_outside(box: Mailbox) -> None:
    """A07"""
    inbound = take_in(letter("Hello", "X-Helpdesk-Loop: guess", "X-Helpdesk-Ticket: 1", "X-Priority: 1"), box)

    assert inbound.ticket is not None
    assert (inbound.state, inbound.ticket.priority) == (State.DONE, 2)


def test_html_is_stored_harmless_and_its_history_apart(box: Mailbox) -> None:
    raw = letter(
        '<p>New <b>words</b><script>x</script><img src="https://t.example/p"></p><blockquote type=cite>Old</blockquote>'
    ).replace(b"text/plain", b"text/html")

    inbound = take_in(raw, box)

    assert inbound.message is not None
    assert inbound.message.text == "New words"
    assert "<script" not in inbound.message.html
    assert 'data-remote-src="https://t.example/p"' in inbound.message.html
    assert ("Old" in inbound.message.html, "Old" in inbound.message.quoted_html) == (False, True)


def _with_file(name: str, data: bytes, kind: str = "application/pdf") -> bytes:
    head = letter("x").split(b"Content-Type")[0]
    coded = base64.encodebytes(data)
    return head + (
        f"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\nContent-Type: {kind}\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    ).encode() + coded + b"\r\n--b--\r\n"  # fmt: skip


def test_attachments_are_kept_under_safe_names(box: Mailbox) -> None:
    """D01"""
    inbound = take_in(_with_file("../../etc/invoice.pdf", b"%PDF-1.7 words"), box)

    kept = Attachment.objects.get()
    assert (kept.message, kept.name, kept.content_type, kept.blob.size) == (
        inbound.message,
        "invoice.pdf",
        "application/pdf",
        14,
    )


def test_an_attachment_over_the_limit_is_refused_by_name_and_the_words_stay(box: Mailbox, settings: Any) -> None:
    """D04"""
    settings.MAX_UPLOAD_MB = 1

    inbound = take_in(_with_file("big.pdf", b"%PDF" + bytes(2**20)), box)

    assert Attachment.objects.count() == 0
    assert inbound.message is not None
    assert inbound.message.text == "See the file."
    assert "attachment_too_large:big.pdf" in inbound.message.warnings


def test_held_and_ignored_mails_leave_no_files(box: Mailbox) -> None:
    take_in(_with_file("a.pdf", b"%PDF").replace(b"Kim Jensen <kim@alpha.example>", b"a@x.example, b@x.example"), box)

    assert Attachment.objects.count() == 0


def test_ten_thousand_recipients_become_a_few_kept_addresses(box: Mailbox, settings: Any) -> None:
    """B05"""
    settings.TRUSTED_AUTHSERV_ID = "mx.ours"
    settings.MAX_PARTICIPANTS = 5
    many = ",\r\n ".join(f"n{i}@alpha.example" for i in range(10_000))

    inbound = take_in(
        letter("Hello", "Authentication-Results: mx.ours; dmarc=pass header.from=alpha.example", f"Cc: {many}"), box
    )

    assert inbound.message is not None
    assert inbound.ticket is not None
    assert len(inbound.message.cc) == 50
    assert inbound.ticket.participants.count() == 5


def test_nul_bytes_and_lone_surrogates_reach_no_database(box: Mailbox) -> None:
    """K03: the words are cleaned, the raw mail is kept."""
    raw = letter("Nul \x00 here", subject="=?utf-8?b?AEE=?= x").replace(b"Kim Jensen", b"K\xff\x00im")

    inbound = take_in(raw, box)

    assert inbound.state == State.DONE
    assert inbound.message is not None
    assert inbound.message.text == "Nul  here"
    assert bytes(inbound.raw.data) == raw


def test_the_mailbox_is_found_by_the_address_when_the_door_did_not_say(box: Mailbox, technical: Team) -> None:
    other = make_mailbox("tech@desk.example", "Tech", team=technical)

    inbound = take_in(letter(to="Tech <Tech+anything@desk.example>"))

    assert (inbound.mailbox, inbound.ticket and inbound.ticket.team) == (other, technical)


def test_the_language_of_the_words_becomes_the_language_of_the_ticket(box: Mailbox) -> None:
    inbound = take_in(letter("Hej, jeg kan ikke logge ind, og det er vigtigt. Med venlig hilsen Kim"), box)

    assert inbound.ticket is not None
    assert inbound.ticket.language == "da"


def test_the_suite_never_reads_the_developers_settings() -> None:
    assert live_settings.TRUSTED_AUTHSERV_ID == ""


def test_a_message_of_a_bounce_is_noted_on_its_ticket_and_marks_the_address(box: Mailbox, ana: Any) -> None:
    ticket = take_in(letter(), box).ticket
    assert ticket is not None
    mail = reply(ticket, ana).mails.get()  # type: ignore[attr-defined]
    before = counts()

    inbound = take_in(_bounce(mail.header_id, "5.1.1", "failed"), box)

    events = [
        (e.kind, e.data["address"])
        for c in ticket.changes.all()
        for e in c.events.all()
        if e.kind == "delivery_bounced"
    ]
    address = Address.objects.get(normalised="kim@alpha.example")
    assert (inbound.state, inbound.kind, inbound.ticket) == (State.IGNORED, "bounce", ticket)
    assert events == [("delivery_bounced", "kim@alpha.example")]
    assert address.bounced_at is not None
    assert address.bounce_reason.startswith("5.1.1")
    assert counts() == before


@pytest.mark.parametrize(
    "forged", ["t1.aaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaa@ticket.helpdesk.localhost", "nothing@else.example"]
)
def test_a_forged_bounce_marks_nobody(box: Mailbox, ana: Any, forged: str) -> None:
    ticket = take_in(letter(), box).ticket
    assert ticket is not None
    reply(ticket, ana)

    take_in(_bounce(forged, "5.1.1", "failed"), box)

    assert Address.objects.filter(bounced_at__isnull=False).count() == 0
    assert not any(e.kind == "delivery_bounced" for c in ticket.changes.all() for e in c.events.all())


def _bounce(header_id: str, status: str, action: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\nSubject: Undelivered\r\nMessage-ID: <b@mx.example>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; other@victim.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{header_id}>\r\nTo: kim@alpha.example\r\n\r\n--b--\r\n"
    ).encode()


def test_a_mail_is_only_filed_once_when_a_slow_worker_wakes_up_late(box: Mailbox) -> None:
    """F: the lease ran out, another worker filed it; the first must not file it again."""
    inbound = receive(letter(), box, transport="pipe")

    def slept(letter: Any) -> Any:
        InboundMessage.objects.update(claimed_until=None)
        with mock.patch.object(inbound_module, "keep_files", real):
            process(inbound.pk)
        return real(letter)

    real = inbound_module.keep_files
    with mock.patch.object(inbound_module, "keep_files", slept):
        process(inbound.pk)

    assert counts() == (1, 1)
    assert Message.objects.count() == 1
