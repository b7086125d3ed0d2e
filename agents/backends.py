"""How a sign-in is checked and an agent read back from the session."""

from __future__ import annotations

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from agents.models import Agent
from agents.querysets import AgentQuerySet


class AgentBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Allauth's check by address, with what every request needs to know of the agent in one query."""

    def get_user(self, user_id: Any) -> Agent | None:
        """The agent of a session, with `has_two_factor`; None once disabled, so that every session ends there."""
        return _whoever().filter(pk=user_id).first()

    def user_can_authenticate(self, user: Any) -> bool:
        """Nobody signs in with the account of an integration, whatever password it were given."""
        return super().user_can_authenticate(user) and not user.is_service

    @classmethod
    def _stash_user(cls, user: Agent | None) -> None:
        """Forget it: to whoever signs in, a disabled account looks like a wrong password."""


@cache
def _whoever() -> AgentQuerySet:
    """The question without a key: every request asks it, so it is put together once."""
    whoever: AgentQuerySet = Agent.objects.active().with_two_factor().order_by("pk")
    return whoever
