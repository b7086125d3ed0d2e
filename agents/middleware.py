"""Gives every request its actor, and its reader's language, time zone and theme."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from agents.actors import Actor
from agents.models import Agent

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
NOBODY = Actor("agent")  # sees nothing, may do nothing


class ActorMiddleware:
    """Sets `request.actor` (read when first asked, one query) and `request.theme`; activates language and zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        agent = request.user if request.user.is_authenticated else None
        theme = agent.theme if agent else known_theme(request.COOKIES.get(THEME_COOKIE, ""))
        actor = SimpleLazyObject(lambda: Actor.agent(agent) if agent else NOBODY)
        vars(request).update(actor=actor, theme=theme, must_set_up_two_factor=False)
        if agent is None:
            return self.get_response(request)
        if must_set_up_two_factor(agent):
            vars(request).update(must_set_up_two_factor=True)
            if not may_wait(request):
                return lead_to(request, reverse("mfa_activate_totp"))
        with translation.override(known_language(agent.language)), timezone.override(known_zone(agent.time_zone)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response


def must_set_up_two_factor(agent: Agent) -> bool:
    """Whether the second factor is still to be set up. `has_two_factor` comes with the agent from the session."""
    return owes_two_factor(agent) and not getattr(agent, "has_two_factor", False)


def owes_two_factor(agent: Agent) -> bool:
    """Whether the agent's role, or an admin's wish, demands a second factor."""
    return not agent.is_service and (agent.two_factor_required or agent.role in settings.REQUIRE_TWO_FACTOR_ROLES)


def may_wait(request: HttpRequest) -> bool:
    """What somebody who owes a second factor may still do: set it up, prove who they are, sign out, switch theme."""
    open_names = ("mfa_activate_totp", "account_reauthenticate", "account_logout", "theme")
    return request.path in {reverse(name) for name in open_names}


def lead_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the reader to another page; an htmx request must be told so, or it would show that page inside this one."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def known_theme(name: str) -> str:
    return name if name in THEMES else "system"


def known_language(code: str) -> str:
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def known_zone(name: str) -> ZoneInfo:
    """The zone by that name; UTC for a name that the machine's zone data does not know (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
