"""The door of the API: who asks, by which token, how often, and whether it was asked before."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.actors import Actor
from agents.api import limits, repeats
from agents.api.bearer import Bearer, Session
from agents.middleware import known_language, known_zone
from agents.models import Agent, ApiToken, RepeatedRequest
from agents.permissions import Permission
from helpdesk.lib.errors import Denied, HelpdeskError
from helpdesk.lib.rest.deprecating import headers_of

READING = ("GET", "HEAD", "OPTIONS")


class TooMany(HelpdeskError):
    status = 429


def too_many() -> TooMany:
    return TooMany("too_many_requests", _("Too many requests; wait a moment."))


class Replay(Exception):
    """This request was answered before."""

    def __init__(self, row: RepeatedRequest) -> None:
        super().__init__(row.key)
        self.row = row


class Door(APIView):
    """A resource. `self.actor` is the agent of the token or session; whatever it may not see is absent.

    Reading needs the scope read, everything else `scope`. `gesture` goes to perform(), so that a repeated request
    is done once. Every POST takes an Idempotency-Key. With one, what it does and its stored answer are one commit, so
    that a process that dies leaves both or neither. Without `in_one_commit` the handler sees to it: by its gesture, or
    by together(), after what has no place in a transaction.
    """

    authentication_classes = (Bearer, Session)
    permission_classes = ()
    scope: ClassVar[str] = ApiToken.Scope.WRITE
    in_one_commit: ClassVar[bool] = True
    http_method_names = ["get", "head", "post", "patch", "delete"]

    actor: Actor
    repeated: RepeatedRequest | None = None
    allowance: limits.Allowance | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(translation.get_language()), timezone.override(timezone.get_current_timezone()):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        agent, token = self._come_in(request)
        super().initial(request, *args, **kwargs)
        if self.allowance and self.allowance.is_used_up:
            raise too_many()
        needed = ApiToken.Scope.READ if request.method in READING else self.scope
        if token and not token.allows(needed):
            raise Denied("scope", _("This token may not do this; it needs the scope “%(scope)s”.") % {"scope": needed})
        self.actor = Actor.agent(agent)
        self.actor.require(Permission.READ)
        if request.method == "POST":
            self._begin_once(request)

    def _come_in(self, request: Request) -> tuple[Agent, ApiToken | None]:
        """Counted before anything else is looked at, so that every answer says what is left."""
        try:
            agent = request.user
            if not isinstance(agent, Agent) or not agent.is_active:
                raise NotAuthenticated(_("Send a token in the header Authorization."))
        except (NotAuthenticated, AuthenticationFailed):
            self._turn_away(request)
            raise
        # What a program is answered does not depend on where its agent lives: UTC always; words in their language.
        translation.activate(known_language(agent.language))
        timezone.activate(known_zone("UTC"))
        token = request.auth if isinstance(request.auth, ApiToken) else None
        self.allowance = limits.of_agent(agent.pk, token.pk if token else None)
        return agent, token

    def _turn_away(self, request: Request) -> None:
        """Strangers are told how many requests are left only when none is."""
        left = limits.of_stranger(request.META.get("REMOTE_ADDR", ""))
        if left.is_used_up:
            self.allowance = left
            raise too_many()

    @property
    def gesture(self) -> str | None:
        return repeats.gesture(self.repeated)

    def _begin_once(self, request: Request) -> None:
        row = repeats.begin(request, self.actor.id or 0)
        if row is not None and row.status is not None:
            raise Replay(row)
        self.repeated = row
        if self.in_one_commit and (handler := getattr(self, "post", None)):

            @wraps(handler)  # with its marks, as that of what will go away
            def post(*args: Any, **kwargs: Any) -> Response:
                return self.together(lambda: handler(*args, **kwargs))

            self.__dict__["post"] = post

    def together(self, do: Callable[[], Response]) -> Response:
        """Do it, and store its answer under the key, if there is one, in one commit; no network and no files inside."""
        if self.repeated is None:
            return do()
        with transaction.atomic():
            response: Response = super().finalize_response(self.request, do(), *self.args, **self.kwargs)
            if not repeats.end(self.repeated, response):
                raise repeats.running()
        self.repeated = None
        return response

    def handle_exception(self, exc: Exception) -> Any:
        return repeats.again(exc.row) if isinstance(exc, Replay) else super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        told = self.allowance.headers() if self.allowance else {}
        told |= headers_of(getattr(self, (request.method or "").lower(), None))
        for name, value in told.items():
            response[name] = f"{response[name]}, {value}" if name == "Link" and name in response else value
        patch_vary_headers(response, ["Authorization", "Cookie"])
        if self.repeated is not None:
            repeats.end(self.repeated, response)
        return response
