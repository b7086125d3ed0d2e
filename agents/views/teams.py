"""Settings pages for teams."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agents import teams
from agents.decorators import needs
from agents.forms import MembersForm, TeamForm
from agents.models import Agent, Team
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from helpdesk.lib.errors import HelpdeskError


@needs(Permission.MANAGE_TEAMS)
@require_GET
def team_list(request: AgentRequest) -> HttpResponse:
    return render(request, "agents/teams.html", {"teams": Team.objects.for_settings()})


@needs(Permission.MANAGE_TEAMS)
@require_http_methods(["GET", "POST"])
def new_team(request: AgentRequest) -> HttpResponse:
    form = TeamForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            team = teams.make_team(by=request.actor, **form.cleaned_data)
        except HelpdeskError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("The team is made. Choose who belongs to it."))
            return redirect("agents:team", team.pk)
    return render(request, "agents/team_new.html", {"form": form}, status=422 if form.errors else 200)


@needs(Permission.MANAGE_TEAMS)
@require_http_methods(["GET", "POST"])
def team(request: AgentRequest, team_id: int) -> HttpResponse:
    shown = get_object_or_404(Team, pk=team_id)
    initial = {"name": shown.name, "slug": shown.slug, "description": shown.description}
    form = TeamForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            teams.edit_team(team_id, by=request.actor, **form.cleaned_data)
        except HelpdeskError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("The team is saved."))
            return redirect("agents:team", team_id)
    context = {"team": shown, "form": form, "people": _people(shown)}
    return render(request, "agents/team.html", context, status=422 if form.errors else 200)


@needs(Permission.MANAGE_TEAMS)
@require_POST
def members(request: AgentRequest, team_id: int) -> HttpResponse:
    form = MembersForm(request.POST)
    if form.is_valid():
        teams.set_members(team_id, form.cleaned_data["members"], form.cleaned_data["leads"], by=request.actor)
        messages.success(request, _("The members are saved."))
    else:
        messages.error(request, _("One of these agents does not exist any more. Nothing was changed."))
    return redirect("agents:team", team_id)


@needs(Permission.MANAGE_TEAMS)
@require_POST
def archive(request: AgentRequest, team_id: int) -> HttpResponse:
    teams.archive_team(team_id, by=request.actor)
    messages.success(request, _("The team is archived. Its tickets stay in it."))
    return redirect("agents:team", team_id)


@needs(Permission.MANAGE_TEAMS)
@require_POST
def unarchive(request: AgentRequest, team_id: int) -> HttpResponse:
    teams.unarchive_team(team_id, by=request.actor)
    messages.success(request, _("The team is in use again."))
    return redirect("agents:team", team_id)


def _people(team: Team) -> list[dict[str, Any]]:
    """Everybody who could be a member, members first."""
    places = {place.agent_id: place for place in team.memberships.all()}
    people = [agent for agent in Agent.objects.people().order_by("name", "pk") if agent.is_active or agent.pk in places]
    rows = [
        {
            "agent": agent,
            "is_member": agent.pk in places,
            "is_lead": agent.pk in places and places[agent.pk].is_lead,
        }
        for agent in people
    ]
    return sorted(rows, key=lambda row: (not row["is_member"], not row["is_lead"]))
