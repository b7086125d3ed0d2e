"""What the values of slices are called: "Billing" for team 3, "Mon 9:00" for the tenth hour of a week."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from agents.models import Agent, Team
from customers.models import Customer, Organization
from reports.slices import Value
from reports.zone import HOURS_OF_DAY
from sla.models import SlaPolicy
from tickets.models import Channel, Priority

MODELS: Mapping[str, type[models.Model]] = {
    "team": Team,
    "agent": Agent,
    "organization": Organization,
    "customer": Customer,
    "policy": SlaPolicy,
}
"""Slices whose values are keys of rows that have a name."""


def names_of(key: str, values: Iterable[Value]) -> dict[Value, str]:
    """By value; at most one statement. A row that is gone is called by its number."""
    values = list(values)
    found: dict[Any, str] = {}
    if model := MODELS.get(key):
        keys = [value for value in values if value is not None]
        found = dict(model._default_manager.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
    return {value: found.get(value) or _named(key, value) for value in values}


def exists(key: str, value: int) -> bool:
    model = MODELS.get(key)
    return model is None or model._default_manager.filter(pk=value).exists()


def _named(key: str, value: Value) -> str:
    if value is None or value == "":
        return none_of(key)
    if key in _SAID:
        return _SAID[key](value)
    return (
        _("Customer #%(number)s") % {"number": value}
        if key == "customer"
        else f"#{value}"
        if key in MODELS
        else str(value)
    )


def none_of(key: str) -> str:
    words = {
        "team": _("No team"),
        "agent": _("Nobody"),
        "organization": _("No organisation"),
        "tag": _("No tag"),
        "tier": _("No tier"),
        "language": _("Unknown language"),
        "policy": _("No policy"),
    }
    return words.get(key) or _("None")


def hour_words(hour: int) -> str:
    """Of the week, 0 being Monday's first."""
    day, of_day = divmod(hour, HOURS_OF_DAY)
    return f"{WEEKDAYS_ABBR[day]} {of_day:02d}:00"


def _language(value: Any) -> str:
    try:
        return str(get_language_info(str(value))["name_translated"])
    except KeyError:
        return str(value)


def _channel(value: Any) -> str:
    return str(Channel(value).label) if value in Channel.values else str(value)


_SAID: dict[str, Callable[[Any], str]] = {
    "channel": _channel,
    "priority": lambda value: str(Priority(int(value)).label),
    "hour": lambda value: hour_words(int(value)),
    "language": _language,
}
