"""What holds for every answer: a request id and one log line, headers that forbid, and probes that need no session."""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agents.tokens import find_token
from helpdesk import health, metrics
from helpdesk.lib.rest import problems
from helpdesk.logging import without_tokens

Next = Callable[[HttpRequest], HttpResponseBase]
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

log = structlog.get_logger("helpdesk.request")


class BodyLimit:
    """Refuses what no form of ours sends (413) before Django writes it to the disk: strangers send words, agents files.

    Stands behind AuthenticationMiddleware; who it is, is only asked when the body is large.
    """

    STRANGERS = 2**20
    FILES = 10

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.META.get("CONTENT_LENGTH") or "0"
        size = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 2**60
        if size > self.STRANGERS and size > self._most(request):
            words = _("This is too much at once; send it in smaller parts.")
            if request.path.startswith("/api/"):
                problem = problems.told(413, "too_large", words)
                return JsonResponse(problem, status=413, content_type=problems.MEDIA_TYPE)
            return render(request, "errors/400.html", {"message": words}, status=413)
        return self.get_response(request)

    def _most(self, request: HttpRequest) -> int:
        """For agents several of the largest files at once, with some room for the words beside them."""
        known = request.user.is_authenticated or self._has_token(request)
        return (self.FILES * settings.MAX_UPLOAD_MB + 6) * 2**20 if known else self.STRANGERS

    @staticmethod
    def _has_token(request: HttpRequest) -> bool:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and find_token(secret.strip()) is not None


class CleanCookies:
    """Forgets cookies with a NUL, which no person's browser holds: PostgreSQL fails when asked for such a session."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        for name in [name for name, value in request.COOKIES.items() if "\x00" in value]:
            del request.COOKIES[name]
        return self.get_response(request)


class RequestLog:
    """Gives each request an id, answers it in X-Request-ID, and writes one line when it is done.

    The query string is left out: it may hold what somebody searched for, or a token.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request_id = self._request_id(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            self._write(request, response, started)
            return response
        finally:
            structlog.contextvars.clear_contextvars()

    @staticmethod
    def _request_id(request: HttpRequest) -> str:
        """Keep the id of a proxy that we trust, so that one id follows the request through all logs."""
        given = request.headers.get("X-Request-ID", "")
        if settings.TRUSTED_PROXIES and REQUEST_ID.fullmatch(given):
            return given
        return uuid.uuid4().hex

    @staticmethod
    def _write(request: HttpRequest, response: HttpResponseBase, started: float) -> None:
        about: dict[str, Any] = {
            "method": request.method,
            "path": _without_token(request),
            "status": response.status_code,
            "ms": round((time.perf_counter() - started) * 1000, 1),
        }
        # Only when the view asked who it is: a log line must not cost a query.
        if user := getattr(request, "_cached_user", None):
            about["agent"] = user.pk
        if response.status_code >= 500:
            log.error("request", **about)
        elif request.path in Probes.PATHS or request.path.startswith(settings.STATIC_URL):
            log.debug("request", **about)
        else:
            log.info("request", **about)


def _without_token(request: HttpRequest) -> str:
    """The path as a log may hold it, also that of a request which was refused before its page was looked up (F12)."""
    found = request.resolver_match
    token = found.kwargs.get("token") if found else None
    return without_tokens(request.path.replace(token, "…") if isinstance(token, str) and token else request.path)


class SafeHeaders:
    """Adds what Django has no setting for; a view that knows better sets its own value first."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        # Pages speak of people: no shared or local cache keeps one, and Back after sign-out shows nothing.
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class Probes:
    """Answers /healthz, /readyz and /metrics by any host name, since load balancers ask by address."""

    PATHS = ("/healthz", "/readyz", "/metrics")

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path not in self.PATHS:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        if request.path == "/healthz":
            return health.alive()
        if request.path == "/readyz":
            return health.ready()
        return metrics.scrape(request)
