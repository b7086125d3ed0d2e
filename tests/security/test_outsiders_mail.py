"""What an outsider with a mail server tries, end to end: mail comes in, agents look and answer, mail goes out."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from channels.inbound import process_waiting, receive
from channels.models import InboundMessage, Mailbox, OutboundEmail
from channels.outbound import send_due
from channels.signing import reply_address
from tests.channels.mailroom import local_mails, make_due, make_mailbox, reply
from tests.channels.post import counts, letter, take_in
from tickets import outbox
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)

State = InboundMessage.State
VERDICT = "Authentication-Results: mx.ours; dmarc={} header.from=alpha.example"
CANARY = "canary-4711"


@pytest.fixture
def box() -> Mailbox:
    return make_mailbox()


@pytest.fixture
def talk(box: Mailbox, ana: Any) -> Ticket:
    """Kim wrote, Ana answered with a secret, the mail is out."""
    opened = take_in(letter(), box).ticket
    assert opened is not None
    reply(opened, ana, f"The secret is {CANARY}.")
    make_due()
    send_due()
    return opened


def answer_as_the_page_proposes(client: Client, ticket: Ticket) -> None:
    """Press Send with the recipients that the composer offers."""
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    to, cc = (re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) for name in ("to", "cc"))
    assert to is not None
    given = {"kind": "reply", "body": f"More: {CANARY}", "to": to[1], "cc": cc[1] if cc else ""}
    assert client.post(f"/tickets/{ticket.pk}/replies/", given).status_code == 302
    outbox.drain()
    make_due()
    send_due()


@pytest.mark.parametrize("outcome", ["none", "fail", "temperror"])
def test_a_forged_requester_brings_no_eavesdropper_in(client, talk, box, ana, settings, outcome) -> None:
    """A01: with the reply address in hand and himself in copy, Mal hears nothing, now or on the next answer."""
    settings.TRUSTED_AUTHSERV_ID = "mx.ours"
    stolen = reply_address(box, talk.pk)
    forged = letter("Send it again", VERDICT.format(outcome), "Cc: mal@evil.test", to=stolen, header_id="f@evil.test")

    inbound = take_in(forged, box)
    client.force_login(ana)
    answer_as_the_page_proposes(client, talk)

    assert inbound.state == (State.HELD if outcome == "fail" else State.DONE)
    talk.refresh_from_db()
    assert talk.requester.email == "kim@alpha.example"
    assert talk.participants.count() == 0
    assert {mail.recipient for mail in OutboundEmail.objects.all()} == {"kim@alpha.example"}
    assert not [mail for mail in local_mails() if "mal@" in mail.as_string()]
    if outcome != "fail":
        assert "unverified sender" in client.get(f"/tickets/{talk.pk}/").content.decode()


def test_reply_to_does_not_lead_an_answer_away(client, talk, box, ana, settings) -> None:
    """A12: Kim is vouched for, the answer still goes to Kim, and the page tells that another address was asked for."""
    settings.TRUSTED_AUTHSERV_ID = "mx.ours"
    take_in(
        letter(
            "Pay here", VERDICT.format("pass"), "Reply-To: x@evil.test", to=reply_address(box, talk.pk), header_id="r@x"
        ),
        box,
    )
    client.force_login(ana)
    page = client.get(f"/tickets/{talk.pk}/").content.decode()

    answer_as_the_page_proposes(client, talk)

    assert 'class="message__warnings"' in page
    assert {mail.recipient for mail in OutboundEmail.objects.all()} == {"kim@alpha.example"}


def test_a_guessed_number_learns_nothing(talk, box) -> None:
    """A02: a ticket that exists and one that does not are acknowledged alike, and nothing of Kim's is in it."""
    for number in (talk.pk, 987654):
        subject = f"Re: [#{number}] Printer on fire"
        take_in(letter("Tell me", sender="mal@evil.test", subject=subject, header_id=f"{number}@evil.test"), box)
    outbox.drain()
    make_due()
    send_due()

    told = [mail for mail in local_mails() if "evil.test" in str(mail["To"])]
    words = [re.sub(r"#\d+", "#", mail.get_body(("plain",)).get_content()) for mail in told]
    assert len(told) == 2
    assert words[0] == words[1]
    assert not [mail for mail in told if CANARY in mail.as_string() or "Printer" in mail.as_string()]
    assert talk.messages.count() == 2


