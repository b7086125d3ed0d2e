"""How the API refuses: RFC 9457 problem details, with a stable code, the fields concerned and the request id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import set_rollback

from helpdesk.lib.errors import HelpdeskError

logger = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not valid",
    428: "Precondition required",
    429: "Too many requests",
    500: "Failed",
}


class FieldError(serializers.Serializer[Any]):
    """One field that was refused; nested ones are parted by dots."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457: why a request was refused. `code` is stable; `detail` is for people, in the agent's language."""

    type = serializers.CharField(help_text="urn:helpdesk:problem: and the code")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = FieldError(many=True)  # type: ignore[assignment]
    request_id = serializers.CharField(help_text="Also in the header X-Request-ID; our log has it too.")


def problem(
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that says so."""
    body = told(status, code, detail, errors)
    return Response(body, status=status, headers=dict(headers or {}), content_type=MEDIA_TYPE)


def told(status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """The body of such an answer."""
    return {
        "type": f"urn:helpdesk:problem:{code}",
        "title": TITLES.get(status, "Refused"),
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors or [],
        "request_id": str(structlog.contextvars.get_contextvars().get("request_id", "")),
    }


def answer_to(error: Exception, context: dict[str, Any]) -> Response:
    """For DRF's EXCEPTION_HANDLER: the one place where the API translates refusals. A crash is told without details."""
    set_rollback()
    if isinstance(error, HelpdeskError):
        detail = str(error)
        errors = [{"field": error.field, "code": error.code, "detail": detail}] if error.field else []
        return problem(error.status, error.code, detail, errors)
    if isinstance(error, Http404):
        return problem(404, "not_found", _("There is nothing at this address."))
    if isinstance(error, PermissionDenied):
        return problem(403, "denied", _("This is not allowed."))
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too_large", _("This is too much at once; send it in smaller parts."))
    if isinstance(error, SuspiciousOperation):
        return problem(400, "bad_request", _("This request cannot be read."))
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flat(error.get_full_details()))
        return problem(422, "invalid", _("The request has mistakes; see errors."), errors)
    if isinstance(error, exceptions.APIException):
        return _of_drf(error)
    logger.exception("api_failed", path=context["request"].path)
    return problem(500, "failed", _("Something went wrong on our side."))


def _of_drf(error: exceptions.APIException) -> Response:
    codes, headers = error.get_codes(), {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    code = codes if isinstance(codes, str) else "refused"
    return problem(error.status_code, code, str(error.detail), None, headers)


def _flat(details: Any, at: str = "") -> Iterator[dict[str, str]]:
    """Every mistake with the path of its field; what concerns the whole has the field ""."""
    if isinstance(details, dict) and set(details) == {"message", "code"} and isinstance(details["code"], str):
        yield {"field": at, "code": details["code"], "detail": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            whole = name == "non_field_errors"
            yield from _flat(inner, at if whole else f"{at}.{name}" if at else str(name))
    else:
        lists = [isinstance(inner, dict) and "message" not in inner for inner in details]
        for number, inner in enumerate(details):
            yield from _flat(inner, f"{at}.{number}" if any(lists) and inner else at)
