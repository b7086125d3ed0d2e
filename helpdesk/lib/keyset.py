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
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.errors import HelpdeskError

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in display order, with cursors for the pages beside it (None at either end)."""

    rows: list[Row]
    older: str | None
    newer: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Between which rows a page begins: the column's value and the key of the row beside it."""

    value: Any
    pk: int


def paginate(
    queryset: models.QuerySet[Any, Row],
    *,
    by: str,
    limit: int,
    older: str | None = None,
    newer: str | None = None,
    ascending: bool = False,
) -> Page[Row]:
    """One page of `queryset`, largest `by` first (or smallest, if `ascending`), ties broken by primary key.

    `by` names a column of moments or whole numbers; an index on (by, pk) makes every page equally cheap. Rows where
    it is null stand last in either direction; they are asked for only by the page that reaches them. `older` leads
    on, `newer` back. Raises HelpdeskError("bad_cursor") for a cursor that was not made here.
    """
    backwards = newer is not None and older is None
    cursor = newer if backwards else older
    column = queryset.model._meta.get_field(by)
    place = _decode(cursor, column) if cursor is not None else None
    rows: list[Row] = []
    for question in _questions(queryset, column, place, backwards, ascending):
        rows += _first_rows(question, limit + 1 - len(rows))
        if len(rows) > limit:
            break
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


def _first_rows(question: models.QuerySet[Any, Row], count: int) -> list[Row]:
    # A queryset that knows a quicker road to its first rows takes it (TicketQuerySet.first_rows).
    first_rows = getattr(question, "first_rows", None)
    return list(first_rows(count) if first_rows else question[:count])


def _questions(
    queryset: models.QuerySet[Any, Row], column: Any, place: _Place | None, backwards: bool, ascending: bool
) -> list[models.QuerySet[Any, Row]]:
    """What to ask one after the other until the page is full: rows with a value, and rows without one.

    Two questions ride the index on every database, where one with NULLS LAST or an OR would not.
    """
    by, up = column.name, ascending != backwards
    side = "gt" if up else "lt"
    order = (by, "pk") if up else (f"-{by}", "-pk")
    if not column.null:
        return [_beyond(queryset, by, place, side).order_by(*order)]
    valued = queryset.filter(**{f"{by}__isnull": False}).order_by(*order)
    without = queryset.filter(**{by: None}).order_by("pk" if up else "-pk")
    if place is None:
        return [valued, without]
    if place.value is None:
        rest = without.filter(**{f"pk__{side}": place.pk})
        return [rest, valued] if backwards else [rest]
    rest = _beyond(valued, by, place, side)
    return [rest] if backwards else [rest, without]


def _beyond(queryset: models.QuerySet[Any, Row], by: str, place: _Place | None, side: str) -> models.QuerySet[Any, Row]:
    if place is None:
        return queryset
    # The plain bound lets the database start inside the index; the OR then settles ties.
    return queryset.filter(
        Q(**{f"{by}__{side}e": place.value}) & (Q(**{f"{by}__{side}": place.value}) | Q(**{f"pk__{side}": place.pk}))
    )


def _encode(row: Any, by: str) -> str:
    value = getattr(row, by)
    raw = json.dumps([value.isoformat() if isinstance(value, datetime) else value, row.pk], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _decode(cursor: str, column: Any) -> _Place:
    try:
        parts: Sequence[Any] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        value, pk = _value(parts[0], column), int(parts[1])
        if not 0 <= pk < 2**63:
            raise ValueError
    except (ValueError, OverflowError, TypeError, IndexError, KeyError, binascii.Error, RecursionError):
        raise HelpdeskError("bad_cursor", _("This page link is not valid any more."), field="cursor") from None
    return _Place(value, pk)


def _value(raw: Any, column: Any) -> Any:
    if raw is None and column.null:
        return None
    if not isinstance(column, models.DateTimeField):
        if type(raw) is not int or abs(raw) >= 2**31:
            raise ValueError
        return raw
    when = datetime.fromisoformat(raw)
    if when.tzinfo is None:
        raise ValueError
    return when.astimezone(UTC)  # at the ends of time some moments have no counterpart in UTC
