"""Holds an answer of the API against the schema: an unnamed status, or another shape, is a fault."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from jsonschema_rs import Draft202012Validator

from helpdesk.lib.rest.problems import MEDIA_TYPE

ROOT = "/api/v1/"
# Where there is nothing, or nothing of that kind.
NOWHERE = {"400", "401", "403", "404", "405", "406", "413", "415", "429"}

# Those that a program may want to read, besides the rates.
HEADERS = ("ETag", "Location", "Link", "Idempotent-Replayed", "Retry-After")


@cache
def schema() -> dict[str, Any]:
    return SchemaGenerator(api_version="v1").get_schema(request=None, public=True)  # type: ignore[no-any-return]


@cache
def patterns() -> list[tuple[re.Pattern[str], str]]:
    """Addresses without variables first: /tickets/bulk/ is no ticket."""
    paths = sorted(schema()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in paths]


@cache
def responses(path: str, method: str) -> dict[str, Any] | None:
    """What may be answered there; None where there is nothing."""
    operation = schema()["paths"].get(path, {}).get("get" if method == "HEAD" else method.lower())
    return operation["responses"] if operation else None


@cache
def validator(path: str, method: str, status: str, media: str) -> Draft202012Validator:
    told = responses(path, method)
    shape = told[status]["content"][media]["schema"] if told else {"$ref": "#/components/schemas/Problem"}
    return Draft202012Validator({**closed(shape), "components": components()})


@cache
def components() -> Any:
    return closed(schema()["components"])


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


def faults_of(method: str, url: str, answer: Any) -> list[str]:
    """Where the answer to a request differs from the schema."""
    path = next((path for pattern, path in patterns() if pattern.fullmatch(url)), "")
    told = responses(path, method)
    status, media = str(answer.status_code), answer.get("Content-Type", "").partition(";")[0]
    where = f"{method} {path or url} {status}"
    if status not in (NOWHERE if told is None else told):
        return [f"{where}: the schema does not name this status"]
    named = HEADERS if told is None else told[status].get("headers", {})
    unnamed = [name for name in HEADERS if name in answer and name not in named]
    if unnamed:
        return [f"{where}: the schema does not name {', '.join(unnamed)}"]
    content = {MEDIA_TYPE: {}} if told is None else told[status].get("content", {})
    if answer.streaming:
        return [] if "*/*" in content else [f"{where}: a stream"]
    if not content or method == "HEAD":
        return [f"{where}: has a body"] if answer.content and method != "HEAD" else []
    if media not in content:
        return [f"{where}: is {media or 'nothing'}"]
    try:
        body = json.loads(answer.content)
    except ValueError:
        return [f"{where}: is no JSON"]
    found = validator(path, method, status, media).iter_errors(body)
    return [f"{where}: {'.'.join(map(str, fault.instance_path))}: {fault.message[:200]}" for fault in found]
