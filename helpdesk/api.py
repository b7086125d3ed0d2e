"""The address book of the REST API: each app brings its own resources; the schema, and its page, are made here."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.urls import include, path
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.door import Door
from helpdesk.api_schema import Docs, Schema
from helpdesk.lib.errors import NotVisible


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema tells of tokens."""

    target_class = "agents.api.bearer.Bearer"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token from /settings/tokens/: hd_…"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema tells of the session of a browser."""

    target_class = "agents.api.bearer.Session"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


def leave_out_what_was_not_asked_for(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """With `fields` a ticket has only what it names, so the schema requires none of its fields."""
    result["components"]["schemas"].get("TicketShape", {}).pop("required", None)
    return result


class Nothing(Door):
    """Every other address: refused like the rest, in JSON."""

    schema = None

    def nothing(self, request: Request, rest: str = "") -> Response:
        raise NotVisible("not_found", _("There is nothing at this address."))

    get = post = patch = delete = nothing


app_name = "api"
urlpatterns = [
    path("schema/", Schema.as_view(), name="schema"),
    # Swagger writes styles into its page; its scripts are files of ours.
    path("docs/", csp_update({"style-src": ["'unsafe-inline'"]})(Docs.as_view(url_name="api:schema")), name="docs"),
    path("v1/", include("agents.api.urls")),
    path("v1/", include("customers.api.urls")),
    path("v1/", include("tickets.api.urls")),
    path("v1/", include("sla.api.urls")),
    path("v1/", include("automation.api.urls")),
    path("v1/", include("surveys.api.urls")),
    path("v1/", include("webhooks.api.urls")),
    path("v1/", include("reports.api.urls")),
    path("<path:rest>", Nothing.as_view(), name="nothing"),
]
