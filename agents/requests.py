"""The type of a request behind ActorMiddleware, for views that are only for agents."""

from __future__ import annotations

from django.http import HttpRequest

from agents.actors import Actor
from agents.models import Agent


class AgentRequest(HttpRequest):
    """An HttpRequest after sign-in: `user` is an Agent, `actor` what they may do."""

    user: Agent
    actor: Actor
    theme: str
