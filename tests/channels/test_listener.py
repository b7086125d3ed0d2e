"""The SMTP and LMTP listener, spoken to over a real socket."""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command
from django.db import OperationalError

from channels.inbound import process_waiting
from channels.models import InboundMessage, Mailbox
from channels.transports import smtp_listener
from channels.transports.smtp_listener import Listener
from tests.channels import corpus
from tests.channels.mailroom import make_mailbox
from tests.channels.post import letter
from tests.plugin_services import wait_until
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)

State = InboundMessage.State


@pytest.fixture
def box() -> Mailbox:
    return make_mailbox(aliases=["help@desk.example"])


@pytest.fixture
def listen(free_port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    running: list[Listener] = []
    monkeypatch.setattr("channels.inbound.wake_inbound", lambda: None)

    def start(protocol: str = "smtp") -> int:
        listener = Listener("127.0.0.1", free_port, protocol)
        listener.start()
        running.append(listener)
        return free_port

    yield start
    for listener in running:
        listener.stop()


def test_a_mail_is_answered_with_250_only_when_it_is_stored(box: Mailbox, listen: Callable[..., int]) -> None:
    with smtplib.SMTP("127.0.0.1", listen()) as client:
        client.sendmail("kim@alpha.example", ["Support+t1-x@desk.example"], letter())

    inbound = InboundMessage.objects.get()
    assert (inbound.state, inbound.transport, inbound.mailbox) == (State.STORED, "smtp", box)
    assert (inbound.envelope_from, inbound.envelope_to) == ("kim@alpha.example", ["Support+t1-x@desk.example"])
    assert inbound.evidence == {"peer": "127.0.0.1"}
    assert bytes(inbound.raw.data) == letter()


def test_a_database_that_is_away_makes_the_sender_keep_the_mail(box: Mailbox, listen: Callable[..., int]) -> None:
    """F: nothing is lost; the same mail goes in when it is back."""
    with smtplib.SMTP("127.0.0.1", listen()) as client:
        with (
            mock.patch.object(smtp_listener, "receive", side_effect=OperationalError("gone")),
            pytest.raises(smtplib.SMTPDataError) as refusal,
        ):
            client.sendmail("kim@alpha.example", ["support@desk.example"], letter())
        client.sendmail("kim@alpha.example", ["support@desk.example"], letter())

    assert refusal.value.smtp_code == 451
    assert InboundMessage.objects.count() == 1


@pytest.mark.parametrize("address", ["nobody@desk.example", "support@other.example", "postmaster@desk.example"])
def test_an_unknown_address_is_refused_in_the_dialogue(box: Mailbox, listen: Callable[..., int], address: str) -> None:
    """B08: no relay, and no bounce of ours to a forged sender."""
    with smtplib.SMTP("127.0.0.1", listen()) as client, pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        client.sendmail("kim@alpha.example", [address], letter())

    assert refusal.value.recipients[address][0] == 550
    assert InboundMessage.objects.count() == 0


def test_aliases_are_known_and_inactive_mailboxes_are_not(box: Mailbox, listen: Callable[..., int]) -> None:
    make_mailbox("old@desk.example", "Old", active=False)

    with smtplib.SMTP("127.0.0.1", listen()) as client:
        refused = client.sendmail("kim@alpha.example", ["help@desk.example", "old@desk.example"], letter())

    assert list(refused) == ["old@desk.example"]
    assert InboundMessage.objects.get().mailbox == box


def test_a_mail_at_the_limit_passes_and_one_above_is_refused(
    box: Mailbox, listen: Callable[..., int], settings: Any
) -> None:
    """D04, B08"""
    settings.MAX_MAIL_MB = 1
    padding = 2**20 - len(letter(""))
    fits, too_much = letter("x" * padding), letter("x" * (padding + 1))
    assert (len(fits), len(too_much)) == (2**20, 2**20 + 1)

    with smtplib.SMTP("127.0.0.1", listen()) as client:
        client.sendmail("kim@alpha.example", ["support@desk.example"], fits)
        client.ehlo()
        client.mail("kim@alpha.example")
        client.rcpt("support@desk.example")
        answer = client.data(too_much)

    assert answer[0] == 552
    assert [i.size for i in InboundMessage.objects.all()] == [2**20]


def test_an_endless_line_costs_no_memory_and_is_refused(
    box: Mailbox, listen: Callable[..., int], settings: Any
) -> None:
    """D05"""
    settings.MAX_MAIL_MB = 1
    with socket.create_connection(("127.0.0.1", listen()), 10) as wire:
        answers = wire.makefile("rb")
        answers.readline()
        for line in (b"HELO x", b"MAIL FROM:<a@b.example>", b"RCPT TO:<support@desk.example>", b"DATA"):
            wire.sendall(line + b"\r\n")
            answers.readline()
        for _ in range(6):
            wire.sendall(b"x" * 2**20)
        wire.sendall(b"\r\n.\r\n")
        answer = answers.readline()

    assert answer.startswith(b"552")
    assert InboundMessage.objects.count() == 0


def test_dots_and_bare_line_ends_cannot_smuggle_a_second_mail(box: Mailbox, listen: Callable[..., int]) -> None:
    """A07: only CRLF.CRLF ends a mail."""
    smuggled = b"one\n.\nMAIL FROM:<a@b.example>\n.\r\nRCPT\r..\r\n"
    with socket.create_connection(("127.0.0.1", listen()), 10) as wire:
        answers = wire.makefile("rb")
        answers.readline()
        for line in (b"HELO x", b"MAIL FROM:<a@b.example>", b"RCPT TO:<support@desk.example>", b"DATA"):
            wire.sendall(line + b"\r\n")
            answers.readline()
        wire.sendall(letter("")[:-4] + b"\r\n\r\n" + smuggled + b"..dot\r\n.\r\n")
        assert answers.readline().startswith(b"250")

    inbound = InboundMessage.objects.get()
    assert bytes(inbound.raw.data).endswith(smuggled + b".dot\r\n")


def test_lmtp_answers_once_for_each_recipient(box: Mailbox, listen: Callable[..., int]) -> None:
    """RFC 2033; Python's own client reads one answer only, so the dialogue is spoken here."""
    with socket.create_connection(("127.0.0.1", listen("lmtp")), 10) as wire:
        answers = wire.makefile("rb")
        answers.readline()
        wire.sendall(b"LHLO x\r\n")
        while answers.readline()[3:4] == b"-":
            pass
        for line in (
            b"MAIL FROM:<a@b.example>",
            b"RCPT TO:<support@desk.example>",
            b"RCPT TO:<help@desk.example>",
            b"DATA",
        ):
            wire.sendall(line + b"\r\n")
            answers.readline()
        wire.sendall(letter() + b".\r\n")
        stored = [answers.readline(), answers.readline()]
        wire.sendall(b"QUIT\r\n")
        ended = answers.readline()

    assert [line[:3] for line in (*stored, ended)] == [b"250", b"250", b"221"]
    assert [(i.transport, len(i.envelope_to)) for i in InboundMessage.objects.all()] == [("lmtp", 2)]


def test_too_many_recipients_are_put_off(box: Mailbox, listen: Callable[..., int]) -> None:
    """B05"""
    many = [f"support+{number}@desk.example" for number in range(smtp_listener.MOST_RECIPIENTS + 5)]

    with smtplib.SMTP("127.0.0.1", listen()) as client:
        refused = client.sendmail("kim@alpha.example", many, letter())

    assert len(refused) == 5
    assert {code for code, _words in refused.values()} == {452}


@pytest.mark.once
@pytest.mark.skipif(
    not (corpus.FOLDER / "manifest.jsonl").exists(), reason=f"the mail corpus is not there ({corpus.FOLDER})"
)
def test_the_whole_corpus_goes_in_by_smtp_and_every_mail_is_kept(box: Mailbox, listen: Callable[..., int]) -> None:
    """Every message is stored, none raises, and none is lost: each is on a ticket, held, set aside, or a duplicate."""
    entries = corpus.manifest()
    began = time.monotonic()
    with smtplib.SMTP("127.0.0.1", listen()) as client:
        for entry in entries:
            client.sendmail("kim@alpha.example", ["support@desk.example"], (corpus.FOLDER / entry["file"]).read_bytes())
    sent = time.monotonic() - began
    while process_waiting():
        pass
    spent = time.monotonic() - began - sent

    states = dict.fromkeys(State.values, 0)
    for state in InboundMessage.objects.values_list("state", flat=True):
        states[state] += 1
    failed = list(InboundMessage.objects.filter(state=State.FAILED).values_list("reason", "error"))
    print(f"\n{len(entries)} mails by SMTP in {sent:.1f} s, processed in {spent:.1f} s: {states}")
    assert InboundMessage.objects.count() == len(entries)
    assert (states[State.STORED], failed) == (0, [])
    assert states[State.DONE] > 500
    assert Ticket.objects.count() > 500


# ---------------------------------------------------------------- how many at once, and TLS


def greeting(port: int) -> tuple[socket.socket, bytes]:
    client = socket.create_connection(("127.0.0.1", port), 10)
    return client, client.recv(200)


def test_one_connection_too_many_is_asked_to_come_back_and_a_place_that_is_left_is_given_again(
    box: Mailbox, listen: Callable[..., int], settings: Any
) -> None:
    settings.MAIL_LISTEN_CONNECTIONS = 2
    port = listen()
    first, second = greeting(port), greeting(port)
    assert [words[:4] for _client, words in (first, second)] == [b"220 ", b"220 "]

    third, words = greeting(port)
    assert words == b"421 4.3.2 Too many connections at once, try again later\r\n"
    assert third.recv(10) == b""  # hung up

    first[0].close()
    wait_until(lambda: welcomed(port), 10, "a free place")
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("kim@alpha.example", ["support@desk.example"], letter())
    assert InboundMessage.objects.count() == 1
    second[0].close()


def welcomed(port: int) -> bool:
    client, words = greeting(port)
    client.close()
    return words.startswith(b"220 ")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    """A certificate for localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC) - timedelta(hours=1)
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), start, start + timedelta(days=1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")


def test_a_mail_comes_in_over_tls_when_there_is_a_certificate(
    box: Mailbox, listen: Callable[..., int], settings: Any, certificate: tuple[str, str]
) -> None:
    settings.MAIL_LISTEN_TLS = certificate
    trust = ssl.create_default_context(cafile=certificate[0])

    with smtplib.SMTP("localhost", listen()) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        client.starttls(context=trust)
        client.ehlo()
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")  # nobody signs in here
        client.sendmail("kim@alpha.example", ["support@desk.example"], letter())

    assert bytes(InboundMessage.objects.get().raw.data) == letter()


def test_without_a_certificate_tls_is_neither_offered_nor_begun(box: Mailbox, listen: Callable[..., int]) -> None:
    with smtplib.SMTP("127.0.0.1", listen()) as client:
        client.ehlo()
        assert not client.has_extn("starttls")
        assert client.docmd("STARTTLS")[0] == 454


def test_old_tls_is_refused(
    box: Mailbox, listen: Callable[..., int], settings: Any, certificate: tuple[str, str]
) -> None:
    settings.MAIL_LISTEN_TLS = certificate
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.load_verify_locations(certificate[0])
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1

    with smtplib.SMTP("localhost", listen()) as client, pytest.raises((ssl.SSLError, OSError)):
        client.starttls(context=old)
    assert InboundMessage.objects.count() == 0


@pytest.mark.parametrize("after_starttls", [b"", b"this is no handshake\r\n" * 20])
def test_who_spoils_the_handshake_leaves_the_place_free(
    box: Mailbox, listen: Callable[..., int], settings: Any, certificate: tuple[str, str], after_starttls: bytes
) -> None:
    settings.MAIL_LISTEN_TLS, settings.MAIL_LISTEN_CONNECTIONS = certificate, 1
    port = listen()
    wait_until(lambda: welcomed(port), 10, "a free place")
    client: smtplib.SMTP = wait_until(lambda: let_in(port), 10, "a free place")
    client.ehlo()
    assert client.docmd("STARTTLS")[0] == 220
    assert client.sock is not None
    client.sock.sendall(after_starttls)
    client.close()

    wait_until(lambda: welcomed(port), 10, "a free place")


def let_in(port: int) -> smtplib.SMTP | None:
    try:
        return smtplib.SMTP("127.0.0.1", port)
    except smtplib.SMTPConnectError:
        return None


def test_a_certificate_without_its_key_is_told_in_one_sentence(
    settings: Any, certificate: tuple[str, str], tmp_path: Path, free_port: int
) -> None:
    (tmp_path / "other").write_text("no key")
    settings.MAIL_LISTEN_TLS = (certificate[0], str(tmp_path / "other"))

    with pytest.raises(CommandError, match="MAIL_LISTEN_TLS_CERT and MAIL_LISTEN_TLS_KEY cannot be used"):
        call_command("run_mail_listener", port=free_port)
