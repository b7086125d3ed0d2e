"""Handing mails over: to the configured SMTP server, or into the local outbox while there is none."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from typing import Any, Protocol, Self

from django.conf import settings

from channels.models import LocalMail, OutboundEmail
from helpdesk.lib.mail_way import ABOUT_US, MAILS_PER_CONNECTION, Away, NotNow, Refused
from helpdesk.lib.text import one_line


@dataclass(frozen=True, slots=True)
class Letter:
    """One rendered mail for one address. An empty `sender` asks that nothing ever comes back."""

    sender: str
    recipient: str
    subject: str
    raw: bytes


class Courier(Protocol):
    """Takes letters one by one; used as a context manager, so that a burst shares one connection."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *raised: Any) -> None: ...

    def send(self, letter: Letter, row: OutboundEmail) -> None:
        """Return once the other side has taken the letter. Raises NotNow, Away or Refused."""


def courier() -> Courier:
    """The way out that this install has. Open it outside any transaction."""
    return SmtpCourier() if settings.SMTP_HOST else LocalCourier()


class LocalCourier:
    """Keeps mails in the local outbox, where the browser shows them."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        return None

    def send(self, letter: Letter, row: OutboundEmail) -> None:
        LocalMail.objects.get_or_create(
            outbound=row,
            defaults={
                "envelope_from": letter.sender,
                "envelope_to": [letter.recipient],
                "subject": letter.subject[:250],
                "raw": letter.raw,
            },
        )


class SmtpCourier:
    """Speaks SMTP with verified certificates; opens its connection late and shares it between mails."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None
        self._sent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *raised: object) -> None:
        if kind is not None and self._server is not None:
            self._server.close()  # no goodbye, for whose answer one would wait once more
        self._leave()

    def send(self, letter: Letter, row: OutboundEmail) -> None:
        try:
            self._connected().sendmail(letter.sender, [letter.recipient], letter.raw)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, words = refusal.recipients[letter.recipient]
            raise self._answer(code, words) from refusal
        except smtplib.SMTPResponseException as refusal:  # a greeting, the sender, the content
            raise self._answer(refusal.smtp_code, refusal.smtp_error) from refusal
        except smtplib.SMTPNotSupportedError as refusal:
            self._leave()
            raise Away(one_line(str(refusal), 300)) from refusal
        except UnicodeEncodeError as refusal:
            raise Refused("The address has letters that the mail server does not take.") from refusal
        except (smtplib.SMTPException, OSError) as failure:
            self._leave()
            raise Away(one_line(f"{type(failure).__name__}: {failure}", 300)) from failure
        self._sent += 1

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None and self._sent >= MAILS_PER_CONNECTION:
            self._leave()
        if self._server is None:
            try:
                self._server, self._sent = _connect(), 0
            except smtplib.SMTPResponseException as refusal:  # whatever it says now, it said nothing about the mail
                raise Away(_said(refusal.smtp_code, refusal.smtp_error)) from refusal
        return self._server

    def _answer(self, code: int, words: bytes | str) -> NotNow | Refused:
        if code in ABOUT_US or not 400 <= code < 600:
            self._leave()
            return Away(_said(code, words))
        return (Refused if code >= 500 else NotNow)(_said(code, words))

    def _leave(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()


def _connect() -> smtplib.SMTP:
    host, port, seconds = settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_TIMEOUT
    name = settings.MAIL_DOMAIN
    if settings.SMTP_SECURITY == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, local_hostname=name, timeout=seconds, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port, local_hostname=name, timeout=seconds)
    try:
        if settings.SMTP_SECURITY == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.SMTP_USER:
            server.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
    except BaseException:
        server.close()
        raise
    return server


def _said(code: int, words: bytes | str) -> str:
    """A server's answer as one line for people; servers write what they like into it."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return one_line(f"{code} {text}", 300)
