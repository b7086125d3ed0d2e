"""Django's mails (a password reset) in the local outbox, while no SMTP server is configured."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from channels.models import LocalMail


class LocalBackend(BaseEmailBackend):
    """Keeps each mail as a row; the outbox page shows it to those who may see account mails."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            LocalMail.objects.create(
                envelope_from=mail.from_email or "",
                envelope_to=mail.recipients(),
                subject=str(mail.subject)[:250],
                raw=mail.message().as_bytes(),
            )
        return len(email_messages)
