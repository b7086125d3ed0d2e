"""Who may call a view: stands at its top, where everybody looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.http import View, signed_in

__all__ = ["needs", "signed_in"]


def needs(*permissions: Permission) -> Callable[[View], View]:
    """403 for agents whose role grants none of `permissions`; strangers are led to the sign-in.

    A HelpdeskError raised by the view becomes its page or toast, as with `signed_in`.
    """

    def decorate(view: View) -> View:
        @signed_in
        @wraps(view)
        def guarded(request: AgentRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(request.actor.can(permission) for permission in permissions):
                request.actor.require(permissions[0])
            return view(request, *args, **kwargs)

        return guarded

    return decorate
