"""Settings pages for agents: who they are, what they may do, and how they come in."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agents import administration
from agents.decorators import needs
from agents.forms import AgentForm
from agents.models import Agent
from agents.permissions import Permission
from agents.places import permission_rows
from agents.requests import AgentRequest, posted
from agents.sessions import live_sessions
from helpdesk.lib.errors import HelpdeskError


@needs(Permission.MANAGE_AGENTS)
@require_GET
def agent_list(request: AgentRequest) -> HttpResponse:
    return render(request, "agents/agents.html", {"agents": Agent.objects.for_settings()})


@needs(Permission.MANAGE_AGENTS)
@require_http_methods(["GET", "POST"])
def invite(request: AgentRequest) -> HttpResponse:
    form = AgentForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            agent = administration.invite_agent(by=request.actor, **form.cleaned_data)
        except HelpdeskError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("%(name)s is invited; the mail is on its way.") % {"name": agent.name})
            return redirect("agents:agents")
    return render(request, "agents/agent_new.html", {"form": form}, status=422 if form.errors else 200)


@needs(Permission.MANAGE_AGENTS)
@require_http_methods(["GET", "POST"])
def agent(request: AgentRequest, agent_id: int) -> HttpResponse:
    shown = get_object_or_404(Agent.objects.people().with_two_factor(), pk=agent_id)
    initial = {name: getattr(shown, name) for name in (*administration.EDITABLE, "role")}
    form = AgentForm(posted(request), initial={**initial, "teams": shown.teams.all()})
    if shown.pk == request.user.pk:
        form.fields["role"].disabled = True
        form.fields["role"].help_text = _("Nobody changes their own role: ask another admin.")
    if request.method == "POST" and form.is_valid():
        try:
            administration.edit_agent(agent_id, by=request.actor, **form.cleaned_data)
        except HelpdeskError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})
            return redirect("agents:agent", agent_id)
    sessions = live_sessions(shown).count()
    context = {"shown": shown, "form": form, "sessions": sessions, "is_self": shown.pk == request.user.pk}
    context["panels"] = [reverse(name, args=[agent_id]) for name in settings.AGENT_PANELS]
    return render(request, "agents/agent.html", context, status=422 if form.errors else 200)


Gesture = Callable[..., Agent]
GESTURES: dict[str, tuple[Gesture, str | Promise]] = {
    "disable": (administration.disable_agent, gettext_lazy("%(name)s is disabled and signed out everywhere.")),
    "enable": (administration.enable_agent, gettext_lazy("%(name)s can sign in again.")),
    "invitation": (administration.repeat_invitation, gettext_lazy("The invitation of %(name)s is on its way again.")),
    "two-factor-reset": (administration.reset_two_factor, gettext_lazy("%(name)s has no second factor any more.")),
    "sessions-end": (administration.end_sessions_of, gettext_lazy("%(name)s is signed out everywhere.")),
}


@needs(Permission.MANAGE_AGENTS)
@require_POST
def gesture(request: AgentRequest, agent_id: int, name: str) -> HttpResponse:
    """One thing done to one agent; `name` is a key of GESTURES, held by the URL pattern."""
    act, said = GESTURES[name]
    try:
        agent = act(agent_id, by=request.actor)
    except HelpdeskError as error:
        if error.status in (403, 404):
            raise
        messages.error(request, str(error))
    else:
        messages.success(request, str(said) % {"name": agent.name})
    return redirect("agents:agent", agent_id)


@needs(Permission.MANAGE_TEAMS, Permission.MANAGE_AGENTS)
@require_GET
def roles(request: AgentRequest) -> HttpResponse:
    return render(request, "agents/roles.html", permission_rows())
