"""Settings pages of routing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agents.decorators import needs
from agents.models import Agent, Team
from agents.permissions import Permission
from agents.requests import AgentRequest, posted
from automation import administration, wording
from automation.forms import RoutingForm, WorkForm
from automation.models import AgentHours, TeamRouting
from automation.queue_state import QueueState, state_of


@needs(Permission.MANAGE_TEAMS)
@require_http_methods(["GET", "POST"])
def team(request: AgentRequest, team_id: int) -> HttpResponse:
    """How the team hands out its tickets, what comes of it now, and who takes part."""
    routing = _routing(team_id)
    form = RoutingForm(posted(request), initial={"mode": routing.mode, "calendar": routing.calendar})
    if request.method == "POST" and form.is_valid():
        administration.set_routing(team_id, by=request.actor, **form.cleaned_data)
        messages.success(request, _("How this team hands out its tickets is saved."))
        return redirect("routing:team", team_id)
    state = state_of(routing)
    context = {"team": routing.team, "form": form, "members": _members(routing, state), **_told(state)}
    return render(request, "automation/team.html", context, status=422 if form.errors else 200)


@needs(Permission.MANAGE_TEAMS)
@require_GET
def queue(request: AgentRequest, team_id: int) -> HttpResponse:
    """The part of the team's own page that says what waits and why."""
    routing = _routing(team_id)
    context = {"team": routing.team, "mode": routing.get_mode_display(), **_told(state_of(routing))}
    return render(request, "automation/_queue.html", context)


@needs(Permission.MANAGE_TEAMS, Permission.MANAGE_AGENTS)
@require_http_methods(["GET", "POST"])
def work(request: AgentRequest, agent_id: int) -> HttpResponse:
    """What an agent takes on."""
    shown = get_object_or_404(Agent, pk=agent_id)
    form = WorkForm(posted(request), administration.work_of(shown))
    if request.method == "POST" and form.is_valid():
        administration.set_work(agent_id, by=request.actor, **form.cleaned_data)
        messages.success(request, _("What %(name)s takes on is saved.") % {"name": shown.name})
        return redirect("routing:work", agent_id)
    context = {"shown": shown, "form": form, "teams": shown.teams.order_by("name")}
    return render(request, "automation/work.html", context, status=422 if form.errors else 200)


def _routing(team_id: int) -> TeamRouting:
    """Of a team that never said how: by hand, and not stored for being looked at."""
    found = TeamRouting.objects.select_related("team", "calendar").filter(pk=team_id).first()
    return found or TeamRouting(team=get_object_or_404(Team, pk=team_id))


def _told(state: QueueState) -> dict[str, Any]:
    """The queue in words."""
    return {
        "total": wording.total(state),
        "reasons": [wording.why(row, state.opens_at) for row in state.waiting],
        "next": state.next,
        "next_words": wording.who_is_next(state.pool, state.next) if state.next else "",
        "then": wording.who_follows(state.next) if state.next else "",
    }


def _members(routing: TeamRouting, state: QueueState) -> list[dict[str, Any]]:
    """Everybody who is given tickets, or could be; then who cannot be for their role."""
    own = AgentHours.objects.filter(agent__in=[c.agent_id for c in state.pool.candidates]).select_related("calendar")
    hours = {row.agent_id: row.calendar.name for row in own}
    rows = [
        {
            "candidate": candidate,
            "now": wording.member(candidate),
            "tone": "green" if candidate.hindered_by is None else "grey",
            "skills": wording.skills_of(candidate),
            "hours": hours.get(candidate.agent_id, ""),
        }
        for candidate in state.pool.candidates
    ]
    counted = {candidate.agent_id for candidate in state.pool.candidates}
    others = Agent.objects.active().in_team(routing.team_id).exclude(pk__in=counted).order_by("name", "pk")
    return [*rows, *({"reader": agent} for agent in others)]
