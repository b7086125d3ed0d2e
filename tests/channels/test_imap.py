"""IMAP polling against a real server (pymap): stored before it is seen, once, and across renumbering."""

from __future__ import annotations

import imaplib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError

from channels.inbound import process_waiting
from channels.models import InboundMessage, Mailbox
from channels.secrets import encrypt
from channels.transports import imap
from channels.transports.imap import PollFailed, poll, poll_all
from scripts import services
from tests.channels.mailroom import make_mailbox
from tests.channels.post import letter
from tests.plugin_services import wait_until
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

PYMAP = Path(sys.executable).with_name("pymap")


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """An in-memory IMAP server; the port."""
    free_port = services.free_port()
    command = [PYMAP, "--port", str(free_port), "--host", "127.0.0.1", "--no-tls"]
    command += ["--no-service", "managesieve", "--no-service", "admin", "dict", "--demo-data"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers() -> bool:
        try:
            with imaplib.IMAP4("127.0.0.1", free_port, 5):
                return True
        except OSError:
            return False

    wait_until(answers, what="the IMAP server")
    yield free_port
    running.terminate()
    running.wait(10)


@pytest.fixture
def port(server: int) -> int:
    """The server with an empty INBOX."""
    with signed_in(server) as client:
        client.select("INBOX")
        client.store("1:*", "+FLAGS", "\\Deleted")
        client.expunge()
    return server


def signed_in(port: int) -> imaplib.IMAP4:
    client = imaplib.IMAP4("127.0.0.1", port, 10)
    client.login("demouser", "demopass")
    return client


@pytest.fixture
def put(port: int) -> Callable[..., None]:
    def append(*mails: bytes) -> None:
        with signed_in(port) as client:
            for raw in mails:
                assert client.append("INBOX", "()", "", raw)[0] == "OK"

    return append


@pytest.fixture
def box(port: int) -> Mailbox:
    return make_mailbox(
        imap_host="127.0.0.1",
        imap_port=port,
        imap_security="none",
        imap_user="demouser",
        imap_secret=encrypt("demopass"),
    )


def flags(port: int) -> list[bool]:
    """Whether each mail of the folder is marked as seen."""
    with signed_in(port) as client:
        client.select("INBOX", readonly=True)
        lines = client.fetch("1:*", "(FLAGS)")[1]
    return [b"\\Seen" in line for line in lines if isinstance(line, bytes)]


def test_new_mail_is_stored_marked_as_seen_and_not_fetched_again(
    box: Mailbox, put: Callable[..., None], port: int
) -> None:
    """Fault F16"""
    put(letter(), letter("Second.", header_id="two@alpha.example"))

    assert poll(box) == 2
    box.refresh_from_db()
    assert poll(box) == 0

    inbound = InboundMessage.objects.order_by("pk")
    assert [(i.transport, i.mailbox) for i in inbound] == [("imap", box)] * 2
    assert bytes(inbound[0].raw.data) == letter()
    assert flags(port) == [True, True]
    process_waiting()
    assert Ticket.objects.count() == 2


def test_a_mail_that_could_not_be_stored_stays_unseen_and_comes_next_time(
    box: Mailbox, put: Callable[..., None], port: int
) -> None:
    """Fault F16: between fetching and storing nothing is lost."""
    put(letter())

    with mock.patch.object(imap, "receive", side_effect=OperationalError("gone")), pytest.raises(OperationalError):
        poll(box)
    assert flags(port) == [False]
    box.refresh_from_db()

    assert poll(box) == 1
    assert flags(port) == [True]


def test_a_folder_that_was_numbered_anew_is_read_again_without_doubles(box: Mailbox, put: Callable[..., None]) -> None:
    """Fault F16: UIDVALIDITY: the old numbers mean nothing; a mail that comes twice is a duplicate."""
    put(letter())
    poll(box)
    Mailbox.objects.update(imap_uidvalidity=7, imap_last_uid=4_000_000)
    box.refresh_from_db()

    assert poll(box) == 1
    process_waiting()

    assert Ticket.objects.count() == 1
    assert sorted(InboundMessage.objects.values_list("state", flat=True)) == ["done", "duplicate"]


def test_of_a_mail_that_is_too_large_the_head_is_kept_and_the_mail_stays_unseen(
    box: Mailbox, put: Callable[..., None], port: int, settings: Any
) -> None:
    """D04"""
    settings.MAX_MAIL_MB = 1
    put(letter("x" * 2**20), letter("Small.", header_id="two@alpha.example"))

    assert poll(box) == 2

    states = InboundMessage.objects.order_by("pk").values_list("state", "reason", "subject")
    assert list(states) == [("failed", "too_large", "Printer on fire"), ("stored", "", "")]
    assert flags(port) == [False, True]


def test_a_wrong_password_is_told_without_the_password_and_stops_nobody_else(
    box: Mailbox, put: Callable[..., None], port: int
) -> None:
    """Fault F16"""
    put(letter())
    wrong = make_mailbox(
        "wrong@desk.example", "A", imap_host="127.0.0.1", imap_port=port, imap_security="none",
        imap_user="demouser", imap_secret=encrypt("secret-word"),
    )  # fmt: skip

    assert poll_all() == 1

    wrong.refresh_from_db()
    box.refresh_from_db()
    assert wrong.imap_error
    assert "secret-word" not in wrong.imap_error
    assert box.imap_error == ""


def test_a_server_that_is_away_is_a_sentence(box: Mailbox) -> None:
    box.imap_port = 1

    with pytest.raises(PollFailed, match="refused"):
        poll(box)


def test_two_workers_do_not_poll_the_same_mailbox_at_once(box: Mailbox, put: Callable[..., None]) -> None:
    put(letter())

    assert poll_all() == 1
    put(letter("Second.", header_id="two@alpha.example"))
    assert poll_all() == 0


def test_a_server_inside_our_network_is_not_reached(box: Mailbox, put: Callable[..., None], settings: Any) -> None:
    """H03"""
    settings.EMBEDDED = False

    with pytest.raises(PollFailed, match="private network"):
        poll(box)
