"""What a form offers for languages and time zones."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

_NOT_PLACES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")


@cache
def languages() -> list[tuple[str, str]]:
    """(tag, own name), the tags as mails and tickets carry them."""
    known = [(tag, info["name_local"]) for tag, info in LANG_INFO.items() if "name_local" in info]
    return sorted(known, key=lambda item: item[1].casefold())


@cache
def zones() -> list[tuple[str, str]]:
    """(name, name as people read it) of the zones that are places, and UTC."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith(_NOT_PLACES))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


def language_choices(current: str = "") -> list[tuple[str, object]]:
    return _offered(languages(), current)


def zone_choices(current: str = "") -> list[tuple[str, object]]:
    return _offered(zones(), current)


def _offered(known: list[tuple[str, str]], current: str) -> list[tuple[str, object]]:
    """With "not known" first, and with a value that came from elsewhere (an import), so that saving keeps it."""
    extra = [(current, current)] if current and current not in dict(known) else []
    return [("", _("Not known")), *extra, *known]
