"""Undoing a merge: both tickets become what they were, and what happened since stays where it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from tickets.actions import Fact
from tickets.actions.routing import named
from tickets.carrying import carry, carry_drafts, carry_planned, waiting_from
from tickets.merging import COLUMNS, customer_fact, lock_pair, write
from tickets.models import (
    Draft,
    Event,
    Follower,
    Merge,
    Message,
    Participant,
    ScheduledReply,
    Ticket,
    TicketLink,
    TicketTag,
    TimeEntry,
)
from tickets.perform import refuse_inside

if TYPE_CHECKING:
    from agents.actors import Actor

# After one of these the state of the target is somebody's decision, or follows from words: it is not put back.
DECISIONS = ("status_changed", "snoozed", "woken", "message_added", "message_withdrawn")


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of it: the merge, how many messages stay on the target because they were written there since, and how
    many are on yet another ticket because they were split off since."""

    merge: Merge
    stayed: int
    elsewhere: int


def undo_merge(source_id: int, *, by: Actor, via: str, gesture: str | None = None) -> Undone:
    """Take the merge of this ticket back. Raises NotVisible, Denied, or HelpdeskError ("not_merged" |
    "undo_outer_first"); then nothing changed."""
    refuse_inside()
    by.require(Permission.MERGE)
    with transaction.atomic():
        merge = Merge.objects.standing().filter(source_id=source_id).first()
        Ticket.objects.get_visible(source_id, by)
        if merge is None:
            raise _gone()
        source, target = lock_pair(source_id, merge.target_id, by)
        merge = Merge.objects.standing().filter(pk=merge.pk).first()
        if merge is None:
            raise _gone()
        if target.merged_into_id is not None:
            words = _("#%(number)s was itself merged into #%(into)s; undo that first.")
            said = words % {"number": target.pk, "into": target.merged_into_id}
            raise HelpdeskError("undo_outer_first", said, field="merge")
        return _part(merge, source, target, by, via, gesture)


def _gone() -> HelpdeskError:
    return HelpdeskError("not_merged", _("This merge was undone already."), field="merge")


def _part(merge: Merge, source: Ticket, target: Ticket, by: Actor, via: str, gesture: str | None) -> Undone:
    inverse = merge.inverse
    since = Event.objects.of_ticket(target.pk).filter(change_id__gt=merge.target_change_id)
    decided = since.filter(kind__in=DECISIONS).exists()
    stayed = _said_since(target, merge)
    back = carry(target.messages.filter(pk__in=inverse["messages"]), source)
    taken_out = _take_out(inverse, source, target, stayed)
    numbers = {"messages": len(back), "stayed": len(stayed), "elsewhere": len(inverse["messages"]) - len(back)}
    before = (source.status, target.status)
    source.merged_into = None
    restore(source, inverse["source"])
    if Message.objects.filter(pk__in=back, withdrawn_at__gt=merge.created_at).exists():
        source.waiting_since = waiting_from(source)
    restore(target, inverse["target"], decided=decided)
    waited, waits = inverse["target"]["waiting_since"]
    if decided and waited != waits:
        target.waiting_since = waiting_from(target)
    in_target = [
        Fact("merge_undone", {"ticket": source.pk, **numbers}),
        *taken_out,
        *status_fact(before[1], target, "merge_undone"),
    ]
    in_source = [
        Fact("merge_undone", {"ticket": target.pk, "from_far_side": True}),
        *status_fact(before[0], source, "merge_undone"),
    ]
    change = write(target, in_target, by=by, via=via, gesture=gesture, lift=False)
    write(source, in_source, by=by, via=via, cause=change, lift=False)
    merge.undone_at = now()
    merge.save(update_fields=["undone_at"])
    return Undone(merge, numbers["stayed"], numbers["elsewhere"])


def status_fact(before: str, ticket: Ticket, reason: str) -> list[Fact]:
    """The state that changed with it, told as such: whoever counts states reads only these."""
    if ticket.status == before:
        return []
    return [Fact("status_changed", {"from": str(before), "to": str(ticket.status), "reason": reason})]


def _said_since(target: Ticket, merge: Merge) -> list[Message]:
    """What was written on the target after the merge and is still there; answers both matters, so it stays."""
    events = Event.objects.of_ticket(target.pk).filter(change_id__gt=merge.target_change_id, kind="message_added")
    return list(target.messages.filter(pk__in=[event.data["message"] for event in events]))


def _take_out(inverse: dict[str, Any], source: Ticket, target: Ticket, stayed: list[Message]) -> list[Fact]:
    """Remove what the merge brought and nobody has removed since. Who wrote here since stays in copy."""
    wrote = {message.customer_id for message in stayed if message.customer_id is not None}
    facts: list[Fact] = []
    for follower in Follower.objects.filter(ticket=target, pk__in=inverse["followers"]).select_related("agent"):
        facts.append(Fact("follower_removed", {"agent": named(follower.agent)}))
        follower.delete()
    people = Participant.objects.filter(ticket=target, pk__in=inverse["participants"]).exclude(customer_id__in=wrote)
    for person in people.select_related("customer"):
        facts.append(Fact("participant_removed", {"customer": customer_fact(person.customer)}))
        person.delete()
    for hung in TicketTag.objects.filter(ticket=target, pk__in=inverse["tags"]).select_related("tag"):
        facts.append(Fact("tag_removed", {"tag": hung.tag.name}))
        hung.delete()
    _links_back(inverse, target)
    carry_planned(ScheduledReply.objects.filter(ticket=target, pk__in=inverse["planned"]), source)
    carry_drafts(Draft.objects.filter(ticket=target, pk__in=inverse["drafts"]), source)
    TimeEntry.objects.filter(ticket=target, pk__in=inverse["times"]).update(ticket=source)
    return facts


def _links_back(inverse: dict[str, Any], target: Ticket) -> None:
    """The same rows, with the ends that they had; one that was cut since stays cut."""
    for row in TicketLink.objects.filter(pk__in=inverse["links"]).order_by("pk"):
        ends = [inverse["ticket"] if pk == target.pk else pk for pk in (row.source_id, row.target_id)]
        known = TicketLink.objects.filter(source_id=ends[0], target_id=ends[1], kind=row.kind).exists()
        if not known and ends[0] != ends[1]:
            row.source_id, row.target_id = ends
            row.save(update_fields=["source", "target"])


def restore(ticket: Ticket, columns: dict[str, list[Any]], *, decided: bool = False) -> None:
    """Put back each column that still holds what the merge left in it; none of the state once it was `decided`."""
    for name in COLUMNS:
        before, after = columns[name]
        value = getattr(ticket, name)
        untouched = (value.isoformat() if isinstance(value, datetime) else value) == after
        if untouched and not (decided and name != "activity_at"):
            _set(ticket, name, before)


def put_back(ticket: Ticket, columns: dict[str, list[Any]]) -> None:
    """The same, whatever stands there now: for a caller who knows that nobody has decided anything since."""
    for name in COLUMNS:
        _set(ticket, name, columns[name][0])


def _set(ticket: Ticket, name: str, kept: str | None) -> None:
    setattr(ticket, name, datetime.fromisoformat(kept) if kept is not None and name != "status" else kept)
