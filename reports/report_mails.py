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
from helpdesk.lib.owing import pause, settle, take
from helpdesk.lib.text import one_line
from reports import report_letters
from reports.models import ReportMail
from reports.planning import plan_due

logger = structlog.get_logger(__name__)

# A mail server may be away for a long weekend: then it still leaves, unless a later one has taken its place.
GIVE_UP_AFTER = timedelta(days=7)
# What waited for a worker that long is not given up because its first attempts fail.
LEAST_ATTEMPTS = 4
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
        if not actor.can(Permission.REPORTS) or _is_overtaken(mail):
            settle(mail, state=State.DROPPED)
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
    return settle(mail, state=State.SENT, sent_at=now(), last_error="")


def _taken(mail: ReportMail) -> bool:
    lease = timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    return take(mail, lease, lost=lambda: settle(mail, state=State.FAILED, crashes=mail.crashes, last_error="crashed"))


def _is_overtaken(mail: ReportMail) -> bool:
    """It could not leave until the next one was planned: of times that were missed only the last is made up for."""
    later = ReportMail.objects.filter(schedule=mail.schedule_id, agent=mail.agent_id, planned_for__gt=mail.planned_for)
    return later.exists()


def _postpone(mail: ReportMail, reason: str) -> None:
    wait = pause(mail, GIVE_UP_AFTER, attempts=LEAST_ATTEMPTS)
    if wait is None:
        settle(mail, state=State.FAILED, last_error=reason)
    else:
        settle(mail, state=State.QUEUED, due_at=now() + wait, last_error=reason)
