"""How an operation is told in the schema: its own answers, and the refusals that any operation may give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from inspect import cleandoc
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

ANY_TYPE = "*/*"

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
# In every answer to somebody whom we know; the schema names them where something was done.
RATE = {
    "RateLimit-Limit": "Requests of a minute.",
    "RateLimit-Remaining": "What is left of them.",
    "RateLimit-Reset": "In how many seconds the next minute begins.",
}
# What else an answer tells beside its body, where it does.
TOLD = {
    "ETag": "The version of what is shown, for If-Match.",
    "Location": "Where to ask how far it is.",
    "Link": "Where the next and the previous page are.",
    "Idempotent-Replayed": "true when this is the stored answer to an earlier request of the same key.",
    "Retry-After": "In how many seconds to ask again.",
}


def number(name: str, description: str, least: int, most: int) -> OpenApiParameter:
    """A parameter of the address that is a whole number."""
    return OpenApiParameter(
        name, {"type": "integer", "minimum": least, "maximum": most}, OpenApiParameter.QUERY, description=description
    )


PAGING = [
    number("limit", "Rows of a page, usually 50.", 1, 200),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` or `previous` of an earlier answer."),
    OpenApiParameter(
        "count",
        OpenApiTypes.STR,
        enum=["exact", "capped"],
        description="A total too: up to 10,000 (`capped`) or all; after 3 seconds it is refused as `count_too_long`.",
    ),
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
    fields["EXAMPLE"] = {"items": [example_of(shape)], "next": "n.MTc", "previous": None}
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
    sends: Sequence[str] = (),
    name: str,
    media_type: str = "application/json",
) -> Callable[[Any], Any]:
    """Tells one method of a view in the schema. `answers` by status; `name` is its operation id; `keyed`: a POST;
    `sends`: those of TOLD that its answers have, beside the ones that follow from the rest.

    What is answered is shown by the EXAMPLE of its shape, unless there is an `answer_example`.
    """
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
    for status, shape in answers.items():
        shown = answer_example if answer_example is not None else example_of(shape)
        if shown is not None:
            examples.append(OpenApiExample("answer", value=shown, response_only=True, status_codes=[str(status)]))
    headers = [*([KEY] if writes and keyed else []), *([IF_MATCH] if versioned else []), *_rates(answers)]
    with_body = [status for status, shape in answers.items() if shape is not None]
    if versioned:
        sends = [*sends, "ETag"]
    if set(map(id, PAGING)) <= set(map(id, parameters)):
        sends = [*sends, "Link"]
    headers += [_sent(told_so, with_body) for told_so in sends]
    if writes and keyed:
        headers.append(_sent("Idempotent-Replayed", answers))
    headers.append(_sent("Retry-After", [429]))

    def tell(handler: Any) -> Any:
        # Never the docstring of its class: what a Door is concerns nobody who writes programs for it.
        return extend_schema(
            operation_id=name,
            summary=summary,
            description=cleandoc(handler.__doc__ or f"{summary}."),
            request={media_type: takes} if takes is not None else None,
            responses={**told, **refusals},
            parameters=[*parameters, *headers],
            examples=examples,
        )(handler)

    return tell


def example_of(shape: Any) -> Any:
    """How an answer of this shape looks; None where there is nothing to show: no content, or bytes."""
    if isinstance(shape, serializers.ListSerializer):  # whose example is put into a list by the schema's maker
        return example_of(shape.child)
    return getattr(shape, "EXAMPLE", None)


def _sent(name: str, statuses: Iterable[int]) -> OpenApiParameter:
    kind = OpenApiTypes.INT if name == "Retry-After" else OpenApiTypes.STR
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=TOLD[name], response=sorted(statuses))


def _rates(answers: dict[int, Any]) -> list[OpenApiParameter]:
    return [
        OpenApiParameter(name, OpenApiTypes.INT, OpenApiParameter.HEADER, description=words, response=sorted(answers))
        for name, words in RATE.items()
    ]
