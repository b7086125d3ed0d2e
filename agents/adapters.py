"""How allauth, which does the sign-in, speaks with this house: no sign-up, owed mails, audits, our throttle keys."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from agents.actors import Actor
from agents.audit import record
from agents.mails import SUBJECTS, owe_mail
from agents.middleware import owes_two_factor
from agents.models import Agent
from agents.querysets import normalise_email
from agents.sessions import end_other_sessions
from agents.tokens import revoke_all

NOTICE_AUDITS = {
    "totp_activated": "two_factor_added",
    "totp_deactivated": "two_factor_removed",
    "recovery_codes_generated": "recovery_codes_made",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Allauth without the door for strangers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Agents are invited, customers have no account."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say only what the page does not show anyway: no "signed in as" on every morning."""
        template = kwargs.get("message_template", args[2] if len(args) > 2 else "")
        if template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(*args, **kwargs)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted per address alone: not per host name, which the client chooses."""
        return f"sign-in:{normalise_email(str(credentials.get('email', '')))}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        subject = normalise_email(str(credentials.get("email", "")))
        record("sign_in_failed", by=None, subject=subject, ip=self.get_client_ip(request))

    def login(self, request: HttpRequest, user: Agent) -> None:
        super().login(request, user)
        record("signed_in", by=Actor.agent(user), agent=user, ip=self.get_client_ip(request))

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            by = Actor("agent", request.user.pk, request.user.name)
            record("signed_out", by=by, subject=request.user.name, ip=self.get_client_ip(request))
        super().logout(request)

    def set_password(self, user: Agent, password: str) -> None:
        """Only the password is written: the rest of `user` may be older than what an admin has changed meanwhile."""
        user.set_password(password)
        user.save(update_fields=["password"])
        end_other_sessions(user, keep=context.request.session.session_key)
        revoke_all(user, Actor.agent(user))
        record("password_changed", by=Actor.agent(user), agent=user, ip=self.get_client_ip(context.request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("agents:security")

    def is_reauthentication_required(self, *, app: str) -> bool:
        """A sign-in of the last minutes counts as proof, so that a new agent types the password once, not twice."""
        records = get_authentication_records(context.request, context.request.user)
        newest = max((entry["at"] for entry in records if entry.get("method") == "password"), default=0)
        return bool(time.time() - newest >= account_settings.REAUTHENTICATION_TIMEOUT)

    def send_notification_mail(self, template_prefix: str, user: Agent, *args: Any, **kwargs: Any) -> None:
        """Leave a row; a worker writes and sends the mail."""
        kind = template_prefix.rsplit("/", 1)[-1]
        request = context.request
        if kind in NOTICE_AUDITS:
            record(NOTICE_AUDITS[kind], by=Actor.agent(user), agent=user, ip=self.get_client_ip(request))
        if kind in SUBJECTS:
            owe_mail(
                kind,
                user,
                ip=self.get_client_ip(request),
                user_agent=self.get_http_user_agent(request)[:200],
            )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing is mailed from a request: links and notices are rows (agents.mails)."""


class TwoFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The authenticator's secret is kept encrypted; who must have a second factor cannot switch it off."""

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not owes_two_factor(authenticator.user)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    """Keys drawn from SECRET_KEY and its predecessors, so that a new key does not lock everybody out."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"agents.two-factor:" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
