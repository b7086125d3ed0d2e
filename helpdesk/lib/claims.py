"""Taking work under concurrency by letting the database decide who wins."""

from __future__ import annotations

from typing import Any

from django.db import models


def claim(queryset: models.QuerySet[Any], **changes: Any) -> bool:
    """Update exactly one row that still matches; True when this caller won it.

    `queryset` must carry the condition that stops a second winner, such as `filter(pk=7, state="queued")`, on the
    row's own columns. A condition that joins puts all of them into a subquery, which PostgreSQL does not look at
    again after waiting for another winner: then both win. Use Exists() for what other tables must say.
    """
    return queryset.update(**changes) == 1
