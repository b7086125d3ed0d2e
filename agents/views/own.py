"""One's own account: profile, availability and everything about signing in."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agents import own_account
from agents.audit import record
from agents.decorators import signed_in
from agents.forms import ProfileForm
from agents.middleware import THEME_COOKIE, owes_two_factor
from agents.places import availability_of
from agents.requests import AgentRequest, posted
from agents.sessions import end_other_sessions, end_session, live_sessions
from agents.tokens import revoke_all
from helpdesk.lib.http import is_fragment


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request: AgentRequest) -> HttpResponse:
    agent = request.user
    initial = {name: getattr(agent, name) for name in own_account.OWN_FIELDS}
    form = ProfileForm(posted(request), initial=initial, agent=agent)
    if request.method == "POST" and form.is_valid():
        own_account.edit_profile(agent, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        answer = redirect("agents:profile")
        answer.delete_cookie(THEME_COOKIE)  # the profile decides again in this browser
        return answer
    panels = [reverse(name, args=[agent.pk]) for name in settings.AGENT_PANELS]
    context = {"form": form, "panels": panels}
    return render(request, "agents/profile.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def availability(request: AgentRequest) -> HttpResponse:
    own_account.set_availability(request.user, request.POST.get("availability", ""))
    if is_fragment(request):
        return render(request, "agents/_availability.html", {"availability": availability_of(request.user)})
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else "/")


@signed_in
@require_GET
def security(request: AgentRequest) -> HttpResponse:
    factors = {factor.type: factor for factor in Authenticator.objects.filter(user=request.user)}
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "totp": factors.get(Authenticator.Type.TOTP),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "must": owes_two_factor(request.user),
        "sessions": live_sessions(request.user)[:50],
        "here": request.session.session_key,
    }
    return render(request, "agents/security.html", context)


@signed_in
@require_POST
def end_one_session(request: AgentRequest, session_id: int) -> HttpResponse:
    if not end_session(request.user, session_id):
        raise Http404
    record("session_ended", by=request.actor, subject=request.user.name)
    messages.success(request, _("That session is over."))
    return redirect("agents:security")


@signed_in
@require_POST
def end_sessions(request: AgentRequest) -> HttpResponse:
    """End all of one's sessions but this one, and all of one's tokens."""
    end_other_sessions(request.user, keep=request.session.session_key)
    revoke_all(request.user, request.actor)
    record("sessions_ended", by=request.actor, agent=request.user)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect(reverse("agents:security"))
