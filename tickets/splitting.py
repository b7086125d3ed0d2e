"""Parting a ticket: messages of one become a ticket of their own, and can be put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.permissions import Permission
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError
from tickets.actions import Fact
from tickets.actions.status import move
from tickets.carrying import carry, waiting_from
from tickets.ends import has_asked
from tickets.merging import COLUMNS, columns_of, lock_pair, merge_tickets, write
from tickets.models import Change, Event, Message, Split, Status, Ticket
from tickets.opening import open_ticket
from tickets.perform import refuse_inside
from tickets.unmerging import DECISIONS, put_back, status_fact

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from agents.actors import Actor


def split_ticket(
    ticket_id: int,
    message_id: int,
    subject: str,
    *,
    onwards: bool = False,
    by: Actor,
    via: str,
    gesture: str | None = None,
) -> Split:
    """Make a ticket of one message, or of it and all that followed (`onwards`).

    Its requester is the customer who wrote the message, else the ticket's. A customer who had not had an answer goes
    on waiting from the moment at which they wrote. Raises NotVisible, Denied or HelpdeskError ("no_such_message" |
    "nothing_left" | "merged"); then nothing changed.
    """
    refuse_inside()
    by.require(Permission.MERGE)
    with transaction.atomic():
        origin = Ticket.objects.lock(ticket_id, by)
        if gesture and (done := Change.objects.made_by(by, gesture)):
            return Split.objects.get(made_change=done)
        origin.expect_unmerged()
        origin.acting_at = now()
        first, moving = chosen(origin, message_id, onwards)
        made, _opened = open_ticket(
            subject.strip() or origin.subject,
            author_of(first, origin),
            by=by,
            via=via,
            channel=origin.channel,
            team_id=origin.team_id,
            language=origin.language,
        )
        return _part(origin, made, moving, by, via, gesture)


def chosen(origin: Ticket, message_id: int, onwards: bool) -> tuple[Message, QuerySet[Message]]:
    """The message of this ticket, and all that would move with it. Something must stay behind."""
    first = origin.messages.filter(pk=message_id).select_related("customer").first()
    if first is None:
        raise HelpdeskError("no_such_message", _("There is no such message on this ticket."), field="message")
    moving = origin.messages.filter(pk__gte=first.pk) if onwards else origin.messages.filter(pk=first.pk)
    if not origin.messages.exclude(pk__in=moving.values("pk")).exists():
        raise HelpdeskError(
            "nothing_left", _("Nothing would stay on this ticket; choose a later message."), field="message"
        )
    return first, moving


def author_of(message: Message, origin: Ticket) -> Customer:
    """Who asks on the new ticket."""
    return message.customer if message.customer is not None else origin.requester


def _part(origin: Ticket, made: Ticket, moving: QuerySet[Message], by: Actor, via: str, gesture: str | None) -> Split:
    before = columns_of(origin)
    made.refresh_from_db()
    made.acting_at = origin.acting_at
    keys = carry(moving, made)
    answered = made.messages.filter(public=True).exclude(author_kind=Message.Author.CUSTOMER).exists()
    others = _of_others(made, origin)
    told = {"ticket": origin.pk, "messages": len(keys)} | ({"participants": others} if others else {})
    facts = [Fact("split_from", told)]
    if answered:
        facts += move(made, Status.OPEN, "split")
    made.waiting_since = waiting_from(made)
    origin.waiting_since = waiting_from(origin)
    from_made = write(made, facts, by=by, via=via, gesture=gesture)
    fact = Fact("split_off", {"ticket": made.pk, "subject": made.subject, "messages": len(keys)})
    from_origin = write(origin, [fact], by=by, via=via, cause=from_made)
    after = columns_of(origin)
    return Split.objects.create(
        origin=origin,
        made=made,
        origin_change=from_origin,
        made_change=from_made,
        inverse={"messages": keys, "origin": {name: [before[name], after[name]] for name in COLUMNS}},
        created_at=origin.acting_at,
    )


def _of_others(made: Ticket, origin: Ticket) -> list[int]:
    """The messages of customers who do not ask on the ticket that was made, whatever they were before."""
    said = made.messages.filter(author_kind=Message.Author.CUSTOMER, customer__isnull=False)
    writers = said.order_by("customer_id").values_list("customer_id", flat=True).distinct()
    others = [customer_id for customer_id in writers if not has_asked(made, customer_id, origin=origin.pk)]
    return list(said.filter(customer__in=others).order_by("pk").values_list("pk", flat=True)) if others else []


def undo_split(made_id: int, *, by: Actor, via: str, gesture: str | None = None) -> Split:
    """Put the messages back. The ticket that was made is folded into the one it came from, with whatever was written
    on it since, so that answers to it arrive there. Raises as merge_tickets, and "not_split"."""
    refuse_inside()
    by.require(Permission.MERGE)
    with transaction.atomic():
        split = Split.objects.standing().filter(made_id=made_id).first()
        made = Ticket.objects.get_visible(made_id, by)
        if split is None:
            raise _gone()
        made, origin = lock_pair(made_id, split.origin_id, by)
        split = Split.objects.standing().filter(pk=split.pk).first()
        if split is None:
            raise _gone()
        made.expect_unmerged()
        as_left = not Event.objects.of_ticket(origin.pk).filter(
            change_id__gt=split.origin_change_id, kind__in=DECISIONS
        ).exists() and made.messages.count() <= len(split.inverse["messages"])
        count = made.messages.count()
        merge_tickets(made_id, origin.pk, by=by, via=via, copied=(), confirmed=True, gesture=gesture)
        origin.refresh_from_db()
        status = origin.status
        if as_left:
            put_back(origin, split.inverse["origin"])
        facts = [
            Fact("split_undone", {"ticket": made.pk, "messages": count}),
            *status_fact(status, origin, "split_undone"),
        ]
        write(origin, facts, by=by, via=via, lift=not as_left)
        split.undone_at = now()
        split.save(update_fields=["undone_at"])
    return split


def _gone() -> HelpdeskError:
    return HelpdeskError("not_split", _("This split was undone already."), field="split")
