"""Tying two tickets together so that both remember it: rows locked in key order, one Change on each."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from tickets.actions import LinkTo, NoteLink, Unlink
from tickets.models import Change, Ticket
from tickets.perform import perform

if TYPE_CHECKING:
    from agents.actors import Actor


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


def _lock_in_order(source_id: int, target_id: int, by: Actor) -> None:
    """Two people linking the same pair in opposite directions must not wait for each other."""
    for pk in sorted({source_id, target_id}):
        Ticket.objects.lock(pk, by)
