"""Moving a ticket from state to state, and putting it to sleep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _

from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from tickets.actions.base import Action, Fact
from tickets.models.fields import FieldDefinition
from tickets.models.ticket import MOVES, Status

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket


def move(ticket: Ticket, to: str, reason: str = "") -> Iterator[Fact]:
    """Put the locked ticket into a state and yield the fact; the caller has checked that it may."""
    if ticket.status == to:
        return
    data = {"from": ticket.status, "to": str(to)}
    yield Fact("status_changed", {**data, "reason": reason} if reason else data)
    ticket.status = to
    if to == Status.SOLVED:
        ticket.solved_at = ticket.acting_at
        ticket.waiting_since = None
    elif to == Status.CLOSED:
        ticket.closed_at = ticket.acting_at
        ticket.waiting_since = None
    else:
        ticket.solved_at = None
    if ticket.snoozed_until is not None:
        yield from wake(ticket)


def wake(ticket: Ticket) -> Iterator[Fact]:
    """End the sleep of the locked ticket, which sleeps."""
    yield Fact("woken", {"was_until": ticket.snoozed_until.isoformat() if ticket.snoozed_until else None})
    ticket.snoozed_until = None


@dataclass(frozen=True)
class SetStatus(Action):
    """Move along MOVES. Solving is refused while a field that is needed to solve is empty."""

    name = "set_status"
    permission = Permission.EDIT
    status: str

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if ticket.status == self.status:
            return
        if self.status not in Status.values or self.status not in MOVES[ticket.status]:
            raise HelpdeskError(
                "bad_move",
                _("A ticket that is “%(now)s” cannot become “%(wanted)s”.")
                % {
                    "now": Status(ticket.status).label,
                    "wanted": Status(self.status).label if self.status in Status.values else self.status,
                },
                field="status",
            )
        if self.status == Status.SOLVED and by.account_id is not None:
            self._expect_needed_fields(ticket)
        yield from move(ticket, self.status)

    @staticmethod
    def _expect_needed_fields(ticket: Ticket) -> None:
        for needed in FieldDefinition.objects.filter(active=True, required_to_solve=True):
            if ticket.custom.get(needed.key) in (None, "", False):
                raise HelpdeskError(
                    "field_needed",
                    _("Fill in “%(field)s” before solving.") % {"field": needed.label},
                    field=f"custom_{needed.key}",
                )


@dataclass(frozen=True)
class Snooze(Action):
    """Hide the ticket from the daily views until a moment (ISO 8601 with offset), or until the customer writes."""

    name = "snooze"
    permission = Permission.EDIT
    until: str

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        until = self._moment()
        if not ticket.is_open:
            raise HelpdeskError("not_open", _("Only an open ticket can be snoozed."), field="until")
        if until <= ticket.acting_at:
            raise HelpdeskError("in_the_past", _("Choose a moment in the future."), field="until")
        if ticket.snoozed_until != until:
            yield Fact("snoozed", {"until": until.isoformat()})
            ticket.snoozed_until = until

    def _moment(self) -> datetime:
        try:
            until = parse_datetime(self.until)
        except ValueError:
            until = None
        if (
            until is None or is_naive(until) or not 1 < until.year < 9999
        ):  # some ends of time have no counterpart in UTC
            raise HelpdeskError("bad_time", _("Enter a date and time."), field="until")
        return until


@dataclass(frozen=True)
class Wake(Action):
    name = "wake"
    permission = Permission.EDIT

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if ticket.snoozed_until is not None:
            yield from wake(ticket)
