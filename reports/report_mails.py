"""The queue of mailed reports: claimed one by one, sent outside any transaction, noted when they have left."""

from __future__ import annotations

import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.timezone import now

from agents.actors import Actor
from agents.permissions import Permission
from helpdesk.lib.claims import claim
from helpdesk.lib.text import one_line
from reports import report_letters
from reports.models import ReportMail
from reports.planning import plan_due

logger = structlog.get_logger(__name__)

# Minutes before the next attempt, by attempts so far; the last one repeats until GIVE_UP_AFTER.
BACK_OFF = (1, 5, 15, 60, 120, 240)
GIVE_UP_AFTER = timedelta(hours=24)
# A worker may die after the other side took the mail, so a silent end is tried again once only: never a third copy.
MAX_CRASHES = 2
BATCH = 20
RUN_SECONDS = 100.0
KEEP = timedelta(days=90)
State = ReportMail.State


def send_due() -> int:
    """Plan what is due, then send until nothing is left; how many mails left. Any number of workers may run it."""
    plan_due()
    sent, until = 0, time.monotonic() + RUN_SECONDS
    connection: BaseEmailBackend = get_connection()
    try:
        while time.monotonic() < until and (
            batch := list(ReportMail.objects.due().select_related("schedule", "agent")[:BATCH])
        ):
            sent += sum(_send_one(mail, connection) for mail in batch)
    finally:
        connection.close()
    return sent


def prune() -> int:
    """Forget what was sent, or given up, more than KEEP ago."""
    over = ReportMail.objects.exclude(state__in=[State.QUEUED, State.SENDING])
    return over.filter(created_at__lt=now() - KEEP).delete()[0]


def _send_one(mail: ReportMail, connection: BaseEmailBackend) -> bool:
    """One mail, if this worker wins it; True when it left."""
    if not _taken(mail):
        return False
    try:
        # With the eyes that its reader has now: who lost the role gets nothing, who lost a team nothing of it (E11).
        actor = Actor.agent(mail.agent)
        if not actor.can(Permission.REPORTS):
            _settle(mail, state=State.DROPPED)
            return False
        letter = report_letters.compose(mail, actor)
        letter.connection = connection
        letter.send()
    except Exception as error:
        # Whatever a mail server does, the others are still owed theirs.
        logger.warning("report_mail_failed", mail=mail.pk, attempt=mail.attempts, error=repr(error)[:300])
        connection.close()
        _postpone(mail, one_line(repr(error), 300))
        return False
    return _settle(mail, state=State.SENT, sent_at=now(), last_error="")


def _taken(mail: ReportMail) -> bool:
    """Claim the mail for MAIL_LEASE_SECONDS, in one statement that only one worker can win."""
    crashes = mail.crashes + (mail.state == State.SENDING)
    as_read = ReportMail.objects.filter(pk=mail.pk, state=mail.state, attempts=mail.attempts)
    if crashes >= MAX_CRASHES:
        claim(as_read, state=State.FAILED, crashes=crashes, claimed_until=None, last_error="crashed")
        return False
    lease = now() + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    won = claim(as_read, state=State.SENDING, claimed_until=lease, attempts=mail.attempts + 1, crashes=crashes)
    mail.state, mail.attempts, mail.crashes = State.SENDING, mail.attempts + 1, crashes
    return won


def _settle(mail: ReportMail, **changes: object) -> bool:
    """Note the outcome, unless another worker has taken the mail since: then this one woke up too late."""
    mine = ReportMail.objects.filter(pk=mail.pk, state=State.SENDING, attempts=mail.attempts)
    return claim(mine, claimed_until=None, **changes)


def _postpone(mail: ReportMail, reason: str) -> None:
    if now() - mail.created_at >= GIVE_UP_AFTER:
        _settle(mail, state=State.FAILED, last_error=reason)
        return
    wait = timedelta(minutes=BACK_OFF[min(mail.attempts, len(BACK_OFF)) - 1])
    _settle(mail, state=State.QUEUED, due_at=now() + wait, last_error=reason)
