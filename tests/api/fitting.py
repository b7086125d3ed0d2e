"""Holds every answer that a test receives against the schema: an unnamed status, or another shape, is a fault."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

METHODS = {"GET", "POST", "PATCH", "DELETE"}


@cache
def schema() -> dict[str, Any]:
    return SchemaGenerator(api_version="v1").get_schema(request=None, public=True)  # type: ignore[no-any-return]


@cache
def patterns() -> list[tuple[re.Pattern[str], str]]:
    """Addresses without variables first: /tickets/bulk/ is no ticket."""
    paths = sorted(schema()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in paths]


@cache
def validator(path: str, method: str, status: str, media: str) -> Draft202012Validator:
    shape = schema()["paths"][path][method]["responses"][status]["content"][media]["schema"]
    return Draft202012Validator({**closed(shape), "components": closed(schema()["components"])})


def closed(shape: Any) -> Any:
    """The same where an object has no other fields than the schema names."""
    if isinstance(shape, list):
        return [closed(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    inner = {name: closed(one) for name, one in shape.items()}
    if inner.get("type") == "object" and isinstance(inner.get("properties"), dict):
        inner.setdefault("additionalProperties", False)
    return inner


def expect_fit(method: str, url: str, answer: Any) -> None:
    """Raises AssertionError that says where the answer differs."""
    path = next((path for pattern, path in patterns() if pattern.fullmatch(url.partition("?")[0])), None)
    if path is None or method.lower() not in schema()["paths"][path]:
        return
    responses = schema()["paths"][path][method.lower()]["responses"]
    status, media = str(answer.status_code), answer.get("Content-Type", "").partition(";")[0]
    assert status in responses, f"{method} {path} answers {status}, which its schema does not name"
    content = responses[status].get("content", {})
    if not content:
        assert answer.content == b"", f"{method} {path} answers {status} with a body"
        return
    if answer.streaming:
        assert "*/*" in content
        return
    assert media in content, f"{method} {path} answers {status} as {media}"
    body = json.loads(answer.content)
    faults = [
        f"{'.'.join(map(str, fault.absolute_path))}: {fault.message[:200]}"
        for fault in validator(path, method.lower(), status, media).iter_errors(body)
    ]
    assert not faults, f"{method} {path} {status}: {faults}"
