"""Folding one ticket into another: rows locked in key order, a Change on each, and the inverse kept to undo it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from tickets.actions import Fact
from tickets.actions.routing import named
from tickets.actions.status import move, wake
from tickets.carrying import carry, carry_drafts, carry_planned, excerpt_of
from tickets.ends import end_of
from tickets.merge_plan import MergePlan, Person, expect_room, plan_merge
from tickets.models import (
    Change,
    Draft,
    Follower,
    Merge,
    Participant,
    ScheduledReply,
    Status,
    Ticket,
    TicketTag,
    TimeEntry,
)
from tickets.perform import moment, record, refuse_inside

if TYPE_CHECKING:
    from agents.actors import Actor
    from customers.models import Customer

# What a merge may alter on the rows themselves. The excerpt is told from the words again, never kept (redaction).
COLUMNS = ("status", "solved_at", "closed_at", "snoozed_until", "waiting_since", "activity_at")


def merge_tickets(
    source_id: int,
    target_id: int,
    *,
    by: Actor,
    via: str,
    copied: Collection[int] | None = None,
    confirmed: bool = False,
    cause: Change | None = None,
    gesture: str | None = None,
) -> Merge:
    """Fold `source` into `target`, or into the ticket in which that one stands by now.

    `copied` are customers of the source who take part in the target from now on; None: those whom the plan expects.
    `confirmed`: somebody has read that the requesters differ. Raises NotVisible, Denied or HelpdeskError
    ("merge_itself" | "merged" | "target_closed" | "requesters_differ" | "too_many_participants"); then nothing changed.
    """
    refuse_inside()
    by.require(Permission.MERGE)
    with transaction.atomic():
        source, target = lock_pair(source_id, end_of(target_id), by)
        if gesture and (done := Change.objects.made_by(by, gesture)):
            return Merge.objects.get(target_change=done)
        plan = plan_merge(source, target)
        if plan.requesters_differ and not confirmed:
            raise HelpdeskError(
                "requesters_differ", _("Confirm that these two customers may share one ticket."), field="confirmed"
            )
        chosen = plan.expected if copied is None else frozenset(copied)
        joining = [person for person in plan.people if person.customer.pk in chosen]
        expect_room(target, len(joining))
        return _fold(plan, joining, by, via, cause, gesture)


def lock_pair(first_id: int, second_id: int, by: Actor) -> tuple[Ticket, Ticket]:
    """Both rows, locked in key order, so that two people who merge the pair crosswise do not wait for each other."""
    rows = {pk: Ticket.objects.lock(pk, by) for pk in sorted({first_id, second_id})}
    for row in rows.values():
        row.acting_at = moment(by, None)
    return rows[first_id], rows[second_id]


def _fold(
    plan: MergePlan, joining: list[Person], by: Actor, via: str, cause: Change | None, gesture: str | None
) -> Merge:
    source, target = plan.source, plan.target
    before = {"source": columns_of(source), "target": columns_of(target)}
    waited, inverse = source.waiting_since if source.is_open else None, _move_rows(plan, joining)
    in_target = [
        Fact("merged_in", {"ticket": source.pk, "subject": source.subject, "messages": len(inverse["messages"])}),
        *(Fact("follower_added", {"agent": named(agent)}) for agent in plan.followers),
        *(Fact("participant_added", {"customer": customer_fact(person.customer)}) for person in joining),
        *(Fact("tag_added", {"tag": tag.name}) for tag in plan.tags),
    ]
    if plan.status:
        in_target += move(target, plan.status, "merged")
    elif waited and target.snoozed_until:
        in_target += wake(target)
    if waited and target.is_open:
        target.waiting_since = min(waited, target.waiting_since or waited)
    in_source = [Fact("merged_into", {"ticket": target.pk, "subject": target.subject})]
    in_source += move(source, Status.CLOSED, "merged")
    source.merged_into = target
    of_target = write(target, in_target, by=by, via=via, cause=cause, gesture=gesture)
    of_source = write(source, in_source, by=by, via=via, cause=of_target)
    for side, ticket in (("source", source), ("target", target)):
        after = columns_of(ticket)
        inverse[side] = {name: [before[side][name], after[name]] for name in COLUMNS}
    return Merge.objects.create(
        source=source,
        target=target,
        source_change=of_source,
        target_change=of_target,
        inverse=inverse,
        created_at=target.acting_at,
    )


def _move_rows(plan: MergePlan, joining: Iterable[Person]) -> dict[str, Any]:
    """Move and copy what hangs on the source; the keys of all rows that were altered or made."""
    source, target = plan.source, plan.target
    copied = [Participant.objects.create(ticket=target, customer=person.customer).pk for person in joining]
    times = list(TimeEntry.objects.filter(ticket=source).values_list("pk", flat=True))
    TimeEntry.objects.filter(pk__in=times).update(ticket=target)
    for link in plan.links:
        link.row.source_id, link.row.target_id = link.source_id, link.target_id
        link.row.save(update_fields=["source", "target"])
    return {
        "ticket": source.pk,
        "messages": carry(source.messages.all(), target),
        "participants": copied,
        "followers": [Follower.objects.create(ticket=target, agent=agent).pk for agent in plan.followers],
        "tags": [TicketTag.objects.create(ticket=target, tag=tag).pk for tag in plan.tags],
        "links": [link.row.pk for link in plan.links],
        "times": times,
        "planned": carry_planned(ScheduledReply.objects.filter(ticket=source), target),
        # Addressed to somebody else, a draft would be a trap on the other customer's ticket.
        "drafts": [] if plan.requesters_differ else carry_drafts(Draft.objects.filter(ticket=source), target),
    }


def write(
    ticket: Ticket,
    facts: list[Fact],
    *,
    by: Actor,
    via: str,
    cause: Change | None = None,
    gesture: str | None = None,
    lift: bool = True,
) -> Change:
    """Save a locked ticket whose words have moved, and record it. `lift`: it counts as activity."""
    ticket.excerpt = excerpt_of(ticket)
    ticket.version += 1
    if lift:
        ticket.activity_at = max(ticket.activity_at, ticket.acting_at)
    ticket.save()
    return record(ticket, facts, by=by, via=via, cause=cause, gesture=gesture, past=False)


def columns_of(ticket: Ticket) -> dict[str, Any]:
    """The columns in the form in which an inverse keeps them: texts, and moments in ISO 8601."""
    values = {name: getattr(ticket, name) for name in COLUMNS}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def customer_fact(customer: Customer) -> dict[str, Any]:
    return {"id": customer.pk, "name": customer.display_name}
