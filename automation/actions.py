"""The one verb of routing: give a waiting ticket to the agent who was chosen, and say why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agents.models import Agent
from agents.permissions import Permission
from automation.querysets import TO_HAND_OUT
from helpdesk.lib.errors import Denied, HelpdeskError
from tickets.actions import Action, Fact
from tickets.actions.routing import named

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket


@dataclass(frozen=True)
class RouteTo(Action):
    """Refused when the ticket no longer waits in that team: somebody took, solved, moved or snoozed it meanwhile.

    `load` and `capacity` are as they were when it was decided, `language` and `tags` what the ticket asked for.
    """

    name = "route_to"
    permission = Permission.ASSIGN
    agent_id: int
    team_id: int
    reason: str
    load: int
    capacity: int | None = None
    language: str = ""
    tags: list[str] = field(default_factory=list)

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if by.kind != "system":
            raise Denied("denied", _("Only routing gives tickets out by itself."))
        waits = ticket.assignee_id is None and ticket.status in TO_HAND_OUT and not ticket.is_snoozed
        if not waits or ticket.team_id != self.team_id:
            raise HelpdeskError("not_waiting", _("The ticket does not wait in this team any more."))
        agent = Agent.objects.assignable().in_team(self.team_id).filter(pk=self.agent_id).first()
        if agent is None:
            raise HelpdeskError("no_such_agent", _("Nobody of that name can be assigned."), field="assignee")
        why = {"reason": self.reason, "load": self.load, "capacity": self.capacity}
        why |= {"language": self.language, "tags": self.tags}
        yield Fact("assignee_changed", {"from": None, "to": named(agent), **why})
        ticket.assignee = agent
