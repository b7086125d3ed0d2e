"""How a ticket begins: inserted, then recorded like any other change; its first Event is `opened`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from agents.models import Team
from agents.permissions import Permission
from customers.models import Customer
from helpdesk.lib.text import one_line
from tickets.actions import Action, Fact
from tickets.actions.writing import messages_together, reserve
from tickets.models import Change, Ticket
from tickets.perform import Gesture, moment, record_each, refuse_inside

if TYPE_CHECKING:
    from agents.actors import Actor

NO_SUBJECT = "(no subject)"


def open_ticket(
    subject: str,
    requester: Customer,
    *actions: Action,
    by: Actor,
    via: str,
    channel: str,
    team_id: int | None = None,
    language: str = "",
    cause: Change | None = None,
    gesture: str | None = None,
    at: datetime | None = None,
    team: Team | None = None,
) -> tuple[Ticket, Change]:
    """Open a ticket and apply `actions` to it in the same transaction and Change.

    The same `gesture` by the same actor opens one ticket, however often it is sent; the caller of a repeated one
    receives what the first made. `team` instead of its id when it was read already. `at` as for perform(). Raises
    Denied or HelpdeskError; then nothing was opened.
    """
    team_id = team.pk if team else team_id
    opening = Opening(subject, requester, actions, by, via, channel, team_id, language, cause, gesture, at, team)
    try:
        with transaction.atomic():
            return open_together([opening])[0]
    except IntegrityError:
        # Two presses of one button at the same moment: the constraint let one win; answer with what it made.
        if gesture and (done := Change.objects.made_by(by, gesture)):
            return done.ticket, done
        raise


@dataclass(frozen=True)
class Opening:
    """A ticket to be opened; the fields are the parameters of open_ticket()."""

    subject: str
    requester: Customer
    actions: Sequence[Action]
    by: Actor
    via: str
    channel: str
    team_id: int | None = None
    language: str = ""
    cause: Change | None = None
    gesture: str | None = None
    at: datetime | None = None
    team: Team | None = None


def open_together(openings: Sequence[Opening]) -> list[tuple[Ticket, Change]]:
    """Open tickets in the caller's transaction for about the statements of one; if one is refused, all are.

    Each ticket takes its number first and is inserted once, after its actions have run.
    """
    refuse_inside()
    teams = Team.objects.in_bulk({opening.team_id for opening in openings if opening.team_id and not opening.team})
    tickets = [_begun(opening, teams) for opening in openings]
    for ticket, number in zip(tickets, reserve(Ticket, len(tickets)), strict=True):
        ticket.pk = number
    together = messages_together(len(tickets)) if len(tickets) > 1 else nullcontext()
    with together:
        gestures = [_gesture(ticket, opening) for ticket, opening in zip(tickets, openings, strict=True)]
    Ticket.objects.bulk_create(tickets)
    return list(zip(tickets, record_each(gestures), strict=True))


def _begun(opening: Opening, teams: dict[int, Team]) -> Ticket:
    by = opening.by
    by.require(Permission.WRITE_AS_CUSTOMER if by.kind == "customer" else Permission.OPEN)
    ticket = Ticket(
        subject=one_line(opening.subject)[:250] or NO_SUBJECT,
        requester=opening.requester,
        organization_id=opening.requester.organization_id,
        channel=opening.channel,
        team_id=opening.team_id,
        language=opening.language,
        version=1,
    )
    if team := opening.team or teams.get(opening.team_id or 0):
        ticket.team = team
    ticket.acting_at = ticket.created_at = ticket.activity_at = moment(by, opening.at)
    return ticket


def _gesture(ticket: Ticket, opening: Opening) -> Gesture:
    by = opening.by
    facts = [_opened(ticket), *(fact for action in opening.actions for fact in action.run(ticket, by))]
    return Gesture(ticket, facts, by, opening.via, opening.cause, opening.gesture, past=opening.at is not None)


def _opened(ticket: Ticket) -> Fact:
    return Fact(
        "opened",
        {
            "subject": ticket.subject,
            "requester": {"id": ticket.requester_id, "name": ticket.requester.display_name},
            "channel": str(ticket.channel),
            "status": str(ticket.status),
            "priority": ticket.priority_slug,
            "team": {"id": ticket.team_id, "name": ticket.team.name} if ticket.team else None,
        },
    )
