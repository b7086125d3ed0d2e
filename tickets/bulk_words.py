"""Words that go to many tickets: the variables of a text are filled for each of them when it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError
from tickets.actions import Action, AddNote, AddReply
from tickets.canned import fill, values_on

if TYPE_CHECKING:
    from agents.models import Agent
    from tickets.models import Ticket


def said_on(ticket: Ticket, agent: Agent, actions: Sequence[Action]) -> list[Action]:
    """The same actions with their words filled for this ticket; one name that nothing stands behind refuses it."""
    return [_filled(ticket, agent, one) if isinstance(one, AddReply | AddNote) else one for one in actions]


def _filled(ticket: Ticket, agent: Agent, action: AddReply | AddNote) -> Action:
    if "{{" not in action.body:
        return action
    filled = fill(action.body, values_on(ticket, agent))
    if filled.unknown:
        words = _("Nothing stands behind “%(name)s” on this ticket.") % {"name": filled.unknown[0]}
        raise HelpdeskError("unknown_variable", words, field="body")
    return replace(action, body=filled.text)
