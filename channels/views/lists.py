"""What the lists about mail share: tabs by state with capped counts, and links to the pages beside this one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from helpdesk.lib.keyset import Page, paginate

ON_A_PAGE = 50
COUNTED = 500


def known_state(request: HttpRequest, states: type[models.TextChoices]) -> str:
    """The state that the address asks for, or "" for all."""
    asked = request.GET.get("state", "")
    return asked if asked in states.values else ""


def tabs(queryset: Any, states: type[models.TextChoices], current: str) -> list[dict[str, Any]]:
    """One tab for all and one for each state; a count stops at COUNTED, so that its cost is bounded."""
    found: list[dict[str, Any]] = [{"label": _("All"), "url": "?", "current": not current, "count": ""}]
    for value, label in states.choices:
        number = queryset.filter(state=value).count_up_to(COUNTED)
        count = f"{COUNTED}+" if number > COUNTED else str(number)
        found.append({"label": label, "url": f"?state={value}", "current": value == current, "count": count})
    return found


def page_of(request: HttpRequest, queryset: Any, by: str) -> Page[Any]:
    return paginate(queryset, by=by, limit=ON_A_PAGE, older=request.GET.get("older"), newer=request.GET.get("newer"))


def links(request: HttpRequest, page: Page[Any], keep: Iterable[str] = ("state",)) -> dict[str, str]:
    """The addresses of the newer and the older page; what is filtered stays filtered."""
    kept = {name: request.GET[name] for name in keep if request.GET.get(name)}
    newer = f"?{urlencode({**kept, 'newer': page.newer})}" if page.newer else ""
    older = f"?{urlencode({**kept, 'older': page.older})}" if page.older else ""
    return {"newer": newer, "older": older}
