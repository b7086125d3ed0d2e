"""Whose work a ticket is: its team and its assignee."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agents.models import Agent, Membership, Team
from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from tickets.actions.base import Action, Fact

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket


def named(thing: Agent | Team | None) -> dict[str, Any] | None:
    """How a fact refers to somebody: the key for machines, the name as it was for readers."""
    return {"id": thing.pk, "name": thing.name} if thing else None


@dataclass(frozen=True)
class AssignTo(Action):
    """Give the ticket to an agent who may answer; None takes it from whoever has it."""

    name = "assign_to"
    permission = Permission.ASSIGN
    agent_id: int | None

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if ticket.assignee_id == self.agent_id:
            return
        agent = None
        if self.agent_id is not None:
            agent = Agent.objects.assignable().filter(pk=self.agent_id).first()
            if agent is None:
                raise HelpdeskError("no_such_agent", _("Nobody of that name can be assigned."), field="assignee")
        yield Fact("assignee_changed", {"from": named(ticket.assignee), "to": named(agent)})
        ticket.assignee = agent


@dataclass(frozen=True)
class MoveToTeam(Action):
    """Put the ticket into a team's queue; an assignee who is not in that team lets go of it."""

    name = "move_to_team"
    permission = Permission.ASSIGN
    team_id: int | None

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if ticket.team_id == self.team_id:
            return
        team = None
        if self.team_id is not None:
            team = Team.objects.active().filter(pk=self.team_id).first()
            if team is None:
                raise HelpdeskError("no_such_team", _("There is no such team."), field="team")
        yield Fact("team_changed", {"from": named(ticket.team), "to": named(team)})
        ticket.team = team
        if team and ticket.assignee_id and not self._is_member(ticket.assignee_id, team):
            yield Fact("assignee_changed", {"from": named(ticket.assignee), "to": None, "reason": "not_in_team"})
            ticket.assignee = None

    @staticmethod
    def _is_member(agent_id: int, team: Team) -> bool:
        return Membership.objects.filter(agent_id=agent_id, team=team).exists()
