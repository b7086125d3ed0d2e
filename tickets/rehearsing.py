"""What actions would do to a ticket, found out by doing them and undoing everything: nothing is ever kept."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now

from helpdesk.lib.errors import HelpdeskError
from tickets.models import Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.actions import Action, Fact


@dataclass(frozen=True)
class Tried:
    """One action: the facts that it would leave, none when the ticket is so already; or why it would be refused."""

    action: Action
    facts: Sequence[Fact] = ()
    refused: HelpdeskError | None = None


class _Enough(Exception):
    """Leaves the transaction, which forgets what was done in it."""


def rehearse(ticket_id: int, actions: Sequence[Action], by: Actor) -> list[Tried]:
    """Each action after those before it, with the rights of `by`. A refused one does not stop those behind it, though
    perform() would do none of them. Raises NotVisible."""
    tried: list[Tried] = []
    try:
        with transaction.atomic():
            ticket = Ticket.objects.lock(ticket_id, by)
            ticket.expect_unmerged()
            for action in actions:
                ticket = _try(ticket, action, by, tried)
            raise _Enough
    except _Enough:
        return tried


def _try(ticket: Ticket, action: Action, by: Actor, tried: list[Tried]) -> Ticket:
    """The ticket as it is after the action: as before, when it was refused."""
    then = copy(ticket)
    then.acting_at = now()
    try:
        with transaction.atomic():
            tried.append(Tried(action, list(action.run(then, by))))
    except HelpdeskError as error:
        tried.append(Tried(action, refused=error))
        return ticket
    return then
