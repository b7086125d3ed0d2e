"""The doors for signing in, under /accounts/: those of allauth that this house uses, and nothing for strangers."""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.account import views
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from helpdesk.lib.http import View

LARGEST_FORM = 16 * 1024  # bytes; the longest honest form here is a tenth of it


def small(view: View) -> View:
    """Refuses a large body unread: a megabyte of password must not be parsed, let alone hashed."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_large(request):
            return HttpResponse(status=400)
        return view(request, *args, **kwargs)

    return guarded


def is_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdigit() or int(length) > LARGEST_FORM


def nothing(request: HttpRequest) -> HttpResponseBase:
    """Allauth looks these names up; strangers cannot sign up and addresses are changed by an admin."""
    raise Http404


urlpatterns = [
    path("login/", small(views.login), name="account_login"),
    path("logout/", require_POST(views.logout), name="account_logout"),
    path("reauthenticate/", small(views.reauthenticate), name="account_reauthenticate"),
    path("password/change/", small(views.password_change), name="account_change_password"),
    path("password/reset/", small(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    path("2fa/", RedirectView.as_view(pattern_name="agents:security"), name="mfa_index"),
    path("2fa/authenticate/", small(factor.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", small(factor.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", small(login_required(totp.activate_totp)), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", small(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("signup/", nothing, name="account_signup"),
    path("email/", nothing, name="account_email"),
    path("inactive/", nothing, name="account_inactive"),
    path("password/set/", nothing, name="account_set_password"),
]
