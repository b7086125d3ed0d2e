"""The Django admin of this house: a window for admins, behind the one sign-in, without a view of secrets."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

# Sessions and second factors are secrets; addresses and groups are none of this house's own.
HIDDEN = {"account", "auth", "mfa", "sessions", "usersessions"}


class BackDoor(AdminSite):
    site_header = site_title = _("Helpdesk back door")
    index_title = _("Read only")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, (list, tuple)) else [model_or_iterable]
        shown = [model for model in models if model._meta.app_label not in HIDDEN]
        super().register(shown, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's own form knows neither throttles nor second factors."""
        response: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return response

    def password_change(  # type: ignore[override]  # Django promises a page; this house has one elsewhere
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")
