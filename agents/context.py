"""What every page of an agent shows about the agent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from agents.models import Agent
from agents.places import availability_of


def people(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `availability` for the menu in the top bar; worked out only by a page that draws it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    agent: Agent = user
    return {"availability": SimpleLazyObject(lambda: availability_of(agent))}
