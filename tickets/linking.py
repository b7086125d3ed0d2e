"""Tying two tickets together so that both remember it: rows locked in key order, one Change on each."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from tickets.actions import LinkTo, NoteLink, SetStatus, Unlink
from tickets.models import Change, Status, Ticket
from tickets.perform import perform

if TYPE_CHECKING:
    from agents.actors import Actor

MOST_CHILDREN = 200


def link_tickets(
    source_id: int,
    target_id: int,
    kind: str,
    *,
    by: Actor,
    via: str,
    cause: Change | None = None,
    at: datetime | None = None,
) -> Change | None:
    """Make `source` the `kind` of `target`. None when they were linked like this before. `at` as for perform()."""
    with transaction.atomic():
        _lock_in_order(source_id, target_id, by)
        change = perform(source_id, LinkTo(target_id, kind), by=by, via=via, cause=cause, at=at)
        if change is not None:
            perform(target_id, NoteLink(source_id, kind), by=by, via=via, cause=change, at=at)
    return change


def unlink_tickets(source_id: int, target_id: int, kind: str, *, by: Actor, via: str) -> Change | None:
    with transaction.atomic():
        _lock_in_order(source_id, target_id, by)
        change = perform(source_id, Unlink(target_id, kind), by=by, via=via)
        if change is not None:
            perform(target_id, NoteLink(source_id, kind, added=False), by=by, via=via, cause=change)
    return change


def mark_duplicate(ticket_id: int, original_id: int, *, by: Actor, via: str) -> None:
    """Link this ticket as a duplicate of the other and solve it, together or not at all."""
    with transaction.atomic():
        change = link_tickets(ticket_id, original_id, "duplicate", by=by, via=via)
        if Ticket.objects.get(pk=ticket_id).is_open:
            perform(ticket_id, SetStatus(Status.SOLVED), by=by, via=via, cause=change)


def solve_with_children(ticket_id: int, *, by: Actor, via: str) -> tuple[list[int], dict[int, HelpdeskError]]:
    """Solve a parent, unless it is, and then each open child that the actor sees, each in its own transaction with the
    parent's change as its cause: (children that were solved, refused with reasons)."""
    by.require(Permission.EDIT)
    parent = Ticket.objects.get_visible(ticket_id, by)
    cause = perform(ticket_id, SetStatus(Status.SOLVED), by=by, via=via) if parent.is_open else None
    solved: list[int] = []
    refused: dict[int, HelpdeskError] = {}
    children = Ticket.objects.visible_to(by).open().children_of(ticket_id).order_by("pk")
    for pk in children.values_list("pk", flat=True)[:MOST_CHILDREN]:
        try:
            perform(pk, SetStatus(Status.SOLVED), by=by, via=via, cause=cause)
        except HelpdeskError as error:
            refused[pk] = error
        else:
            solved.append(pk)
    return solved, refused


def _lock_in_order(source_id: int, target_id: int, by: Actor) -> None:
    """Two people linking the same pair in opposite directions must not wait for each other."""
    for pk in sorted({source_id, target_id}):
        Ticket.objects.lock(pk, by)
