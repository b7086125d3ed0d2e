"""Who a program speaks for: the agent of its token."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from agents.middleware import must_set_up_two_factor
from agents.models import Agent, ApiToken
from agents.tokens import find_token, note_use


class Bearer(BaseAuthentication):
    """`Authorization: Bearer hd_…`. A token is taken from that header only, never from an address (F10)."""

    def authenticate(self, request: Request) -> tuple[Agent, ApiToken] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = find_token(secret.strip())
        if token is None:
            raise AuthenticationFailed(_("This token does not work."), code="bad_token")
        if must_set_up_two_factor(token.agent):
            raise AuthenticationFailed(_("Set up two-factor sign-in first."), code="two_factor_needed")
        note_use(token)
        return token.agent, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class Session(SessionAuthentication):
    """Our own pages: the session of a signed-in agent, with its CSRF token on every write."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        return super().authenticate(request)
