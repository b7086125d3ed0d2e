"""Account mails: left as rows by whoever owes them, written and sent by a worker with a link made at that moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.links import make_link
from agents.middleware import known_language, known_zone
from agents.models import Agent
from agents.records import AccountMail
from helpdesk.lib.claims import claim

MAX_ATTEMPTS = 8
SUBJECTS: dict[str, str | Promise] = {
    "reset": _("Choose a new password"),
    "invitation": _("You are invited to the helpdesk"),
    "password_changed": _("Your password was changed"),
    "password_reset": _("Your password was set by a mailed link"),
    "totp_activated": _("Two-factor sign-in was switched on"),
    "totp_deactivated": _("Two-factor sign-in was switched off"),
    "recovery_codes_generated": _("New recovery codes were made"),
    "two_factor_reset": _("An admin took your second factor away"),
    "webhook_stopped": _("One of your webhooks was switched off"),
}
LINKS = {"reset", "invitation"}
# Those with words of their own; the rest is a notice.
WORDED = LINKS | {"webhook_stopped"}
# A link asked for long ago is of no use any more.
STALE_AFTER = {"reset": timedelta(hours=1), "invitation": timedelta(days=2)}

log = structlog.get_logger("helpdesk.account_mail")


def owe_mail(kind: str, agent: Agent | None, **data: Any) -> None:
    """Leave a mail in the caller's transaction. `agent=None` leaves a row that is dropped: no timing tells."""
    if kind not in SUBJECTS:
        raise KeyError(f"There is no account mail {kind!r}.")
    AccountMail.objects.create(agent=agent, kind=kind, data=data)


def send_owed(limit: int = 100) -> int:
    """Send what is due, each mail claimed first, so that any number of workers may run this. How many were sent."""
    sent = 0
    for mail in AccountMail.objects.owed(now()).select_related("agent")[:limit]:
        # The lease: a worker that dies while sending leaves the mail to another after five minutes.
        mine = AccountMail.objects.filter(pk=mail.pk, ended_at=None, due_at=mail.due_at)
        if claim(mine, due_at=now() + timedelta(minutes=5), attempts=F("attempts") + 1):
            sent += _send(mail, mail.attempts + 1)
    return sent


def prune(at: datetime | None = None) -> int:
    """Forget mails that ended long ago."""
    before = (at or now()) - timedelta(days=settings.OUTBOX_KEEP_DAYS)
    return AccountMail.objects.ended_before(before).delete()[0]


def _send(mail: AccountMail, attempt: int) -> bool:
    if not _wanted(mail):
        AccountMail.objects.filter(pk=mail.pk).update(ended_at=now())
        return False
    try:
        compose(mail).send()
    except Exception as error:
        # Whatever a mail server does, the others are still owed theirs.
        log.warning("account_mail_failed", mail=mail.pk, attempt=attempt, error=repr(error)[:300])
        ended = now() if attempt >= MAX_ATTEMPTS else None
        later = now() + timedelta(seconds=min(15 * 2**attempt, 3600))
        AccountMail.objects.filter(pk=mail.pk).update(last_error=repr(error)[:300], due_at=later, ended_at=ended)
        return False
    AccountMail.objects.filter(pk=mail.pk).update(sent_at=now(), ended_at=now())
    return True


def _wanted(mail: AccountMail) -> bool:
    """Not to strangers or disabled accounts, not stale, and of several asks for a link only the newest."""
    if mail.agent is None or not mail.agent.is_active:
        return False
    if mail.kind not in LINKS:
        return True
    if mail.created_at < now() - STALE_AFTER[mail.kind]:
        return False
    newer = AccountMail.objects.filter(agent=mail.agent, kind=mail.kind, ended_at=None, pk__gt=mail.pk)
    return not newer.exists()


def compose(mail: AccountMail) -> EmailMultiAlternatives:
    """The mail in its reader's language. Making a link spoils the older ones."""
    agent = mail.agent
    if agent is None:
        raise ValueError("An account mail without an agent is never sent.")
    link = make_link(agent, "reset" if mail.kind == "reset" else "invitation") if mail.kind in LINKS else ""
    with translation.override(known_language(agent.language)), timezone.override(known_zone(agent.time_zone)):
        subject = str(SUBJECTS[mail.kind])
        template = mail.kind if mail.kind in WORDED else "notice"
        context = {"mail": mail, "agent": agent, "link": link, "subject": subject, "base_url": settings.BASE_URL}
        body = render_to_string(f"agents/mail/{template}.txt", context)
    headers = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        # Django would name this machine.
        "Message-ID": make_msgid(domain=settings.MAIL_DOMAIN),
    }
    return EmailMultiAlternatives(subject, body, settings.DEFAULT_FROM_EMAIL, [agent.email], headers=headers)
