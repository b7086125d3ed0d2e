"""`manage.py check_setup`: tells an operator in sentences what of this install works and what is still missing."""

import smtplib
import ssl
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from helpdesk import health


class Command(BaseCommand):
    help = "Look at database, broker, outbox, beat and SMTP of this install; exit 1 when something does not work."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for path in settings.READINESS_CHECKS:
            result = health.run_check(import_string(path))
            broken += not result["ok"]
            self._tell(result["ok"], path.rpartition(".")[2], result.get("reason", "works"))
        works, sentence = self._smtp()
        broken += not works
        self._tell(works, "mail out", sentence)
        for topic, sentence in self._advice():
            self._tell(None, topic, sentence)
        raise SystemExit(1 if broken else 0)

    def _tell(self, works: bool | None, topic: str, sentence: str) -> None:
        mark = {True: "ok  ", False: "FAIL", None: "note"}[works]
        self.stdout.write(f"{mark}  {topic}: {sentence}")

    @staticmethod
    def _smtp() -> tuple[bool, str]:
        if not settings.SMTP_HOST:
            return settings.EMBEDDED, "SMTP_HOST is not set, so answers stay in the local outbox"
        kind = smtplib.SMTP_SSL if settings.SMTP_SECURITY == "tls" else smtplib.SMTP
        try:
            with kind(settings.SMTP_HOST, settings.SMTP_PORT, timeout=10) as server:
                if settings.SMTP_SECURITY == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if settings.SMTP_USER:
                    server.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
                server.noop()
        except (OSError, smtplib.SMTPException) as problem:
            return False, f"{settings.SMTP_HOST}:{settings.SMTP_PORT} refused us ({type(problem).__name__})"
        return True, f"{settings.SMTP_HOST}:{settings.SMTP_PORT} takes our mail"

    @staticmethod
    def _advice() -> list[tuple[str, str]]:
        found = []
        if not settings.TRUSTED_AUTHSERV_ID:
            found.append(("mail in", "TRUSTED_AUTHSERV_ID is not set, so every mail counts as unauthenticated"))
        if not settings.EMBEDDED and not settings.REDIS_URL:
            found.append(("broker", "REDIS_URL is not set, so web, worker and beat must share one machine"))
        if not settings.EMBEDDED and not settings.REQUIRE_TWO_FACTOR_ROLES:
            found.append(("sign-in", "REQUIRE_TWO_FACTOR_ROLES is empty, so a password alone is enough for everybody"))
        return found
