"""The way out for mails: one connection for a burst, and what went wrong with it told in three words."""

from __future__ import annotations

import smtplib
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Protocol, Self, TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage, get_connection

from helpdesk.lib.text import one_line

# What a server says about our account, not about this mail: a mail waits until the settings are right.
ABOUT_US = {421, 454, 530, 534, 535, 538}
MAILS_PER_CONNECTION = 100
IDLE_SECONDS = 20.0
"""Between two mails, one of which took long to write, servers may hang up; then it is better to come anew."""
Letter = TypeVar("Letter", contravariant=True)


class NotNow(Exception):
    """It did not work this time: an answer that is not for good, or settings that somebody will mend."""


class Away(NotNow):
    """The server cannot be reached, hung up, or takes no mail of ours: the next one would fare no better."""

    @property
    def hung(self) -> bool:
        """Whether a worker waited for it in vain."""
        return any(isinstance(error, TimeoutError | socket.gaierror) for error in _chain(self))


class Refused(Exception):
    """No for good."""


class Way(Protocol[Letter]):
    """Takes letters one by one; used as a context manager, so that a burst shares one connection."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *raised: Any) -> None: ...

    def send(self, letter: Letter, row: Any) -> None:
        """Return once the other side has taken the letter. Raises NotNow, Away or Refused."""


class DjangoWay:
    """Django's own connection, as EMAIL_BACKEND says. It raises nothing as Refused: addresses of ours may be mended."""

    def __enter__(self) -> Self:
        self._connection = get_connection()
        self._sent, self._used_at = 0, time.monotonic()
        return self

    def __exit__(self, kind: type[BaseException] | None, *raised: Any) -> None:
        if kind is None:
            self._leave()
        else:
            self._hang_up()

    def send(self, letter: EmailMessage, row: Any) -> None:
        letter.connection = self._connection
        try:
            if self._sent >= MAILS_PER_CONNECTION or time.monotonic() - self._used_at > IDLE_SECONDS:
                self._leave()
            # Django hangs up after each mail when it had to open the connection itself.
            self._connection.open()
            letter.send()
        except SoftTimeLimitExceeded:
            raise  # __exit__ hangs up
        except OSError as error:
            self._hang_up()
            said = one_line(repr(error), 300)
            raise (Away(said) if is_away(error) else NotNow(said)) from error
        except Exception:
            self._hang_up()
            raise
        self._sent, self._used_at = self._sent + 1, time.monotonic()

    def _leave(self) -> None:
        """What the server says to a goodbye is about no mail."""
        with suppress(smtplib.SMTPException, OSError):
            self._connection.close()
        self._sent = 0

    def _hang_up(self) -> None:
        """Without a goodbye, for whose answer one would wait once more; also in the middle of signing in."""
        for name in ("connection", "_partial_connection"):
            server = getattr(self._connection, name, None)
            if server is not None:
                server.close()
        self._leave()


def is_away(error: OSError) -> bool:
    """Whether it is about the server, or our account there, rather than about this mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code in ABOUT_US for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError | smtplib.SMTPAuthenticationError):
        return True
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code in ABOUT_US
    return True


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
