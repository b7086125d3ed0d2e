"""Sending over real SMTP: what is tried again, what is given up, and that nothing is sent twice without need."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.db import connection
from django.utils.timezone import now

from agents.models import Agent
from channels import outbound
from channels.models import LocalMail, OutboundEmail
from scripts import services
from tests.channels.mailroom import make_due, make_mailbox, reply
from tests.plugin_services import ROOT, SmtpSink, child_environment
from tickets.models import Event, Ticket


@pytest.fixture(autouse=True)
def smtp(settings: Any, smtp_sink: SmtpSink) -> SmtpSink:
    settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_SECURITY = smtp_sink.host, smtp_sink.port, "none"
    settings.SMTP_TIMEOUT = 1
    return smtp_sink


def owe(ticket: Ticket, agent: Agent, **how: Any) -> None:
    make_mailbox()
    reply(ticket, agent, **how)
    make_due()


def states() -> list[str]:
    return list(OutboundEmail.objects.order_by("pk").values_list("state", flat=True))


def test_a_reply_arrives_at_the_other_side(ticket: Ticket, ana: Agent, smtp: SmtpSink) -> None:
    owe(ticket, ana)

    assert outbound.send_due() == 1

    (got,) = smtp.received
    mail = OutboundEmail.objects.get()
    assert (got.sender, got.recipients) == ("support@desk.example", ["kim@alpha.example"])
    assert got.message["Message-ID"] == f"<{mail.header_id}>"
    assert got.message["To"] == "kim@alpha.example"
    assert (mail.state, mail.attempts, mail.crashes, mail.last_error) == ("sent", 1, 0, "")
    assert mail.sent_at is not None
    assert LocalMail.objects.count() == 0


def test_the_next_run_sends_nothing_again(ticket: Ticket, ana: Agent, smtp: SmtpSink) -> None:
    owe(ticket, ana)
    outbound.send_due()

    assert outbound.send_due() == 0
    assert len(smtp.received) == 1


def test_a_temporary_refusal_is_tried_again_after_1_5_15_60_minutes(ticket: Ticket, ana: Agent, smtp: SmtpSink) -> None:
    """Fault F15: 451."""
    owe(ticket, ana)
    smtp.answer = lambda envelope: "451 4.7.1 Greylisted"
    waits = []
    moment = now()
    for _attempt in range(7):
        with time_machine.travel(moment, tick=False):
            assert outbound.send_due() == 0
            mail = OutboundEmail.objects.get()
            assert (mail.state, mail.last_error) == ("queued", "451 4.7.1 Greylisted")
            waits.append(round((mail.due_at - moment).total_seconds() / 60))
            moment = mail.due_at
    smtp.answer = None
    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        assert outbound.send_due() == 0
    with time_machine.travel(moment, tick=False):
        assert outbound.send_due() == 1

    assert waits == [1, 5, 15, 60, 120, 240, 240]
    assert (states(), len(smtp.received)) == (["sent"], 1)
    assert not Event.objects.filter(kind="delivery_failed").exists()


def test_after_two_days_of_temporary_refusals_the_ticket_says_so(ticket: Ticket, ana: Agent, smtp: SmtpSink) -> None:
    """Fault F15: back-off for at most 48 h."""
    owe(ticket, ana)
    smtp.answer = lambda envelope: "451 Later"
    moment = start = now()
    while states() == ["queued"]:
        with time_machine.travel(moment, tick=False):
            outbound.send_due()
            moment = OutboundEmail.objects.get().due_at

    mail = OutboundEmail.objects.get()
    assert timedelta(hours=48) <= moment - start <= timedelta(hours=52)
    assert (mail.state, mail.attempts, mail.last_error) == ("failed", 18, "451 Later")
    assert Event.objects.get(kind="delivery_failed").data["reason"] == "451 Later"


def test_a_refusal_for_good_stands_on_the_ticket(ticket: Ticket, ana: Agent, smtp: SmtpSink) -> None:
    """Fault F15: 550."""
    owe(ticket, ana)
    smtp.answer = lambda envelope: "550 5.1.1 No such user\x1b[31m"

    assert outbound.send_due() == 0

    mail = OutboundEmail.objects.get()
    event = Event.objects.select_related("change").get(kind="delivery_failed")
    assert (mail.state, mail.attempts) == ("failed", 1)
    assert event.data["message"] == mail.message_id
    assert event.data["address"] == "kim@alpha.example"
    assert event.data["reason"].startswith("550 5.1.1 No such user")
    assert "\x1b" not in event.data["reason"]
    assert (event.change.actor_kind, event.change.actor_name, event.change.via) == ("system", "mail", "email")
    assert outbound.send_due() == 0


def test_one_bad_recipient_of_three_does_not_mail_the_good_ones_again(
    ticket: Ticket, ana: Agent, smtp: SmtpSink
) -> None:
    """Fault F15."""
    owe(ticket, ana, cc=["bad@b.example", "late@c.example"])
    refusals = {"bad@b.example": "550 No such user", "late@c.example": "450 Mailbox busy"}
    smtp.answer_rcpt = lambda address: refusals.get(address, "")

    assert outbound.send_due() == 1
    refusals.clear()
    make_due()
    assert outbound.send_due() == 1

    assert states() == ["sent", "failed", "sent"]
    assert [got.recipients for got in smtp.received] == [["kim@alpha.example"], ["late@c.example"]]
    assert Event.objects.get(kind="delivery_failed").data["address"] == "bad@b.example"


def test_a_connection_dropped_after_the_data_is_tried_again_with_the_same_id(
    ticket: Ticket, ana: Agent, smtp: SmtpSink, settings: Any
) -> None:
    """Fault F15."""
    owe(ticket, ana)
    with Misbehaving("drop") as port:
        settings.SMTP_PORT = port
        assert outbound.send_due() == 0
    mail = OutboundEmail.objects.get()
    assert (mail.state, mail.attempts) == ("queued", 1)

    settings.SMTP_PORT = smtp.port
    make_due()
    assert outbound.send_due() == 1

    assert smtp.received[0].message["Message-ID"] == f"<{mail.header_id}>"


def test_a_server_that_stalls_is_left_after_the_timeout(
    ticket: Ticket, ana: Agent, smtp: SmtpSink, settings: Any
) -> None:
    """Fault F15: 30 s stall, here against a timeout of one second."""
    owe(ticket, ana)
    with Misbehaving("stall") as port:
        settings.SMTP_PORT = port
        assert outbound.send_due() == 0

    mail = OutboundEmail.objects.get()
    assert (mail.state, mail.attempts) == ("queued", 1)
    assert "imed out" in mail.last_error


def test_a_server_that_is_down_costs_one_attempt(ticket: Ticket, ana: Agent, settings: Any) -> None:
    owe(ticket, ana)
    settings.SMTP_PORT = services.free_port()

    assert outbound.send_due() == 0

    mail = OutboundEmail.objects.get()
    assert (mail.state, mail.attempts) == ("queued", 1)
    assert "ConnectionRefusedError" in mail.last_error


def test_a_server_without_the_encryption_that_we_want_gets_no_mail(
    ticket: Ticket, ana: Agent, smtp: SmtpSink, settings: Any
) -> None:
    """Fault F15: TLS failure. A mail is never sent in clear because the other side cannot do better."""
    owe(ticket, ana)
    settings.SMTP_SECURITY = "starttls"

    assert outbound.send_due() == 0

    assert (states(), smtp.received) == (["queued"], [])
    assert "STARTTLS" in OutboundEmail.objects.get().last_error


def test_a_burst_shares_connections(ticket: Ticket, ana: Agent, smtp: SmtpSink, monkeypatch: Any) -> None:
    from channels.transports import smtp as transport

    make_mailbox()
    for number in range(25):
        reply(ticket, ana, f"Part {number}")
    make_due()
    monkeypatch.setattr(transport, "MAILS_PER_CONNECTION", 10)
    opened = []
    real = transport._connect
    monkeypatch.setattr(transport, "_connect", lambda: opened.append(1) or real())

    assert outbound.send_due() == 25

    assert (len(smtp.received), len(opened)) == (25, 3)


def test_a_refused_mail_in_a_burst_stops_no_other(ticket: Ticket, ana: Agent, smtp: SmtpSink) -> None:
    owe(ticket, ana)
    for number in range(4):
        reply(ticket, ana, f"Part {number}", to=[f"p{number}@x.example"])
    make_due()
    smtp.answer = lambda envelope: "550 No" if envelope.rcpt_tos == ["p1@x.example"] else "250 OK"

    assert outbound.send_due() == 4

    assert states() == ["sent", "sent", "failed", "sent", "sent"]


def test_a_failed_mail_can_be_sent_again_by_hand(ticket: Ticket, ana: Agent, smtp: SmtpSink) -> None:
    owe(ticket, ana)
    smtp.answer = lambda envelope: "550 No"
    outbound.send_due()
    smtp.answer = None
    mail = OutboundEmail.objects.get()

    assert outbound.try_again(mail.pk, by=ana) is True
    assert outbound.try_again(mail.pk, by=ana) is False
    assert outbound.send_due() == 1

    assert (states(), len(smtp.received)) == (["sent"], 1)


def test_a_worker_that_wakes_up_late_does_not_overwrite_what_another_did(
    ticket: Ticket, ana: Agent, smtp: SmtpSink, monkeypatch: Any
) -> None:
    """Fault F06: while this worker slept in the SMTP dialogue, its lease ran out and another one sent the mail."""
    owe(ticket, ana)
    mail = OutboundEmail.objects.get()

    def sleep(envelope: Any) -> str:
        return "550 Too late"

    smtp.answer = sleep
    real = outbound.MAILS.take

    def taken_and_overtaken(claimed: OutboundEmail) -> bool:
        won = real(claimed)
        OutboundEmail.objects.update(state="sent", attempts=2, sent_at=now())
        return won

    monkeypatch.setattr(outbound.MAILS, "take", taken_and_overtaken)

    assert outbound.send_due() == 0

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == ("sent", 2, "")
    assert not Event.objects.filter(kind="delivery_failed").exists()


SEND = "import django; django.setup(); from channels import outbound; outbound.send_due()"


def send_in_child(smtp: SmtpSink) -> subprocess.Popen[bytes]:
    more = {"SMTP_HOST": smtp.host, "SMTP_PORT": str(smtp.port), "SMTP_SECURITY": "none"}
    return subprocess.Popen([sys.executable, "-c", SEND], cwd=ROOT, env=child_environment(**more))


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_after_the_mail_was_taken_sends_one_copy_more_at_most(
    ticket: Ticket, ana: Agent, smtp: SmtpSink
) -> None:
    """Fault F14, Fault F04: copies carry one Message-ID; a mail that ends every worker is given up, others flow."""
    owe(ticket, ana)
    other = reply(ticket, ana, "Another answer", to=["bo@b.example"])
    OutboundEmail.objects.filter(message=other).update(due_at=now() + timedelta(minutes=1))
    children: list[subprocess.Popen[bytes]] = []

    def kill_the_sender(envelope: Any) -> str:
        if envelope.rcpt_tos == ["kim@alpha.example"]:
            os.kill(children[-1].pid, signal.SIGKILL)
        return "250 OK"

    smtp.answer = kill_the_sender
    for _start in range(4):
        children.append(send_in_child(smtp))
        children[-1].wait(60)
        OutboundEmail.objects.update(due_at=now() - timedelta(seconds=1))
        OutboundEmail.objects.filter(state="sending").update(claimed_until=now() - timedelta(seconds=1))

    copies = [got for got in smtp.received if got.recipients == ["kim@alpha.example"]]
    poison, flowing = OutboundEmail.objects.order_by("pk")
    assert [child.returncode for child in children] == [-9, -9, 0, 0]
    assert len(copies) == 2
    assert {got.message["Message-ID"] for got in copies} == {f"<{poison.header_id}>"}
    assert (poison.state, poison.attempts, poison.crashes) == ("failed", 2, 2)
    assert Event.objects.get(kind="delivery_failed").data["address"] == "kim@alpha.example"
    assert flowing.state == "sent"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite runs one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_mail_once(ticket: Ticket, ana: Agent, smtp: SmtpSink) -> None:
    """Fault F05: however often a slow task is run again, a claim decides who sends."""
    make_mailbox()
    for number in range(30):
        reply(ticket, ana, f"Part {number}")
    make_due()
    gate = threading.Barrier(4)
    sent: list[int] = []

    def work() -> None:
        try:
            gate.wait(10)
            sent.append(outbound.send_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    ids = [got.message["Message-ID"] for got in smtp.received]
    assert (sum(sent), len(ids), len(set(ids))) == (30, 30, 30)
    assert set(states()) == {"sent"}


class Misbehaving:
    """An SMTP server that takes the data and then drops the line ("drop"), never says a word ("stall"), or only greets
    ("mute")."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.server = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> int:
        threading.Thread(target=self._serve, daemon=True).start()
        return int(self.server.getsockname()[1])

    def __exit__(self, *raised: object) -> None:
        self.server.close()

    def _serve(self) -> None:
        peers: list[socket.socket] = []
        for peer in self._peers():
            peers.append(peer)
            if self.how == "stall":
                continue
            peer.sendall(b"220 hello\r\n")
            if self.how == "mute":
                continue
            for line in peer.makefile("rb"):
                if line.upper().startswith(b"DATA"):
                    peer.sendall(b"354 go on\r\n")
                elif line == b".\r\n":
                    peer.shutdown(socket.SHUT_RDWR)
                    break
                elif line.upper().startswith((b"EHLO", b"MAIL", b"RCPT", b"RSET")):
                    peer.sendall(b"250 fine\r\n")

    def _peers(self) -> Iterator[socket.socket]:
        while True:
            try:
                yield self.server.accept()[0]
            except OSError:
                return


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2040, 1, 1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    file = tmp_path / "both.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(
    ticket: Ticket, ana: Agent, settings: Any, self_signed: ssl.SSLContext
) -> None:
    """Fault F15: TLS failure. Somebody between us and the server could read every answer."""
    owe(ticket, ana)
    sink = SmtpSink(port=services.free_port())
    controller = Controller(sink, hostname=sink.host, port=sink.port, tls_context=self_signed)
    controller.start()
    settings.SMTP_PORT, settings.SMTP_SECURITY = sink.port, "starttls"
    try:
        assert outbound.send_due() == 0
    finally:
        controller.stop()

    mail = OutboundEmail.objects.get()
    assert (mail.state, sink.received) == ("queued", [])
    assert "SSLCertVerificationError" in mail.last_error
