"""The pipe command, as a mail server runs it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import OperationalError

from channels.inbound import process
from channels.management.commands import receive_mail
from channels.models import InboundMessage
from tests.channels.mailroom import make_mailbox
from tests.channels.post import letter
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def pipe(monkeypatch: pytest.MonkeyPatch, raw: bytes, **options: Any) -> int:
    """Run the command with a mail on standard input; its exit code."""
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    try:
        call_command("receive_mail", **options, stdout=io.StringIO(), stderr=io.StringIO())
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.mark.parametrize(
    "word", ["support", "Support@Desk.Example", "Desk Support", "help@desk.example", "support+x@desk.example"]
)
def test_a_mail_from_the_pipe_is_stored_and_becomes_a_ticket(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    box = make_mailbox(aliases=["help@desk.example"])

    code = pipe(monkeypatch, letter(), mailbox=word, sender="kim@alpha.example", recipient="support@desk.example")

    inbound = InboundMessage.objects.get()
    assert (code, inbound.mailbox, inbound.transport) == (0, box, "pipe")
    assert (inbound.envelope_from, inbound.envelope_to) == ("kim@alpha.example", ["support@desk.example"])
    assert process(inbound.pk) == "done"
    assert Ticket.objects.count() == 1


def test_an_unknown_mailbox_makes_the_mail_server_keep_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    make_mailbox()

    assert pipe(monkeypatch, letter(), mailbox="sales") == 75
    assert InboundMessage.objects.count() == 0


def test_a_database_that_is_away_makes_the_mail_server_keep_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    make_mailbox()

    with mock.patch.object(receive_mail, "receive", side_effect=OperationalError("locked")):
        assert pipe(monkeypatch, letter(), mailbox="support") == 75
    assert InboundMessage.objects.count() == 0


def test_a_mail_above_the_limit_goes_back_to_its_sender(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """B08, D04"""
    make_mailbox()
    settings.MAX_MAIL_MB = 1

    assert pipe(monkeypatch, letter("x" * 2**20), mailbox="support") == 65
    assert InboundMessage.objects.count() == 0


def test_a_wrong_setting_makes_the_mail_server_keep_the_mail(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "DATA_DIR": str(tmp_path), "WEB_PORT": "abc"}
    command = [sys.executable, "manage.py", "receive_mail", "--mailbox", "support"]

    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], env=env, input=letter(), capture_output=True, timeout=60
    )

    assert done.returncode == 75
    assert done.stderr.startswith(b"helpdesk cannot start: WEB_PORT")
