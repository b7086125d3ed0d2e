"""What is done about an escalation by those who are asked: acknowledge, take over, hand back, resolve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agents.permissions import Permission
from helpdesk.lib.errors import Denied, HelpdeskError
from helpdesk.lib.text import clean
from sla.actions.escalations import LONGEST_TEXT, fact, keep_projection, standing
from sla.models import Escalation
from sla.owners import may_answer
from tickets.actions import Action, AssignTo, Fact, MoveToTeam, SetPriority
from tickets.actions.routing import named

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket


@dataclass(frozen=True)
class AcknowledgeEscalation(Action):
    """Say that one looks after it: no more reminders, no next step of what set it off, and it does not expire."""

    name = "acknowledge_escalation"
    permission = Permission.ESCALATE
    escalation_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        escalation = _answerable(self.escalation_id, ticket, by)
        if escalation.state == Escalation.State.ACKNOWLEDGED:
            if escalation.acknowledged_by_id != by.id:
                who = escalation.acknowledged_by.name if escalation.acknowledged_by else ""
                words = _("%(name)s has acknowledged it already.") % {"name": who}
                raise HelpdeskError("acknowledged_already", words, field="escalation")
            return
        _acknowledge(escalation, ticket, by)
        escalation.save()
        yield fact("escalation_acknowledged", escalation)


@dataclass(frozen=True)
class TakeOverEscalation(Action):
    """Make it one's own, the ticket with it."""

    name = "take_over_escalation"
    permission = Permission.ESCALATE
    escalation_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        escalation = _answerable(self.escalation_id, ticket, by)
        if not by.is_agent:
            raise Denied("denied", _("Only an agent can take an escalation over."))
        if escalation.owner_id == by.id == ticket.assignee_id and escalation.state != Escalation.State.OPEN:
            return
        before, previous = standing(ticket), escalation.owner
        if escalation.state == Escalation.State.OPEN:
            _acknowledge(escalation, ticket, by)
        escalation.owner_id, escalation.owner_cause = by.id, "owner"
        yield fact("escalation_taken_over", escalation, **{"from": named(previous)})
        yield from AssignTo(by.id).apply(ticket, by)
        _note(escalation, before, standing(ticket))
        escalation.save()


@dataclass(frozen=True)
class HandBackEscalation(Action):
    """Return the ticket with a note: team, assignee and priority are put back where nobody changed them since."""

    name = "hand_back_escalation"
    permission = Permission.ESCALATE
    escalation_id: int
    note: str

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        escalation = _answerable(self.escalation_id, ticket, by)
        if not clean(self.note).strip():
            raise HelpdeskError("note_needed", _("Say what is to be done now."), field="note")
        _close(escalation, ticket, by, Escalation.State.HANDED_BACK, self.note)
        yield fact("escalation_handed_back", escalation)
        yield from _put_back(escalation, ticket, by)


@dataclass(frozen=True)
class ResolveEscalation(Action):
    """Nothing more is to be done about it; the ticket stays where it is."""

    name = "resolve_escalation"
    permission = Permission.ESCALATE
    escalation_id: int
    note: str = ""

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        escalation = _answerable(self.escalation_id, ticket, by)
        _close(escalation, ticket, by, Escalation.State.RESOLVED, self.note)
        yield fact("escalation_resolved", escalation)


def _answerable(escalation_id: int, ticket: Ticket, by: Actor) -> Escalation:
    """The escalation of the locked ticket, which still goes on, if the actor may answer it."""
    rows = Escalation.objects.select_related("owner", "team", "acknowledged_by")
    escalation = rows.filter(pk=escalation_id, ticket=ticket).first()
    if escalation is None:
        raise HelpdeskError("no_such_escalation", _("There is no such escalation."), field="escalation")
    if not may_answer(escalation, by):
        raise Denied("denied", _("Only a supervisor, or the one who is asked, can do this."))
    if escalation.state not in (Escalation.State.OPEN, Escalation.State.ACKNOWLEDGED):
        raise HelpdeskError("escalation_over", _("This escalation has ended."), field="escalation")
    return escalation


def _acknowledge(escalation: Escalation, ticket: Ticket, by: Actor) -> None:
    """In memory; whoever acknowledges what a team was asked becomes its owner."""
    escalation.state = Escalation.State.ACKNOWLEDGED
    escalation.acknowledged_at, escalation.next_repeat_at = ticket.acting_at, None
    if by.is_agent:
        escalation.acknowledged_by_id = by.id
        escalation.owner_id = escalation.owner_id or by.id


def _close(escalation: Escalation, ticket: Ticket, by: Actor, state: str, note: str) -> None:
    note = clean(note).strip()
    if len(note) > LONGEST_TEXT:
        words = _("Write at most %(most)d characters.") % {"most": LONGEST_TEXT}
        raise HelpdeskError("too_long", words, field="note")
    escalation.state, escalation.note = state, note
    escalation.closed_at, escalation.next_repeat_at = ticket.acting_at, None
    escalation.closed_by_id = by.id if by.is_agent else None
    escalation.save()
    keep_projection(ticket)


def _note(escalation: Escalation, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Remember what this altered, beside what the escalation had altered before and still stands."""
    for key, value in after.items():
        first, left = escalation.before.get(key, [before[key], before[key]])
        escalation.before[key] = [first if left == before[key] else before[key], value]


def _put_back(escalation: Escalation, ticket: Ticket, by: Actor) -> Iterator[Fact]:
    verbs = {"team": MoveToTeam, "assignee": AssignTo, "priority": SetPriority}
    for key, verb in verbs.items():
        first, left = escalation.before.get(key, [None, None])
        if first != left and standing(ticket)[key] == left:
            try:
                yield from verb(first).apply(ticket, by)
            except HelpdeskError:
                continue  # that team or agent is not here any more: the ticket stays where it is
