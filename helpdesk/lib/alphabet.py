"""Cursor pagination for lists in the order of a text column, a page costing the same wherever it lies."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.errors import HelpdeskError

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Leaf(Generic[Row]):
    """Rows in order, with cursors for the leaves beside it (None at either end)."""

    rows: list[Row]
    before: str | None
    after: str | None


def leaf(
    queryset: models.QuerySet[Row], *, by: str, limit: int, after: str | None = None, before: str | None = None
) -> Leaf[Row]:
    """One leaf of `queryset`, in rising order of `by` (a text column that is not null), ties broken by key.

    An index on (by, pk) makes every leaf equally cheap. Raises HelpdeskError("bad_cursor").
    """
    backwards = before is not None and after is None
    cursor = before if backwards else after
    if cursor is not None:
        text, pk = _decode(cursor)
        side = "lt" if backwards else "gt"
        beyond = Q(**{f"{by}__{side}": text}) | Q(**{f"pk__{side}": pk})
        queryset = queryset.filter(Q(**{f"{by}__{side}e": text}) & beyond)
    ordered = queryset.order_by(f"-{by}", "-pk") if backwards else queryset.order_by(by, "pk")
    rows = list(ordered[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    has_before = more if backwards else cursor is not None
    has_after = cursor is not None if backwards else more
    return Leaf(
        rows,
        before=_encode(rows[0], by) if rows and has_before else None,
        after=_encode(rows[-1], by) if rows and has_after else None,
    )


def _encode(row: models.Model, by: str) -> str:
    raw = json.dumps([getattr(row, by), row.pk], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[str, int]:
    try:
        text, pk = json.loads(base64.urlsafe_b64decode(cursor[:4000] + "=" * (-len(cursor[:4000]) % 4)))
        if not isinstance(text, str) or not isinstance(pk, int) or "\x00" in text or not 0 <= pk < 2**63:
            raise ValueError
        text.encode()
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise HelpdeskError("bad_cursor", _("This page link is not valid any more."), field="cursor") from None
    return text, pk
