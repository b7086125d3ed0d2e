"""Who may call a view: stands at its top, where everybody looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url

from agents.permissions import Permission

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Strangers are led to the sign-in and back; htmx is told to go there instead of showing it in a fragment."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return to_sign_in(request)

    return guarded


def needs(permission: Permission) -> Callable[[View], View]:
    """403 for agents whose role does not grant `permission`; strangers are led to the sign-in."""

    def decorate(view: View) -> View:
        @signed_in
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.actor.can(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def to_sign_in(request: HttpRequest) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect_to_login(request.get_full_path())
    # Come back to the page, not to the fragment; only its path counts, so that no other origin gets in here.
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = redirect_to_login(f"{page.path}?{page.query}" if page.query else page.path or "/")
    return HttpResponse(status=204, headers={"HX-Redirect": back.url or resolve_url(settings.LOGIN_URL)})
