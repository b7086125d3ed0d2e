"""The wiring in settings is read at boot, so that a typo stops the start and does not lose an event at night."""

from __future__ import annotations

import inspect
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string


@register()
def wiring_is_importable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    for name in ("TICKET_SUBSCRIBERS", "TICKET_REACTIONS"):
        for path in getattr(settings, name):
            try:
                func = import_string(path)
            except ImportError as error:
                problems.append(Error(f"{name}: {path} cannot be imported: {error}", id="tickets.E001"))
                continue
            if list(inspect.signature(func).parameters) != ["change"]:
                problems.append(Error(f"{name}: {path} must take one argument named change", id="tickets.E002"))
            if name == "TICKET_REACTIONS" and not getattr(func, "event_kinds", None):
                problems.append(Error(f"{path} must say @reacts_to(…): which Event kinds?", id="tickets.E003"))
    return problems


@register()
def panels_have_addresses(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    for place in ("TICKET_PANELS", "TICKET_CUSTOMER_PANELS"):
        for name in getattr(settings, place):
            try:
                reverse(name, args=[1])
            except NoReverseMatch as error:
                problems.append(Error(f"{place}: {name}: {error}", id="tickets.E004"))
    return problems
