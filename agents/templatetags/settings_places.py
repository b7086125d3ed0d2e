"""Draws the list of settings beside every page of settings, whichever app the page belongs to."""

from __future__ import annotations

from typing import Any

from django import template

from agents.places import places_for
from agents.sessions import device as device_of

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    """The browser and system of a session, in two words."""
    return device_of(user_agent)


@register.simple_tag(takes_context=True)
def settings_places(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Groups of places that the reader may use."""
    request = context["request"]
    return places_for(request.actor, request.path)
