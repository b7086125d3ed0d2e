"""Where the conversation of a merged ticket goes on, and what was folded into one; mail and links ask here."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from customers.matching import follow
from customers.models import Customer
from tickets.models import Event, Message, Split, Ticket

# A ticket that was merged may stand in another that was merged later; nobody goes on like that for long.
MOST_HOPS = 20


def ends_of(ticket_ids: Iterable[int]) -> dict[int, int]:
    """For each number the ticket that stands for it today: itself, unless it was merged. One statement per hop."""
    ends = {pk: pk for pk in ticket_ids}
    for _hop in range(MOST_HOPS):
        onward = dict(Ticket.objects.merged().filter(pk__in=set(ends.values())).values_list("pk", "merged_into_id"))
        if not onward:
            break
        ends = {pk: onward.get(end) or end for pk, end in ends.items()}
    return ends


def end_of(ticket_id: int) -> int:
    return ends_of([ticket_id])[ticket_id]


def home_of(message_id: int | None, ticket_id: int) -> int:
    """Where news about a message of this ticket belongs today: with its words, wherever a merge or split put them."""
    home = Message.objects.filter(pk=message_id).values_list("ticket_id", flat=True).first() if message_id else None
    return home or end_of(ticket_id)


def folded_into(ticket_id: int) -> list[int]:
    """Every ticket whose conversation goes on in this one; rides ticket_merged."""
    found: list[int] = []
    layer = [ticket_id]
    for _hop in range(MOST_HOPS):
        layer = list(Ticket.objects.filter(merged_into__in=layer).values_list("pk", flat=True))
        if not layer:
            break
        found += layer
    return found


def has_asked(ticket: Ticket, customer_id: int, *, origin: int | None = None) -> bool:
    """Whether this person asks here and is owed answers: the requester, whoever was that of a ticket folded in, or
    whose words an agent put here by hand. All others take part only.

    Rows of customers that were merged are one person, also where the ticket has not followed yet. What was split off
    and put back makes nobody a requester. No statement for the requester; few for others. `origin`: from which ticket
    this one is being split off just now, where no row says so yet.
    """
    if ticket.requester_id == customer_id:
        return True
    writer = Customer.objects.select_related("merged_into").filter(pk=customer_id).first()
    if writer is None:
        return False
    person = follow(writer).pk
    if follow(ticket.requester).pk == person:
        return True
    folded = folded_into(ticket.pk)
    put_back = Split.objects.filter(made__in=folded).exclude(undone_at=None).values("made_id")
    asked = Customer.objects.filter(
        pk__in=Ticket.objects.filter(pk__in=folded).exclude(pk__in=put_back).values("requester")
    )
    asked |= Customer.objects.filter(pk__in=_put_here_by_hand(ticket.pk, folded, origin).values("customer"))
    return any(follow(one).pk == person for one in asked.select_related("merged_into"))


def _put_here_by_hand(ticket_id: int, folded: list[int], origin: int | None) -> QuerySet[Message]:
    """Words that stand here and ask although their writer was nobody to the ticket. The fact stays where it was told
    when a merge or a split carries the words on. Rides change_in_ticket."""
    origin = origin or Split.objects.filter(made=ticket_id).values_list("origin", flat=True).first()
    told_on = [ticket_id, *folded, *([origin, *folded_into(origin)] if origin else ())]
    keys = Event.objects.asking_on(told_on).values_list("data__message", flat=True)
    return Message.objects.filter(pk__in=list(keys), ticket=ticket_id)
