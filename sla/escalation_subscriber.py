"""What becomes of a ticket's escalations when it is solved, merged, or parted again; in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sla.models import Escalation
from tickets.ends import folded_into
from tickets.models import Status, Ticket

if TYPE_CHECKING:
    from sla.querysets import EscalationQuerySet
    from tickets.models import Change

State = Escalation.State
DONE = (Status.SOLVED, Status.CLOSED)


def follow_ticket(change: Change) -> None:
    """Solving ends all escalations. A merge carries those that people opened to the ticket where the matter goes on,
    and ends those of its clocks; undoing it undoes both. Costs nothing on a ticket that is not escalated."""
    ticket = change.ticket
    for fact in change.facts:
        if fact.kind == "merged_into":
            if ticket.escalated_at is not None:
                _merge(change, fact.data["ticket"])
        elif fact.kind == "merge_undone" and fact.data.get("from_far_side"):
            _part(ticket, fact.data["ticket"])
        elif fact.kind == "status_changed" and fact.data["to"] in DONE and ticket.escalated_at is not None:
            going_on = Escalation.objects.filter(ticket=ticket).going_on()
            if fact.data["from"] in DONE:  # closed by time: what a customer said about the solving is still to be heard
                going_on = going_on.exclude(source=Escalation.Source.CSAT)
            _end(change, going_on, fact.data["to"])
            _project(ticket)


def _end(change: Change, going_on: EscalationQuerySet, cause: str) -> None:
    going_on.update(
        state=State.RESOLVED,
        closed_cause=cause,
        closed_at=change.created_at,
        closed_by_id=change.actor_id if change.actor_kind == "agent" else None,
        next_repeat_at=None,
    )


def _merge(change: Change, target_id: int) -> None:
    """Told on the source, whose state has become closed by the same Change."""
    source = change.ticket
    going_on = Escalation.objects.filter(ticket=source).going_on()
    going_on.exclude(source=Escalation.Source.CLOCK).update(ticket_id=target_id, moved_from=source)
    _end(change, going_on, "merged")
    _project(source)
    _project(Ticket(pk=target_id))


def _part(source: Ticket, target_id: int) -> None:
    """Bring back what the merge carried away, with what other tickets had brought before, and wake what it ended."""
    brought = {source.pk, *folded_into(source.pk)}
    back = Escalation.objects.filter(ticket_id=target_id, moved_from__in=brought)
    back.filter(moved_from=source).update(ticket=source, moved_from=None)
    back.update(ticket=source)
    ended = Escalation.objects.filter(ticket=source, state=State.RESOLVED, closed_cause="merged")
    awake = {"closed_cause": "", "closed_at": None, "closed_by": None}
    ended.filter(acknowledged_at=None).update(state=State.OPEN, **awake)
    ended.update(state=State.ACKNOWLEDGED, **awake)
    _project(source)
    _project(Ticket(pk=target_id))


def _project(ticket: Ticket) -> None:
    """Since when it is escalated, on the row and on the instance that the Change carries."""
    opened = Escalation.objects.filter(ticket_id=ticket.pk).going_on().order_by("opened_at")
    ticket.escalated_at = opened.values_list("opened_at", flat=True).first()
    Ticket.objects.filter(pk=ticket.pk).project(escalated_at=ticket.escalated_at)
