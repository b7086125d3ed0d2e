"""The schema of the API, and its page: made once by each process, however many strangers ask for them."""

from __future__ import annotations

import hashlib
from functools import cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request

FRESH_SECONDS = 300
_one_at_a_time = Lock()


class Schema(SpectacularAPIView):
    """As YAML or JSON. In one language for everybody: what stands in it is read by programs."""

    schema = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        renderer: Any = request.accepted_renderer
        with _one_at_a_time:
            body = drawn(renderer.format)
        media = f"{renderer.media_type}; charset={renderer.charset or 'utf-8'}"
        name = f'inline; filename="helpdesk-api-v1.{renderer.format}"'
        return kept(request, HttpResponse(body, content_type=media, headers={"Content-Disposition": name}))


class Docs(SpectacularSwaggerSplitView):
    template_name = "api_docs.html"

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        return kept(request, super().finalize_response(request, response, *args, **kwargs).render())


@cache
def drawn(form: str) -> bytes:
    renderer: Any = {one.format: one for one in Schema.renderer_classes}[form]
    text: str | bytes = renderer().render(built(), renderer_context={})
    return text.encode() if isinstance(text, str) else text


@cache
def built() -> dict[str, Any]:
    with translation.override(settings.LANGUAGE_CODE):
        maker: Any = SchemaGenerator
        told: dict[str, Any] = maker().get_schema(request=None, public=True)
        return told


def kept(request: Request | HttpRequest, response: Any) -> HttpResponseBase:
    """The answer with its ETag, for browsers and caches to keep; only that it is the same, where that is known."""
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    plain: Any = getattr(request, "_request", request)
    return get_conditional_response(plain, etag=response["ETag"], response=response) or response
