"""Cursor pagination for long lists: a page costs the same wherever it lies, and nothing shifts under the reader."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q

from helpdesk.lib.errors import HelpdeskError

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in display order, with cursors for the pages beside it (None at either end)."""

    rows: list[Row]
    older: str | None
    newer: str | None


def paginate(
    queryset: models.QuerySet[Any, Row], *, by: str, limit: int, older: str | None = None, newer: str | None = None
) -> Page[Row]:
    """One page of `queryset`, latest `by` first, ties broken by primary key.

    `by` names a non-null datetime column; an index on (by, pk) makes every page equally cheap.
    Raises HelpdeskError("bad_cursor") for a cursor that was not made here.
    """
    backwards = newer is not None and older is None
    cursor = newer if backwards else older
    ordered = _slice(queryset, by, cursor, backwards)
    # A queryset that knows a quicker road to its first rows takes it (TicketQuerySet.first_rows).
    first_rows = getattr(ordered, "first_rows", None)
    rows = list(first_rows(limit + 1) if first_rows else ordered[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    has_newer = more if backwards else cursor is not None
    has_older = bool(rows) and (cursor is not None if backwards else more)
    return Page(
        rows,
        older=_encode(rows[-1], by) if rows and has_older else None,
        newer=_encode(rows[0], by) if rows and has_newer else None,
    )


def _slice(
    queryset: models.QuerySet[Any, Row], by: str, cursor: str | None, backwards: bool
) -> models.QuerySet[Any, Row]:
    if cursor is not None:
        when, pk = _decode(cursor)
        side = "gt" if backwards else "lt"
        # The plain bound lets the database start inside the index; the OR then settles ties.
        queryset = queryset.filter(
            Q(**{f"{by}__{side}e": when}) & (Q(**{f"{by}__{side}": when}) | Q(**{f"pk__{side}": pk}))
        )
    return queryset.order_by(by, "pk") if backwards else queryset.order_by(f"-{by}", "-pk")


def _encode(row: Any, by: str) -> str:
    raw = json.dumps([getattr(row, by).isoformat(), row.pk], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[datetime, int]:
    try:
        parts: Sequence[Any] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        when, pk = datetime.fromisoformat(parts[0]), int(parts[1])
        if when.tzinfo is None or not 0 <= pk < 2**63:
            raise ValueError
        when = when.astimezone(UTC)  # at the ends of time some moments have no counterpart in UTC
    except (ValueError, OverflowError, TypeError, IndexError, KeyError, binascii.Error, RecursionError):
        raise HelpdeskError("bad_cursor", "This page link is not valid any more.", field="cursor") from None
    return when, pk
