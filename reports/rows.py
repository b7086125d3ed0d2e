"""Facts and spans while they are told: plain rows by column, since a million tickets say five million of them."""

from __future__ import annotations

from typing import Any

from django.db import models

from reports.models import Fact, Span

Row = dict[str, Any]
"""By column; a model is made of it as Fact(**row)."""


def blank(model: type[models.Model]) -> Row:
    """A row that says nothing yet, without the key, which the database gives."""
    return {field.attname: field.get_default() for field in model._meta.concrete_fields if not field.primary_key}


FACT, SPAN = blank(Fact), blank(Span)
