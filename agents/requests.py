"""The type of a request behind ActorMiddleware, for views that are only for agents."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

from agents.actors import Actor
from agents.models import Agent


class AgentRequest(HttpRequest):
    """An HttpRequest after sign-in: `user` is an Agent, `actor` what they may do."""

    user: Agent
    actor: Actor
    theme: str


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form should be bound to: an empty form that was sent is still a form to check."""
    return request.POST if request.method == "POST" else None
