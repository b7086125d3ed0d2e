"""The team board and its two gestures: giving one ticket to somebody else, and spreading a person's tickets."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agents.decorators import needs
from agents.models import Agent, Team
from agents.permissions import Permission
from agents.requests import AgentRequest
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import is_fragment, number_in
from sla import spreading
from sla.team_board import boards, supervised
from tickets import bulk
from tickets.actions import AssignTo
from tickets.models import Change, Ticket
from tickets.perform import perform
from tickets.templatetags.bulk_told import SAID


@require_safe
@needs(Permission.SUPERVISE)
def teams(request: AgentRequest) -> HttpResponse:
    """`team` shows one of them. For htmx only the tables, for when something has changed."""
    team_id = number_in(request.GET.get("team"))
    context = {
        "newest_change": Change.objects.newest_id(),
        "boards": boards(request.actor, team_id),
        "chosen": team_id,
    }
    if is_fragment(request):
        return render(request, "supervise/_boards.html", context)
    context["teams"] = list(supervised(request.actor).values_list("pk", "name"))
    return render(request, "supervise/teams.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SUPERVISE)
def spread(request: AgentRequest, team_id: int, agent_id: int) -> HttpResponse:
    """First who would get which, each to be chosen otherwise; then a bulk job, which can be undone."""
    team = _team(request, team_id)
    agent = Agent.objects.in_team(team.pk).filter(pk=agent_id).first()
    if agent is None:
        raise Http404
    plan = spreading.plan(agent, team, request.actor)
    if request.method == "POST":
        return _spread(request, agent, team, plan)
    return render(request, "supervise/spread.html", {"agent": agent, "team": team, "plan": plan})


def _spread(request: AgentRequest, agent: Agent, team: Team, plan: spreading.Plan) -> HttpResponse:
    """What was looked at counts: `to-<ticket>` says who gets it, `version-<ticket>` which state of it was seen."""
    given = request.POST
    known = {taker.agent.pk for taker in plan.takers}
    orders = {}
    for share in plan.shares:
        to, version = number_in(given.get(f"to-{share.ticket.pk}")), number_in(given.get(f"version-{share.ticket.pk}"))
        if to in known and version is not None:
            orders[share.ticket.pk] = (version, [AssignTo(to)])
    came_from = f"view=all&team={team.pk}&assignee={agent.pk}"
    known_as = {"do": "spread", "agent_id": agent.pk}
    job = bulk.ask_each(orders, request.actor, known_as=known_as, came_from=came_from)
    if job.is_running:
        return redirect("tickets:bulk_job", job_id=job.pk)
    request.session[SAID] = job.pk
    return redirect("supervise:teams")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SUPERVISE)
def reassign(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """One ticket: who of its team has room for it, and who can do it best."""
    ticket = Ticket.objects.select_related("team", "assignee", "requester").get_visible(ticket_id, request.actor)
    share, takers = spreading.proposal(ticket, request.actor)
    if request.method == "POST":
        to = number_in(request.POST.get("agent"))
        if to not in {taker.agent.pk for taker in takers}:
            raise HelpdeskError("bad_choice", _("Choose somebody from the list."), field="agent")
        perform(ticket.pk, AssignTo(to), by=request.actor, via="web", version=number_in(request.POST.get("version")))
        return redirect("supervise:desk")
    return render(request, "supervise/reassign.html", {"ticket": ticket, "share": share, "takers": takers})


def _team(request: AgentRequest, team_id: int) -> Team:
    found: Any = supervised(request.actor).filter(pk=team_id).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]
