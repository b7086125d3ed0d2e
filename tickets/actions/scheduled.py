"""What time did not do: a scheduled reply that was kept back leaves a fact, without its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from tickets.actions.base import Action, Fact

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket


@dataclass(frozen=True)
class NoteHeldReply(Action):
    """The scheduler tells whose reply it kept back and why (a code of tickets/held_reasons.py)."""

    name = "note_held_reply"
    permission = Permission.REPLY
    agent_id: int
    agent_name: str
    reason: str

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if by.kind != "system":
            raise HelpdeskError("denied", _("Only the scheduler reports what it kept back."))
        agent = {"id": self.agent_id, "name": self.agent_name}
        yield Fact("reply_held", {"agent": agent, "reason": self.reason[:40]})
