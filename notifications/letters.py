"""Writes one mail of news in its reader's language; nothing of a ticket that the reader may not see gets in."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.actors import Actor
from agents.middleware import known_language, known_zone
from helpdesk.lib.text import clean, excerpt, one_line
from notifications.folding import Fold, fold
from notifications.models import Notification, NotificationMail
from notifications.wishing import wishes_of

WORDS = 1500
"""Characters of a message that a mail shows; the rest stands on the ticket."""


def still_news(mail: NotificationMail) -> list[Notification]:
    """What is worth mailing now: unread, and about tickets that the agent may (still) see (E11). Newest first."""
    if not mail.agent.is_active:
        return []
    news = Notification.objects.visible_to(Actor.agent(mail.agent)).unread().filter(mail=mail)
    return list(news.for_mail().order_by("-created_at", "-pk"))


def compose(mail: NotificationMail, news: Sequence[Notification]) -> EmailMultiAlternatives:
    """The mail about `news`, which is not empty."""
    agent = mail.agent
    with translation.override(known_language(agent.language)), timezone.override(known_zone(agent.time_zone)):
        folds = fold(news)
        with_words = settings.NOTIFICATION_MAIL_WORDS and wishes_of([agent])[agent.pk].with_words
        headers = _headers(mail, folds)
        context = {
            "tickets": [_said(one, with_words) for one in folds],
            "settings_url": settings.BASE_URL + reverse("notifications:settings"),
            "answerable": "Reply-To" in headers,
            # Everything below it is cut off an answer, in whichever language it is written.
            "marker": "##- {} -##".format(_("Please write your answer above this line")),
        }
        letter = EmailMultiAlternatives(
            _subject(folds, with_words),
            render_to_string("notifications/mail/news.txt", context),
            settings.DEFAULT_FROM_EMAIL,
            [agent.email],
            headers=headers,
        )
        letter.attach_alternative(render_to_string("notifications/mail/news.html", context), "text/html")
    return letter


def _headers(mail: NotificationMail, folds: Sequence[Fold]) -> dict[str, str]:
    headers = {
        "Message-ID": f"<{mail.header_id}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": f"<notifications.{settings.MAIL_DOMAIN}>",
        "List-Unsubscribe": f"<{settings.BASE_URL}{reverse('notifications:settings')}>",
    }
    if len(folds) == 1:  # mail programs show what belongs to one ticket as one conversation
        headers["References"] = f"<ticket-{folds[0].ticket.pk}@notifications.{settings.MAIL_DOMAIN}>"
    more = import_string(settings.NOTIFICATION_HEADERS)
    return {**headers, **more(mail.agent, [one.ticket.pk for one in folds])}


def _subject(folds: Sequence[Fold], with_words: bool) -> str:
    """What happened where; the ticket's own subject is a customer's words and stands there only if words may."""
    if len(folds) > 1:
        return ngettext("News on %(n)d ticket", "News on %(n)d tickets", len(folds)) % {"n": len(folds)}
    happened = folds[0].phrases[0]
    if not with_words:
        return one_line(f"[#{folds[0].ticket.pk}] {happened}", 200)
    return one_line(f"[#{folds[0].ticket.pk}] {happened}: {folds[0].ticket.subject}", 200)


def _said(one: Fold, with_words: bool) -> dict[str, object]:
    return {
        "number": one.ticket.pk,
        "subject": one_line(one.ticket.subject, 200) if with_words else "",
        "phrases": one.phrases,
        "url": f"{settings.BASE_URL}{reverse('tickets:detail', args=[one.ticket.pk])}{one.anchor}",
        "quotes": _quotes(one) if with_words else [],
    }


def _quotes(one: Fold) -> list[dict[str, str]]:
    """The words themselves, oldest first: plain text always, so that no markup of a stranger travels on (C01)."""
    found: dict[int, dict[str, str]] = {}
    for news in reversed(one.news):
        message = news.message
        if message is None or message.withdrawn_at or message.redacted_at:
            continue
        text = clean(message.plain).strip()
        text = text if len(text) <= WORDS else excerpt(text, WORDS)
        found[message.pk] = {"author": one_line(message.author_name, 160), "text": text}
    return list(found.values())
