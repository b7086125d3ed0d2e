"""Mails of news: gathered for each agent when they fall due, claimed one by one, sent outside any transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils.timezone import now

from helpdesk.lib.mail_queue import DjangoMails, Unwanted
from notifications import letters
from notifications.models import Notification, NotificationMail

BATCH = 50


class NewsMails(DjangoMails[NotificationMail]):
    name = "news"

    def due(self) -> Sequence[NotificationMail]:
        return list(NotificationMail.objects.due().select_related("agent")[:BATCH])

    def compose(self, row: NotificationMail) -> EmailMultiAlternatives:
        news = letters.still_news(row)
        if not news:
            raise Unwanted
        return letters.compose(row, news)


MAILS = NewsMails()


def send_news() -> int:
    """Gather what is due, then send it; how many mails left. Any number of workers may run it."""
    gather()
    return MAILS.send_due()


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


def _new_header_id() -> str:
    """A fresh Message-ID below our own domain for tickets, by which a mail that comes back to us is known as ours."""
    return f"news.{secrets.token_hex(16)}@ticket.{settings.MAIL_DOMAIN}"
