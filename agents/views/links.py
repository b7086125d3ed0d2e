"""Choosing a password by a mailed link; the token leaves the address bar before the form is shown."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from agents.account_urls import is_large
from agents.adapters import AccountAdapter
from agents.forms import ChoosePasswordForm
from agents.links import read_link
from agents.own_account import set_password_by_link
from agents.requests import posted
from helpdesk.lib.errors import HelpdeskError

KEPT = "agents.link"


@require_GET
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at the link uses nothing up: mail scanners look at every link."""
    if read_link(token) is None:
        return _gone(request)
    request.session[KEPT] = token
    return redirect("agents:choose-password")


@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    if is_large(request):
        return HttpResponse(status=400)
    token = request.session.get(KEPT, "")
    found = read_link(token)
    if found is None:
        return _gone(request)
    form = ChoosePasswordForm(posted(request), agent=found.agent)
    if request.method == "POST" and form.is_valid():
        try:
            set_password_by_link(token, form.cleaned_data["password1"], ip=request.META.get("REMOTE_ADDR", ""))
        except HelpdeskError:
            return _gone(request)
        AccountAdapter(request)._delete_login_attempts_cached_email(request, email=found.agent.email)
        logout(request)  # whoever was signed in here before is not
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    context = {"form": form, "agent": found.agent, "purpose": found.purpose}
    return render(request, "account/choose_password.html", context, status=422 if form.errors else 200)


def _gone(request: HttpRequest) -> HttpResponse:
    request.session.pop(KEPT, None)
    return render(request, "account/link_gone.html", status=410)
