"""Shapes of requests: a field or parameter that nobody knows is a mistake, never ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from helpdesk.lib.errors import HelpdeskError

MOST_KEY = 2**63 - 1


class Strict(serializers.Serializer[Any]):
    """Refuses fields that it does not have: a typing mistake must not look like success."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = [name for name in data if name not in self.fields] if isinstance(data, Mapping) else []
        if unknown:
            words = {name: [serializers.ErrorDetail(_("There is no such field."), "unknown_field")] for name in unknown}
            raise serializers.ValidationError(words)
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Words. A NUL, which PostgreSQL cannot store, and half a surrogate pair are mistakes of the sender."""

    default_error_messages = {"unstorable": "This text has characters that cannot be stored."}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if "\x00" in data or any("\ud800" <= letter <= "\udfff" for letter in data):
            self.fail("unstorable")
        return str(super().to_internal_value(data))


class Key(serializers.IntegerField):
    """The id of something, as a JSON number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MOST_KEY, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return int(super().to_internal_value(data))


class Flag(serializers.BooleanField):
    """true or false, and no word or number that may be meant so."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=type(data).__name__)
        return data


class ShortName(serializers.RegexField):
    """A name for addresses."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[-a-zA-Z0-9_]+\Z", **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Slug(serializers.ChoiceField):
    """One of a few words."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=type(data).__name__)
        return super().to_internal_value(data)


def read_body(shape: type[Strict], request: Request, **kwargs: Any) -> dict[str, Any]:
    """What was sent, checked; raises ValidationError with every mistake."""
    read = shape(data=request.data, **kwargs)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


def expect_parameters(request: Request, allowed: Iterable[str]) -> None:
    """Raises "unknown_parameter" for what this address does not take: a filter that is ignored lists too much."""
    known = set(allowed)
    for name in request.query_params:
        if name not in known:
            message = _("This address does not take the parameter “%(name)s”.") % {"name": name[:60]}
            raise HelpdeskError("unknown_parameter", message, field=name[:60])


def whole_number(request: Request, name: str, default: int, most: int, least: int = 0) -> int:
    """A parameter that is a number between `least` and `most`."""
    given = request.query_params.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 10 and least <= int(given) <= most):
        message = _("Give a number between %(least)d and %(most)d.") % {"least": least, "most": most}
        raise HelpdeskError("bad_number", message, field=name)
    return int(given)


def key_in(request: Request, name: str) -> int | None:
    """A parameter that is the id of something; None when it is left out."""
    given = request.query_params.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 20 and 0 < int(given) <= MOST_KEY):
        raise HelpdeskError("bad_number", _("This is named by its id."), field=name)
    return int(given)


def chosen(request: Request, name: str, known: Iterable[str]) -> str | None:
    """A parameter that is one of a few words; None when it is left out."""
    given = request.query_params.get(name)
    if given is not None and given not in set(known):
        raise HelpdeskError("bad_choice", _("There is no such choice."), field=name)
    return given


def names_in(request: Request, name: str, known: Iterable[str]) -> list[str]:
    """A parameter of names parted by commas, each of them `known`."""
    given = [part for part in request.query_params.get(name, "").split(",") if part]
    offered = list(known)
    for part in given:
        if part not in offered:
            message = _("There is no “%(name)s” here.") % {"name": part[:60]}
            raise HelpdeskError("unknown_name", message, field=name)
    return given
