"""How a view speaks HTTP: who comes in, what a refusal looks like, and fragments for htmx or pages for the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise

from helpdesk.lib.errors import HelpdeskError

View = Callable[..., HttpResponseBase]
CURSORS = ("older", "newer", "before", "after")  # parameters that say where in a list one is


@dataclass(frozen=True, slots=True)
class Said:
    """What the house says after a gesture; `undo` is the URL that takes it back, posted with `undo_fields`."""

    text: str | Promise
    undo: str = ""
    undo_fields: Mapping[str, Any] = field(default_factory=dict)
    undo_seconds: int = 6
    error: bool = False


def number_in(text: str | None) -> int | None:
    """The whole number that somebody put into an address or a field; None for everything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def is_fragment(request: HttpRequest) -> bool:
    """Does htmx ask, and for a piece of the page that it will swap in?"""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def with_refusals(view: View) -> View:
    """Every HelpdeskError that the view raises becomes the right answer; for pages it happens here and nowhere else."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answered = view(request, *args, **kwargs)
        except HelpdeskError as error:
            answered = refusal(request, error)
        patch_vary_headers(answered, ["HX-Request"])
        return answered

    return guarded


def signed_in(view: View) -> View:
    """Strangers are led to the sign-in and back; refusals of the view are answered as `with_refusals` does."""
    answered = with_refusals(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return answered(request, *args, **kwargs) if request.user.is_authenticated else to_sign_in(request)

    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in and back. A fragment cannot hold that page, so htmx is told to go there."""
    if not is_fragment(request):
        return redirect_to_login(request.get_full_path())
    # Back to the page, not to the fragment; only its path counts, so that no other origin gets in here.
    try:
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:  # a browser sends an address; others send what they like
        page = urlsplit("")
    back = redirect_to_login(f"{page.path}?{page.query}" if page.query else page.path or "/")
    return HttpResponse(status=204, headers={"HX-Redirect": back.url})


def refusal(request: HttpRequest, error: HelpdeskError) -> HttpResponse:
    """404 for what the reader may not see, else a page (or, for htmx, a toast) that says why nothing happened."""
    if error.status == 404:
        if not is_fragment(request):
            raise Http404
        return HttpResponse(status=404, headers={"HX-Reswap": "none"})
    if is_fragment(request):
        return HttpResponse(
            status=error.status, headers={"HX-Reswap": "none", "HX-Trigger": trigger(refused={"text": str(error)})}
        )
    if error.code == "bad_cursor":
        return render(request, "errors/paging.html", {"first_page": first_page(request)}, status=error.status)
    page = {403: "errors/403.html", 409: "errors/409.html"}.get(error.status, "errors/400.html")
    return render(request, page, {"message": str(error)}, status=error.status)


def first_page(request: HttpRequest) -> str:
    """The address of the list that was asked for, with its filters and without the place in it."""
    kept = request.GET.copy()
    for name in CURSORS:
        kept.pop(name, None)
    return f"{request.path}?{kept.urlencode()}" if kept else request.path


def trigger(**events: Any) -> str:
    """The value of an HX-Trigger header: plain ASCII, so that every language fits into it."""
    return json.dumps(events)


def answer(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    to: str,
    said: Said | None = None,
    status: int = 200,
    events: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """After a gesture: the pieces of the page that changed and a toast for htmx, else a redirect with a message."""
    if not is_fragment(request):
        if said:
            (messages.error if said.error else messages.success)(request, str(said.text))
        return redirect(to)
    body = render_to_string(template, dict(context), request) if template else ""
    if said:
        body += toast(request, said)
    answered = HttpResponse(body, status=status)
    if events:
        answered["HX-Trigger"] = trigger(**events)
    return answered


def toast(request: HttpRequest, said: Said) -> str:
    """A notice that htmx adds to the shelf of toasts, wherever else the answer goes."""
    context = {
        "text": said.text,
        "undo": said.undo,
        "undo_fields": list(said.undo_fields.items()),
        "for_seconds": said.undo_seconds,
        "error": said.error,
    }
    inner = render_to_string("components/_toast.html", context, request)
    return f'<div hx-swap-oob="beforeend:#toasts">{inner}</div>'
