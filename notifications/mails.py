"""Mails of news: gathered for each agent when they fall due, claimed one by one, sent outside any transaction."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.timezone import now

from helpdesk.lib.owing import pause, settle, take
from helpdesk.lib.text import one_line
from notifications import letters
from notifications.models import Notification, NotificationMail

logger = structlog.get_logger(__name__)

GIVE_UP_AFTER = timedelta(hours=24)
BATCH = 50
RUN_SECONDS = 100.0

State = NotificationMail.State


def send_news() -> int:
    """Gather what is due, then send until nothing is left; how many mails left. Any number of workers may run it."""
    gather()
    sent, until = 0, time.monotonic() + RUN_SECONDS
    connection: BaseEmailBackend = get_connection()
    try:
        while time.monotonic() < until and (
            batch := list(NotificationMail.objects.due().select_related("agent")[:BATCH])
        ):
            sent += sum(_send_one(mail, connection) for mail in batch)
    finally:
        connection.close()
    return sent


def gather() -> int:
    """One mail for each agent with due news, holding all of it; how many mails were made.

    The rows are locked while they are taken, so that two workers never put the same news into two mails.
    """
    made = 0
    waiting = Notification.objects.to_mail().order_by().values_list("agent_id", flat=True).distinct()
    for agent_id in list(waiting[:1000]):
        with transaction.atomic():
            due = Notification.objects.to_mail().filter(agent_id=agent_id)
            taken = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
            if taken:
                mail = NotificationMail.objects.create(agent_id=agent_id, header_id=_new_header_id())
                Notification.objects.filter(pk__in=taken).update(mail=mail)
                made += 1
    return made


def prune() -> int:
    """Forget news and mails of more than NOTIFICATION_KEEP_DAYS ago; how many rows went."""
    before = now() - timedelta(days=settings.NOTIFICATION_KEEP_DAYS)
    gone = 0
    for rows in (Notification.objects.told_before(before), NotificationMail.objects.ended_before(before)):
        while batch := list(rows.values_list("pk", flat=True)[:5000]):
            gone += rows.model.objects.filter(pk__in=batch).delete()[0]
    return gone


def _send_one(mail: NotificationMail, connection: BaseEmailBackend) -> bool:
    """One mail, if this worker wins it; True when it left."""
    if not _taken(mail):
        return False
    try:
        news = letters.still_news(mail)
        if not news:
            settle(mail, state=State.DROPPED)
            return False
        letter = letters.compose(mail, news)
        letter.connection = connection
        letter.send()
    except Exception as error:
        # Whatever a mail server does, the others are still owed theirs.
        logger.warning("notification_mail_failed", mail=mail.pk, attempt=mail.attempts, error=repr(error)[:300])
        connection.close()
        _postpone(mail, one_line(repr(error), 300))
        return False
    return settle(mail, state=State.SENT, sent_at=now(), last_error="")


def _taken(mail: NotificationMail) -> bool:
    lease = timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    return take(mail, lease, lost=lambda: settle(mail, state=State.FAILED, crashes=mail.crashes, last_error="crashed"))


def _postpone(mail: NotificationMail, reason: str) -> None:
    wait = pause(mail, GIVE_UP_AFTER)
    if wait is None:
        settle(mail, state=State.FAILED, last_error=reason)
    else:
        settle(mail, state=State.QUEUED, due_at=now() + wait, last_error=reason)


def _new_header_id() -> str:
    """A fresh Message-ID below our own domain for tickets, by which a mail that comes back to us is known as ours."""
    return f"news.{secrets.token_hex(16)}@ticket.{settings.MAIL_DOMAIN}"
