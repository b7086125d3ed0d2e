"""What a menu on the ticket page offers, read when it opens: people, teams, tags, customers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agents.decorators import signed_in
from agents.models import Agent, Team
from agents.permissions import Permission
from agents.requests import AgentRequest
from customers.models import Customer
from tickets.models import Tag, Ticket

MOST = 200


@require_safe
@signed_in
def choices(request: AgentRequest, ticket_id: int, what: str) -> HttpResponse:
    ticket = Ticket.objects.get_visible(ticket_id, request.actor)
    request.actor.require(Permission.FOLLOW if what == "followers" else Permission.EDIT)
    offered = {"assignee": _assignees, "team": _teams, "tags": _tags, "followers": _followers}.get(what)
    if offered is None:
        raise Http404
    context = {"ticket": ticket, "actor": request.actor, **offered(request, ticket)}
    return render(request, f"tickets/choices/_{what}.html", context)


def _assignees(request: AgentRequest, ticket: Ticket) -> dict[str, Any]:
    """The team's people first: they are whom one gives it to."""
    agents = list(Agent.objects.assignable()[:MOST])
    members: set[int] = set()
    if ticket.team_id:
        members = set(Agent.objects.in_team(ticket.team_id).values_list("pk", flat=True))
    near = [agent for agent in agents if agent.pk in members]
    return {"near": near, "far": [agent for agent in agents if agent.pk not in members]}


def _teams(request: AgentRequest, ticket: Ticket) -> dict[str, Any]:
    return {"teams": Team.objects.active()[:MOST]}


def _tags(request: AgentRequest, ticket: Ticket) -> dict[str, Any]:
    hung = {tag.pk for tag in ticket.tags.all()}
    return {"tags": [tag for tag in Tag.objects.all()[:MOST] if tag.pk not in hung]}


def _followers(request: AgentRequest, ticket: Ticket) -> dict[str, Any]:
    present = {follower.agent_id for follower in ticket.followers.all()}
    everybody = Agent.objects.active().order_by("name")[:MOST]
    others = everybody if request.actor.can(Permission.ASSIGN) else []
    return {"agents": [agent for agent in others if agent.pk not in present]}


@require_safe
@signed_in
def people(request: AgentRequest) -> HttpResponse:
    """Customers whose name or address begins with what was typed: for the requester of a new ticket."""
    request.actor.require(Permission.OPEN)
    text = request.GET.get("requester", "").strip()
    found = Customer.objects.for_list().beginning_with(text, 8) if len(text) > 1 else []
    return render(request, "tickets/_people.html", {"people": found})
