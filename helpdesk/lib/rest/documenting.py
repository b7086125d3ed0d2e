"""How an operation is told in the schema: its own answers, and the refusals that any operation may give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers

from helpdesk.lib.rest.problems import MEDIA_TYPE, TITLES, Problem

READS, WRITES = (400, 401, 403, 404, 405, 406, 422, 429), (400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429)
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Up to 255 characters. The same key with the same body is answered from memory for 24 hours.",
)
IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The ETag that was read; 412 if it is gone."
)
PAGING = [
    OpenApiParameter("limit", OpenApiTypes.INT, description="Rows of a page: 1 to 200, usually 50."),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` or `previous` of an earlier answer."),
    OpenApiParameter("count", OpenApiTypes.STR, enum=["exact", "capped"], description="Ask for a total as well."),
]


def text(name: str, description: str, **kwargs: Any) -> OpenApiParameter:
    """A parameter of the address."""
    return OpenApiParameter(name, OpenApiTypes.STR, description=description, **kwargs)


def listed(shape: type[serializers.BaseSerializer[Any]], name: str) -> serializers.Serializer[Any]:
    """A page of rows of that shape."""
    fields: dict[str, Any] = {
        "items": shape(many=True),
        "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True),
        "count": serializers.IntegerField(required=False),
        "count_is_capped": serializers.BooleanField(required=False),
    }
    return inline_serializer(name, fields)


def operation(
    summary: str,
    *,
    answers: dict[int, Any],
    takes: Any = None,
    parameters: Sequence[OpenApiParameter] = (),
    example: dict[str, Any] | None = None,
    answer_example: Any = None,
    writes: bool = False,
    versioned: bool = False,
    keyed: bool = True,
    name: str,
    media_type: str = "application/json",
) -> Callable[[Any], Any]:
    """Tells one method of a view in the schema. `answers` by status; `name` is its operation id; `keyed`: a POST."""
    refusals: dict[Any, Any] = {
        (status, MEDIA_TYPE): OpenApiResponse(Problem, TITLES[status])
        for status in (*(WRITES if writes else READS), *((412,) if versioned else ()))
    }
    told = {
        (status, media_type if media_type != "multipart/form-data" else "application/json"): shape
        for status, shape in answers.items()
    }
    examples = []
    if example is not None:
        examples.append(OpenApiExample("request", value=example, request_only=True, media_type=media_type))
    if answer_example is not None:
        status = str(min(answers))
        examples.append(OpenApiExample("answer", value=answer_example, response_only=True, status_codes=[status]))
    headers = [*([KEY] if writes and keyed else []), *([IF_MATCH] if versioned else [])]
    return extend_schema(
        operation_id=name,
        summary=summary,
        request={media_type: takes} if takes is not None else None,
        responses={**told, **refusals},
        parameters=[*parameters, *headers],
        examples=examples,
    )
