"""Saying why a promise was broken: what a supervisor learns from, asked of whoever solved the ticket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.text import one_line
from sla.models import BreachCause, SlaClock
from tickets.actions.base import Action, Fact

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket

LONGEST = 300


@dataclass(frozen=True)
class SetBreachCause(Action):
    """Keep the cause of this ticket's breach, instead of the one before. Refused: no_breach, bad_cause, needs_words."""

    name = "set_breach_cause"
    permission = Permission.EDIT
    code: str
    note: str = ""

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        note = one_line(self.note, LONGEST)
        if self.code not in BreachCause.Code.values:
            raise HelpdeskError("bad_cause", _("Choose a cause from the list."), field="code")
        if self.code == BreachCause.Code.OTHER and not note:
            raise HelpdeskError("needs_words", _("Say in a few words what it was."), field="note")
        if not SlaClock.objects.filter(ticket=ticket).breached().exists():
            raise HelpdeskError("no_breach", _("No promise was broken on this ticket."))
        before = BreachCause.objects.filter(ticket=ticket).first()
        if before is not None and (before.code, before.note) == (self.code, note):
            return
        yield Fact("breach_cause_set", {"from": before.code if before else None, "to": self.code, "note": note})
        said = {
            "code": self.code,
            "note": note,
            "set_at": ticket.acting_at,
            "set_by_id": by.id if by.is_agent else None,
        }
        BreachCause.objects.update_or_create(ticket=ticket, defaults=said)
