"""How every kind of mail leaves: claimed one by one, sent outside any transaction, noted when it has left.

A kind says which rows are due, what each says, and what follows from its end. What a mail server does to one mail
delays no other; a server that is away, or hangs, ends the run, and the mail that met it is tried again later: that is
no crash, and no mail is given up for it before LEAST_WHEN_AWAY attempts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import models
from django.utils.timezone import now

from helpdesk.lib import mail_silence
from helpdesk.lib.mail_way import Away, DjangoWay, NotNow, Refused, Way
from helpdesk.lib.owing import Owed, each_due, pause, settle, take
from helpdesk.lib.text import one_line

logger = structlog.get_logger(__name__)

RUN_SECONDS = 30.0
"""A run leaves its worker to others after so long; the beat starts the next one."""
WAITS = 12
"""How often a dialogue with a mail server may wait for SMTP_TIMEOUT: from the connection to the last answer."""
LEAST_WHEN_AWAY = 4
INTERRUPTED = "TimeoutError: timed out"
NOT_WRITTEN = "TimeoutError: not written in time"
CRASHED = "crashed"

Row = TypeVar("Row", bound=models.Model)
OwedRow = TypeVar("OwedRow", bound=Owed)
Letter = TypeVar("Letter")


class Unwanted(Exception):
    """Raised by compose(): the mail is not to leave any more; the words say why."""


def lease() -> timedelta:
    """For how long a mail is one worker's: longer than a server can keep that worker waiting, or slowness would look
    like death."""
    return timedelta(seconds=max(settings.MAIL_LEASE_SECONDS, WAITS * settings.SMTP_TIMEOUT))


class MailQueue(ABC, Generic[Row, Letter]):
    """One kind of mail. How its rows are claimed and settled is up to it; OwedMails knows the usual columns."""

    name: str

    @abstractmethod
    def due(self) -> Sequence[Row]:
        """The next few, with what compose() reads."""

    @abstractmethod
    def take(self, row: Row) -> bool: ...

    @abstractmethod
    def compose(self, row: Row) -> Letter:
        """Raises Unwanted, and Refused when it can never be written."""

    @abstractmethod
    def left(self, row: Row) -> bool: ...

    @abstractmethod
    def dropped(self, row: Row, why: str) -> None: ...

    @abstractmethod
    def put_off(self, row: Row, reason: str, *, away: bool) -> None:
        """It failed this time. `away`: for a reason that is not its own."""

    @abstractmethod
    def given_up(self, row: Row, reason: str) -> None: ...

    @abstractmethod
    def way(self) -> Way[Letter]: ...

    def send_due(self) -> int:
        """Send until nothing is due or the time is up; how many mails left. Any number of workers may run it."""
        silent = mail_silence.is_on()
        if silent and not (self.due() and mail_silence.may_ask()):
            return 0
        sent = 0
        try:
            with self.way() as way:
                for row in each_due(self.due, RUN_SECONDS):
                    sent += self._send(row, way)
        except Away as away:
            if away.hung:
                mail_silence.begin()
                return sent
        if silent:
            mail_silence.end()
        return sent

    def _send(self, row: Row, way: Way[Letter]) -> bool:
        """One mail, if this worker wins it; True when it left."""
        if not self.take(row):
            return False
        written = False
        try:
            letter = self.compose(row)
            written = True
            way.send(letter, row)
        except Unwanted as unwanted:
            self.dropped(row, str(unwanted))
            return False
        except Refused as refusal:
            self.given_up(row, str(refusal))
            return False
        except SoftTimeLimitExceeded:
            # Of the task, not of the mail: whoever goes on is killed, and the mail would seem to have done that.
            self.put_off(row, INTERRUPTED if written else NOT_WRITTEN, away=written)
            if written:
                mail_silence.begin()
            raise
        except NotNow as failure:
            logger.warning("mail_failed", queue=self.name, mail=row.pk, error=str(failure))
            self.put_off(row, str(failure), away=isinstance(failure, Away))
            if isinstance(failure, Away):
                raise
            return False
        except Exception as error:
            logger.exception("mail_not_sent", queue=self.name, mail=row.pk)
            self.put_off(row, one_line(repr(error), 300), away=False)
            return False
        return self.left(row)


class OwedMails(MailQueue[OwedRow, Letter]):
    """Of rows that are Owed."""

    give_up_after = timedelta(hours=24)
    least_attempts = 1
    crashed = CRASHED

    def among(self) -> models.QuerySet[Any] | None:
        """Only one of these may be taken."""
        return None

    def again_at(self, row: OwedRow, moment: datetime) -> datetime:
        """When a mail that is put off until then may leave."""
        return moment

    def take(self, row: OwedRow) -> bool:
        return take(row, lease(), rows=self.among(), lost=lambda: self.given_up(row, self.crashed))

    def left(self, row: OwedRow) -> bool:
        return self.settle(row, state="sent", sent_at=now(), last_error="")

    def dropped(self, row: OwedRow, why: str) -> None:
        self.settle(row, state="dropped")

    def put_off(self, row: OwedRow, reason: str, *, away: bool) -> None:
        least = max(self.least_attempts, LEAST_WHEN_AWAY) if away else self.least_attempts
        wait = pause(row, self.give_up_after, attempts=least)
        if wait is None:
            self.given_up(row, reason)
        else:
            self.settle(row, state="queued", due_at=self.again_at(row, now() + wait), last_error=reason)

    def given_up(self, row: OwedRow, reason: str) -> None:
        self.settle(row, state="failed", crashes=row.crashes, last_error=reason)

    def settle(self, row: OwedRow, **changes: object) -> bool:
        if settle(row, **changes):
            return True
        logger.warning("mail_outcome_came_late", queue=self.name, mail=row.pk)
        return False


class DjangoMails(OwedMails[OwedRow, Any]):
    """Those that leave by Django's connection."""

    def way(self) -> DjangoWay:
        return DjangoWay()
