"""After two customers became one: their tickets move to the one who stayed, each through the one door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db.models import Q
from django.utils.timezone import now

from agents.actors import Actor
from customers.matching import follow
from customers.merging import mark_followed
from customers.models import Customer, CustomerMerge
from helpdesk.lib.errors import HelpdeskError
from tickets.actions import FollowCustomerMerge
from tickets.models import Participant, Ticket
from tickets.perform import perform

if TYPE_CHECKING:
    from tickets.querysets import TicketQuerySet

logger = structlog.get_logger(__name__)

BATCH = 200
MERGES_AT_ONCE = 50
# A mail that was matched to the loser just before the merge may open its ticket just after: look again until then.
SETTLES_AFTER = timedelta(minutes=10)


def follow_customer_merges() -> int:
    """Move what still names somebody who was merged away; how many tickets. Rides merge_to_follow."""
    by = Actor.system("customer-merge")
    moved = 0
    for merge in CustomerMerge.objects.to_follow().select_related("winner__merged_into")[:MERGES_AT_ONCE]:
        moved += move_tickets_of(merge.loser_id, follow(merge.winner).pk, by)
        settled = merge.created_at < now() - SETTLES_AFTER
        if settled and not any(tickets.exists() for tickets in _naming(merge.loser_id)):
            mark_followed(merge)
    return moved


def move_tickets_of(loser_id: int, winner_id: int, by: Actor) -> int:
    """Put the winner in the loser's place on every ticket, one transaction each, in batches; how many were moved.

    Repeating it is harmless, and so are two workers at once: a ticket that does not name the loser is left alone.
    """
    moved = 0
    for tickets in _naming(loser_id):
        for pk in _in_batches(tickets):
            try:
                moved += perform(pk, FollowCustomerMerge(loser_id), by=by, via="schedule") is not None
            except HelpdeskError as error:
                logger.warning("merge_left_ticket", ticket=pk, loser=loser_id, winner=winner_id, code=error.code)
    return moved


def move_ticket_at_once(ticket_id: int, winner_id: int, via: str) -> None:
    """Put the winner in the place of whoever was merged into them, on a ticket whose turn has not come yet."""
    requester = Q(pk__in=Ticket.objects.filter(pk=ticket_id).values("requester_id"))
    copied = Q(pk__in=Participant.objects.filter(ticket_id=ticket_id).values("customer_id"))
    for loser in Customer.objects.filter(requester | copied, merged_into_id=winner_id):
        perform(ticket_id, FollowCustomerMerge(loser.pk), by=Actor.system("customer-merge"), via=via)


def _naming(customer_id: int) -> tuple[TicketQuerySet, TicketQuerySet]:
    """Tickets with this person as requester, and with this person in copy."""
    return Ticket.objects.of_customer(customer_id), Ticket.objects.copied_to(customer_id)


def _in_batches(tickets: TicketQuerySet) -> Iterator[int]:
    """Keys in rising order, so that a ticket that refuses is not asked for ever."""
    last = 0
    while batch := list(tickets.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield from batch
        last = batch[-1]
