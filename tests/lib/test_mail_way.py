"""One connection for a burst of mails by Django's own road, left without waiting for a server that hangs."""

from __future__ import annotations

import smtplib
from types import SimpleNamespace
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage

from helpdesk.lib import mail_way
from helpdesk.lib.mail_way import DjangoWay
from tests.plugin_services import SmtpSink


@pytest.fixture(autouse=True)
def connections(settings: Any, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> list[smtplib.SMTP]:
    """Those that were opened, in order."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = smtp_sink.host, smtp_sink.port, 5
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    opened: list[smtplib.SMTP] = []
    connect = smtplib.SMTP.connect
    monkeypatch.setattr(smtplib.SMTP, "connect", lambda self, *given: opened.append(self) or connect(self, *given))
    return opened


def letter(number: int = 0) -> EmailMessage:
    return EmailMessage(f"News {number}", "Hello", "desk@x.example", ["ana@x.example"])


def test_a_burst_shares_connections(
    smtp_sink: SmtpSink, connections: list[smtplib.SMTP], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(at=0.0)
    monkeypatch.setattr(mail_way, "time", SimpleNamespace(monotonic=lambda: clock.at))
    monkeypatch.setattr(mail_way, "MAILS_PER_CONNECTION", 4)
    opened = []

    with DjangoWay() as way:
        for number in range(7):
            # Before the last one something took long to write.
            clock.at += mail_way.IDLE_SECONDS * (2 if number == 6 else 0.5)
            way.send(letter(number), None)
            opened.append(len(connections))

    assert opened == [1, 1, 1, 1, 2, 2, 3]
    assert len(smtp_sink.received) == 7
    assert [server.sock for server in connections] == [None] * 3


@pytest.mark.parametrize("where", ["login", "data"])
def test_who_is_stopped_by_the_time_limit_says_no_goodbye(
    where: str, settings: Any, connections: list[smtplib.SMTP], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault F15: a server that hangs would keep it waiting for the answer, until it is killed."""
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "desk" if where == "login" else ""
    goodbyes: list[str] = []
    quits = smtplib.SMTP.quit

    def struck(*_given: object) -> None:
        raise SoftTimeLimitExceeded

    def said(self: smtplib.SMTP) -> Any:
        goodbyes.extend(["said"] if self.sock else [])
        return quits(self)

    monkeypatch.setattr(smtplib.SMTP, where, struck)
    monkeypatch.setattr(smtplib.SMTP, "quit", said)

    with pytest.raises(SoftTimeLimitExceeded), DjangoWay() as way:
        way.send(letter(), None)

    assert goodbyes == []
    assert [server.sock for server in connections] == [None]


@pytest.mark.parametrize("error", [smtplib.SMTPResponseException(451, "Later"), TimeoutError("timed out")])
def test_what_a_server_says_to_a_goodbye_is_no_failure_of_the_mails(
    error: Exception, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def says(self: smtplib.SMTP) -> None:
        self.close()
        raise error

    monkeypatch.setattr(smtplib.SMTP, "quit", says)

    with DjangoWay() as way:
        way.send(letter(), None)

    assert len(smtp_sink.received) == 1