def test_two_mailboxes_of_ours_do_not_talk_to_each_other(box, ana) -> None:
    """B03: a mail from one of our addresses to another, and an agent who writes to our own inbox."""
    sales = make_mailbox("sales@desk.example", "Sales")
    for sender, to in (("support@desk.example", sales), ("Sales+t1-x@desk.example", box)):
        assert take_in(letter(sender=sender, to=to.address, header_id=sender), to).state == State.IGNORED
    kims = take_in(letter(), box).ticket
    assert kims is not None

    reply(kims, ana, to=("support@desk.example",), cc=("sales+t9-x@desk.example", "kim@alpha.example"))

    assert counts() == (1, 2)
    replies = OutboundEmail.objects.filter(kind=OutboundEmail.Kind.REPLY)
    assert [mail.recipient for mail in replies] == ["kim@alpha.example"]


def test_five_hundred_in_copy_cause_one_acknowledgement_and_no_participants(client, box, ana) -> None:
    """B05: neither the acknowledgement nor the next answer fans out."""
    crowd = "Cc: " + ",\r\n ".join(f"victim{n}@far.test" for n in range(500))
    ticket = take_in(letter("Hello", crowd), box).ticket
    assert ticket is not None
    client.force_login(ana)

    answer_as_the_page_proposes(client, ticket)

    assert ticket.participants.count() == 0
    assert {mail.recipient for mail in OutboundEmail.objects.all()} == {"kim@alpha.example"}


POISON = [
    b"", b"\x00" * 500, b"\xff\xfe" * 300, b"From: g: a@b.c; d@e.f\r\n\r\nx", b'To: "\r\nFrom: a@[\r\n\r\nx',
    b"From: a@b.test\r\nSubject: a\x00b\xed\xa0\x80\r\n\r\nx\x00y", b"\r\n" * 50, b"From: a@b.test",
    b"From: a@b.test\r\nContent-Type: text/plain; charset=punycode\r\nContent-Transfer-Encoding: base64\r\n\r\n////",
    b"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\nx",
    b"From: a@b.test\r\nContent-Type: message/rfc822\r\n\r\n" * 400,
    b"From: a@b.test\r\nDate: Mon, 99 Foo 99999 99:99:99 +9999\r\nMessage-ID: <a@[b>\r\n\r\nx",
    b"From: a@b.test\r\nReferences: " + b"<" * 50_000 + b"\r\n\r\nx",
    b"From: a@b.test\r\nTo: " + b",".join(b"n%d@x.test" % n for n in range(5_000)) + b"\r\n\r\nx",
    b"From: a@b.test\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
    b"From: a@b.test\r\n\r\n" + b"On a\n" * 20_000,
]  # fmt: skip


def test_poison_between_good_mails_delays_and_loses_none(box) -> None:
    """Fault F43, K03: each good mail is a ticket, each poisoned one has a state and its source, and can be replayed."""
    for number, poison in enumerate(POISON):
        receive(poison, box, transport="imap")
        receive(
            letter(f"Good {number}", sender=f"c{number}@good.test", header_id=f"{number}@good.test"),
            box,
            transport="imap",
        )

    while process_waiting():
        pass

    good = InboundMessage.objects.filter(from_address__endswith="@good.test")
    assert [mail.state for mail in good] == [State.DONE] * len(POISON)
    assert not InboundMessage.objects.filter(state=State.STORED).exists()
    for mail in InboundMessage.objects.exclude(pk__in=good).select_related("raw"):
        assert bytes(mail.raw.data) in POISON
        assert mail.state in {State.DONE, State.HELD, State.FAILED, State.IGNORED, State.DUPLICATE}
        assert mail.state != State.FAILED or mail.reason == "empty", mail.error


MEASURE = """
import base64, resource, sys
import django
django.setup()
from channels.mime import parse
data = base64.encodebytes(bytes(29 * 2**20)).replace(b"\\n", b"\\r\\n")
head = b"From: kim@alpha.example\\r\\nSubject: Big\\r\\nContent-Type: multipart/mixed; boundary=b\\r\\n\\r\\n"
part = b"--b\\r\\nContent-Type: application/zip\\r\\nContent-Transfer-Encoding: base64\\r\\n\\r\\n"
raw = head + b"--b\\r\\n\\r\\nwords\\r\\n" + part + data + b"--b--\\r\\n"
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = parse(raw)
print(len(raw) >> 20, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10, len(found.attachments))
"""


def test_reading_the_largest_mail_takes_a_few_times_its_size(tmp_path: Path) -> None:
    """D04, D05: memory stays bounded for the largest mail that a door lets in."""
    out = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True, timeout=120)

    megabytes, grown, files = map(int, out.stdout.split()[-3:])
    assert (megabytes, files) == (39, 1)
    assert grown < 10 * megabytes, f"{grown} MB for a mail of {megabytes} MB"
