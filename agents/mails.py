"""Account mails: left as rows by whoever owes them, written and sent by a worker with a link made at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
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
from helpdesk.lib.mail_queue import MailQueue, Unwanted, lease
from helpdesk.lib.mail_way import DjangoWay

BATCH = 100
# Of its own; a mail server that is away takes none of them.
MAX_ATTEMPTS = 8
GIVE_UP_AFTER = timedelta(days=2)
WHEN_AWAY = timedelta(minutes=1)
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


def owe_mail(kind: str, agent: Agent | None, **data: Any) -> None:
    """Leave a mail in the caller's transaction. `agent=None` leaves a row that is dropped: no timing tells."""
    if kind not in SUBJECTS:
        raise KeyError(f"There is no account mail {kind!r}.")
    AccountMail.objects.create(agent=agent, kind=kind, data=data)


class AccountMails(MailQueue[AccountMail, EmailMultiAlternatives]):
    """Its rows hold no state: one that has not ended is owed, and who holds one has put off when it is due."""

    name = "accounts"

    def due(self) -> Sequence[AccountMail]:
        return list(AccountMail.objects.owed(now()).select_related("agent")[:BATCH])

    def take(self, row: AccountMail) -> bool:
        mine = AccountMail.objects.filter(pk=row.pk, ended_at=None, due_at=row.due_at)
        row.due_at, row.attempts = now() + lease(), row.attempts + 1
        return claim(mine, due_at=row.due_at, attempts=row.attempts)

    def compose(self, row: AccountMail) -> EmailMultiAlternatives:
        if not _wanted(row):
            raise Unwanted
        return compose(row)

    def left(self, row: AccountMail) -> bool:
        self._settle(row, sent_at=now(), ended_at=now())
        return True

    def dropped(self, row: AccountMail, why: str) -> None:
        self._settle(row, ended_at=now())

    def put_off(self, row: AccountMail, reason: str, *, away: bool) -> None:
        over = now() - row.created_at >= GIVE_UP_AFTER or row.attempts >= MAX_ATTEMPTS
        if away:
            over, row.attempts = now() - row.created_at >= GIVE_UP_AFTER, row.attempts - 1
        wait = WHEN_AWAY if away else timedelta(seconds=min(15 * 2**row.attempts, 3600))
        if over:
            self.given_up(row, reason)
        else:
            self._settle(row, last_error=reason, due_at=now() + wait, attempts=row.attempts)

    def given_up(self, row: AccountMail, reason: str) -> None:
        self._settle(row, last_error=reason, ended_at=now())

    def way(self) -> DjangoWay:
        return DjangoWay()

    @staticmethod
    def _settle(row: AccountMail, **changes: object) -> None:
        AccountMail.objects.filter(pk=row.pk).update(**changes)


MAILS = AccountMails()


def send_owed() -> int:
    """Send what is due; how many were sent. Any number of workers may run it."""
    return MAILS.send_due()


def prune(at: datetime | None = None) -> int:
    """Forget mails that ended long ago."""
    before = (at or now()) - timedelta(days=settings.OUTBOX_KEEP_DAYS)
    return AccountMail.objects.ended_before(before).delete()[0]


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
