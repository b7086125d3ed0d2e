"""The queue of survey mails: claimed one by one, sent outside any transaction, noted when they have left."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.timezone import now

from helpdesk.lib.claims import claim
from helpdesk.lib.owing import pause, settle, take
from helpdesk.lib.text import one_line
from surveys import letters
from surveys.daytime import next_daytime
from surveys.models import Reason, State, Survey, SurveyMail, SurveySettings
from surveys.steps import move, note
from surveys.sweep import when_sent
from surveys.tokens import make_token

logger = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(hours=24)
BATCH = 50
RUN_SECONDS = 100.0
Mail = SurveyMail.State


def send_due() -> int:
    """Send until nothing is left; how many mails left. Any number of workers may run it."""
    sent, until = 0, time.monotonic() + RUN_SECONDS
    connection: BaseEmailBackend = get_connection()
    try:
        while time.monotonic() < until and (
            batch := list(SurveyMail.objects.due().select_related("survey__ticket")[:BATCH])
        ):
            sent += sum(_send_one(mail, connection) for mail in batch)
    finally:
        connection.close()
    return sent


def _send_one(mail: SurveyMail, connection: BaseEmailBackend) -> bool:
    """One mail, if this worker wins it; True when it left."""
    if not _taken(mail):
        return False
    try:
        if not _still_wanted(mail):
            settle(mail, state=Mail.DROPPED)
            return False
        letter = letters.compose(mail, make_token(mail.survey))
        letter.connection = connection
        letter.send()
    except Exception as error:
        # Whatever a mail server does, the others are still owed theirs.
        logger.warning("survey_mail_failed", mail=mail.pk, attempt=mail.attempts, error=repr(error)[:300])
        connection.close()
        _postpone(mail, one_line(repr(error), 300))
        return False
    return _left(mail)


def note_sent(mail: SurveyMail, at: datetime) -> bool:
    """Note of a mail that nobody sends from here that it left at that time (demo data); False when it was taken."""
    return _taken(mail) and _left(mail, at)


def _still_wanted(mail: SurveyMail) -> bool:
    """Reopened, answered or called off while the mail waited: then it stays here."""
    survey = Survey.objects.get(pk=mail.survey_id)
    wanted = State.SCHEDULED if mail.kind == SurveyMail.Kind.QUESTION else State.SENT
    return survey.state == wanted


def _taken(mail: SurveyMail) -> bool:
    lease = timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    return take(mail, lease, lost=lambda: _given_up(mail, "crashed"))


def _left(mail: SurveyMail, at: datetime | None = None) -> bool:
    """Note that the mail left and what that means for its survey, in one transaction."""
    at = at or now()
    with transaction.atomic():
        if not settle(mail, state=Mail.SENT, sent_at=at, last_error=""):
            return False
        if mail.kind == SurveyMail.Kind.QUESTION:
            move(mail.survey, State.SENT, at=at, sent_at=at, **when_sent(at, SurveySettings.current()))
        elif claim(Survey.objects.filter(pk=mail.survey_id, reminded_at=None), reminded_at=at):
            note(mail.survey, "reminded", at=at)
    return True


def _postpone(mail: SurveyMail, reason: str) -> None:
    wait = pause(mail, GIVE_UP_AFTER)
    if wait is None:
        _given_up(mail, reason)
        return
    # A server that comes back in the evening wakes nobody at night.
    due = next_daytime(now() + wait, mail.survey.ticket.requester, SurveySettings.current())
    settle(mail, state=Mail.QUEUED, due_at=due, last_error=reason)


def _given_up(mail: SurveyMail, reason: str) -> None:
    with transaction.atomic():
        if settle(mail, state=Mail.FAILED, crashes=mail.crashes, last_error=reason):
            _undelivered(mail)


def _undelivered(mail: SurveyMail) -> None:
    """Nobody was asked, so nobody is counted as silent. A lost reminder changes nothing."""
    if mail.kind == SurveyMail.Kind.QUESTION:
        move(mail.survey, State.SUPPRESSED, reason=Reason.UNDELIVERED)
