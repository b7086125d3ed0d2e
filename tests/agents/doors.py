"""How a test walks through the doors of signing in."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from agents.models import Agent
from tests.factories import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in(client: Client, agent: Agent | str, password: str = PASSWORD, **extra: Any) -> Any:
    email = agent if isinstance(agent, str) else agent.email
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def signed_in(agent: Agent) -> Client:
    client = Client()
    response = sign_in(client, agent)
    assert response.status_code == 302, response.content
    assert client.session.get("_auth_user_id") == str(agent.pk)
    return client


def is_signed_in(client: Client) -> bool:
    """What the next request of this browser is told."""
    return client.get(reverse("agents:profile")).status_code == 200


def give_two_factor(agent: Agent) -> list[str]:
    """Switch two-factor sign-in on for the agent; the recovery codes."""
    TOTP.activate(agent, SECRET)
    return RecoveryCodes.activate(agent).get_unused_codes()


def code(secret: str = SECRET, *, at: float | None = None) -> str:
    return format_hotp_value(hotp_value(secret, int(at or time.time()) // 30))


def wrong_code(secret: str = SECRET) -> str:
    return f"{(int(code(secret)) + 1) % 1_000_000:06d}"


def has_totp(agent: Agent) -> bool:
    return Authenticator.objects.filter(user=agent, type="totp").exists()
