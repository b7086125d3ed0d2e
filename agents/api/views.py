"""Resources about people who work here: oneself, agents, teams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agents import teams
from agents.api.door import Door
from agents.api.serializers import AgentShape, MeShape, NewTeam, TeamEdit, TeamShape
from agents.models import Agent, ApiToken, Team
from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.rest.documenting import PAGING, listed, operation
from helpdesk.lib.rest.paging import PARAMETERS, page
from helpdesk.lib.rest.shapes import expect_parameters, read_body
from helpdesk.lib.rest.single import found, shown
from helpdesk.lib.rest.versions import asked_version, version_of


class Me(Door):
    """Whoever the token speaks for."""

    @operation("Who am I, and what may I do?", answers={200: MeShape}, sends=["ETag"], name="me_get")
    def get(self, request: Request) -> Response:
        expect_parameters(request, ())
        agent = Agent.objects.get(pk=self.actor.id)
        scope = request.auth.scope if isinstance(request.auth, ApiToken) else ApiToken.Scope.ADMIN
        return shown(MeShape(agent, context={"actor": self.actor, "scope": str(scope)}))


class Agents(Door):
    @operation(
        "List agents",
        answers={200: listed(AgentShape, "AgentPage")},
        parameters=PAGING,
        name="agents_list",
    )
    def get(self, request: Request) -> Response:
        expect_parameters(request, PARAMETERS)
        return page(request, Agent.objects.people().prefetch_related("memberships"), self._shown)

    def _shown(self, rows: Sequence[Agent]) -> list[Any]:
        return list(AgentShape(rows, many=True, context={"actor": self.actor}).data)


class OneAgent(Door):
    @operation("Get an agent", answers={200: AgentShape}, sends=["ETag"], name="agents_get")
    def get(self, request: Request, agent_id: int) -> Response:
        expect_parameters(request, ())
        agent = found(Agent.objects.people().prefetch_related("memberships"), agent_id, _("There is no such agent."))
        return shown(AgentShape(agent, context={"actor": self.actor}))


class Teams(Door):
    scope = ApiToken.Scope.ADMIN

    @operation("List teams", answers={200: listed(TeamShape, "TeamPage")}, parameters=PAGING, name="teams_list")
    def get(self, request: Request) -> Response:
        expect_parameters(request, PARAMETERS)
        rows = Team.objects.prefetch_related("memberships")
        return page(request, rows, lambda some: list(TeamShape(some, many=True).data))

    @operation(
        "Make a team",
        answers={201: TeamShape},
        takes=NewTeam,
        example={"name": "Billing", "slug": "billing", "description": "Invoices and refunds"},
        writes=True,
        sends=["ETag"],
        name="teams_create",
    )
    def post(self, request: Request) -> Response:
        expect_parameters(request, ())
        self.actor.require(Permission.MANAGE_TEAMS)
        given = read_body(NewTeam, request)
        given.setdefault("slug", slugify(given["name"])[:80] or "team")
        team = teams.make_team(by=self.actor, **given)
        return shown(TeamShape(team), 201)


class OneTeam(Door):
    scope = ApiToken.Scope.ADMIN

    @operation("Get a team", answers={200: TeamShape}, sends=["ETag"], name="teams_get")
    def get(self, request: Request, team_id: int) -> Response:
        expect_parameters(request, ())
        return shown(TeamShape(_team(team_id)))

    @operation(
        "Change a team",
        answers={200: TeamShape},
        takes=TeamEdit,
        example={"description": "Invoices, refunds, taxes"},
        writes=True,
        versioned=True,
        keyed=False,
        name="teams_update",
    )
    def patch(self, request: Request, team_id: int) -> Response:
        expect_parameters(request, ())
        self.actor.require(Permission.MANAGE_TEAMS)
        given = read_body(TeamEdit, request)
        with transaction.atomic():
            Team.objects.select_for_update().filter(pk=team_id).first()
            team = _team(team_id)
            asked_version(request, version_of(TeamShape(team).data))
            known = {name: given.get(name, getattr(team, name)) for name in ("name", "slug", "description")}
            teams.edit_team(team_id, by=self.actor, **known)
            if "archived" in given:
                (teams.archive_team if given["archived"] else teams.unarchive_team)(team_id, by=self.actor)
            if "agent_ids" in given or "lead_ids" in given:
                self._members(team, given)
        return shown(TeamShape(_team(team_id)))

    def _members(self, team: Team, given: dict[str, Any]) -> None:
        places = list(team.memberships.all())
        members = given.get("agent_ids", [place.agent_id for place in places])
        kept = [place.agent_id for place in places if place.is_lead and place.agent_id in members]
        leads = given.get("lead_ids", kept)
        known = Agent.objects.people().in_bulk({*members, *leads})
        for field, ids in (("agent_ids", members), ("lead_ids", leads)):
            if any(key not in known for key in ids):
                raise HelpdeskError("no_such_agent", _("There is no such agent."), field=field)
        teams.set_members(team.pk, [known[key] for key in members], [known[key] for key in leads], by=self.actor)


def _team(team_id: int) -> Team:
    return found(Team.objects.prefetch_related("memberships"), team_id, _("There is no such team."))
