"""One row as a resource: it is found or absent, and its answer names the version that was read."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from helpdesk.lib.errors import NotVisible
from helpdesk.lib.rest.versions import etag, version_of

Row = TypeVar("Row", bound=models.Model)


def found(rows: models.QuerySet[Row], pk: int, words: str) -> Row:
    """That one of the rows that the actor may see. Raises NotVisible, which says `words`, for any other."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotVisible("not_found", words)
    return row


def shown(shape: BaseSerializer[Any], status: int = 200) -> Response:
    """A row whose version is what is shown of it."""
    return versioned(shape.data, status)


def versioned(data: Any, status: int = 200) -> Response:
    """As shown(), of what a shape has told already."""
    return Response(data, status=status, headers={"ETag": etag(version_of(data))})
