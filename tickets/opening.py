"""How a ticket begins: inserted, then recorded like any other change; its first Event is `opened`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from agents.permissions import Permission
from customers.models import Customer
from helpdesk.lib.text import one_line
from tickets.actions import Action, Fact
from tickets.models import Change, Ticket
from tickets.perform import moment, record, refuse_inside

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
) -> tuple[Ticket, Change]:
    """Open a ticket and apply `actions` to it in the same transaction and Change.

    The same `gesture` by the same actor opens one ticket, however often it is sent; the caller of a repeated one
    receives what the first made. `at` as for perform(). Raises Denied or HelpdeskError; then nothing was opened.
    """
    refuse_inside()
    by.require(Permission.WRITE_AS_CUSTOMER if by.kind == "customer" else Permission.OPEN)
    try:
        with transaction.atomic():
            ticket = Ticket(
                subject=one_line(subject)[:250] or NO_SUBJECT,
                requester=requester,
                organization_id=requester.organization_id,
                channel=channel,
                team_id=team_id,
                language=language[:10],
                version=1,
            )
            ticket.acting_at = ticket.created_at = ticket.activity_at = moment(by, at)
            ticket.save(force_insert=True)
            facts = [_opened(ticket), *(fact for action in actions for fact in action.run(ticket, by))]
            if actions:
                ticket.save()
            past = at is not None
            return ticket, record(ticket, facts, by=by, via=via, cause=cause, gesture=gesture, past=past)
    except IntegrityError:
        # Two presses of one button at the same moment: the constraint let one win; answer with what it made.
        if gesture and (done := Change.objects.made_by(by, gesture)):
            return done.ticket, done
        raise


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
