"""What surrounds every page of an agent: the rail, the theme and where the search goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from agents.own_account import edit_profile
from agents.permissions import Permission
from helpdesk.demo import progress

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail: `view` is a URL name, `key` opens it; the actor must hold one of `permissions`, if any."""

    label: str | Promise
    view: str
    icon: str
    key: str
    permissions: tuple[Permission, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A place as drawn for one reader."""

    label: str | Promise
    url: str
    icon: str
    key: str
    current: bool


SETTINGS = (
    Permission.MANAGE_TEAMS,
    Permission.MANAGE_AGENTS,
    Permission.MANAGE_FIELDS,
    Permission.MANAGE_MAILBOXES,
    Permission.MANAGE_SLA,
    Permission.MAIL_CONSOLE,
)
RAIL: tuple[Place, ...] = (
    Place(_("Inbox"), "tickets:inbox", "inbox", "g i"),
    Place(_("Supervise"), "supervise:desk", "radar", "g v", (Permission.SUPERVISE,)),
    Place(_("Reports"), "reports:overview", "chart-column", "g r", (Permission.REPORTS,)),
    Place(_("Customers"), "customers:list", "users", "g c"),
    Place(_("Settings"), "agents:settings", "settings", "g s", SETTINGS),
)
# Where mail to customers lies while nothing carries it away: what somebody who tries this out looks for first.
OUTBOX = Place(_("Outbox"), "channels:outbox", "send", "g o", (Permission.READ,))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. What costs anything is worked out only by a template that draws it: fragments pay nothing."""
    return {
        "theme": theme_of(request),
        "nav": SimpleLazyObject(lambda: entries(request)),
        "demo_progress": SimpleLazyObject(lambda: progress.standing() if settings.EMBEDDED else None),
    }


def theme_of(request: HttpRequest) -> str:
    """The theme the reader chose, or "system"; known to the server, so the first paint is already right."""
    chosen = request.COOKIES.get(THEME_COOKIE) or getattr(getattr(request, "user", None), "theme", "")
    return chosen if chosen in THEMES else "system"


def entries(request: HttpRequest) -> list[Entry]:
    """The rail for this reader: only places that exist and that their role may use."""
    drawn = []
    for place in (*RAIL, OUTBOX) if settings.EMBEDDED and not settings.SMTP_HOST else RAIL:
        if place.permissions and not _may(request, place.permissions):
            continue
        try:
            url = reverse(place.view)
        except NoReverseMatch:
            continue
        drawn.append(Entry(place.label, url, place.icon, place.key, request.path.startswith(url)))
    return drawn


def _may(request: HttpRequest, permissions: tuple[Permission, ...]) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and any(actor.can(permission) for permission in permissions)


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember the theme in a cookie of this browser, and for an agent's other browsers. Nonsense means "system"."""
    theme = request.POST.get("theme", "")
    theme = theme if theme in THEMES else "system"
    if request.user.is_authenticated:
        edit_profile(request.user, theme=theme)
    answer = _back(request)
    answer.set_cookie(
        THEME_COOKIE,
        theme,
        max_age=A_YEAR,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    return answer


def _back(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    return HttpResponseRedirect(target)
