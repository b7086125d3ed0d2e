"""What will go away says so in each of its answers: the headers Deprecation (RFC 9745) and Sunset (RFC 8594)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.utils.http import http_date
from drf_spectacular.utils import extend_schema

Handler = TypeVar("Handler", bound=Callable[..., Any])
_MARK = "deprecation"


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Since when it should not be used any more, when it will be gone, and what to use instead: an address, or a page
    that tells."""

    since: datetime
    gone: datetime
    instead: str

    def headers(self) -> dict[str, str]:
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": http_date(self.gone.timestamp()),
            "Link": f'<{self.instead}>; rel="successor-version"',
        }


def deprecated(*, since: datetime, gone: datetime, instead: str) -> Callable[[Handler], Handler]:
    """For a method of a Door, above its `operation`; the schema marks it too. Both moments know their zone."""

    def mark(handler: Handler) -> Handler:
        told: Handler = extend_schema(deprecated=True)(handler)
        setattr(told, _MARK, Deprecation(since, gone, instead))
        return told

    return mark


def headers_of(handler: Any) -> dict[str, str]:
    """What its answers say; nothing for what stays."""
    mark: Deprecation | None = getattr(handler, _MARK, None)
    return mark.headers() if mark else {}
