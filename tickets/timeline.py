"""A ticket's past as people read it: messages in full, everything else as quiet lines, in the order of the Changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tickets import wording
from tickets.models import Change, Message

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket

PAGE = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """Either a message, or a line that says what changed; `change_id` orders entries and names them for pages."""

    change_id: int
    at: datetime
    author: str
    via: str
    message: Message | None = None
    lines: tuple[str, ...] = ()
    thanks: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    entries: list[Entry]
    earlier_than: int | None
    """Pass as `before` for the page before this one; None when this is the beginning."""


def timeline(ticket: Ticket, actor: Actor, *, before: int | None = None, after: int | None = None) -> Timeline:
    """The last PAGE changes (or those around the given change ids), oldest first, in four queries.

    Rides change_in_ticket. Messages that the actor may not read are left out together with their lines. Where a merge
    or split carried messages here, the changes that brought them stand among the ticket's own, in the order of time
    (two more queries, riding message_carried); of those only the messages are told.
    """
    if after is not None:
        rows = _changes(ticket, {"pk__gt": after}, "pk")[:PAGE]
        more = False
    else:
        rows = _changes(ticket, {"pk__lt": before} if before is not None else {}, "-pk")
        more = len(rows) > PAGE
        rows = rows[:PAGE][::-1]
    messages = _messages(ticket, rows, actor)
    entries = [entry for change in rows for entry in _entries(ticket, change, messages)]
    return Timeline(entries, rows[0].pk if more else None)


def _changes(ticket: Ticket, window: dict[str, int], order: str) -> list[Change]:
    """The first PAGE + 1 in this order, the ticket's own and those that brought what was carried here."""
    rows = list(Change.objects.filter(ticket=ticket, **window).prefetch_related("events").order_by(order)[: PAGE + 1])
    if getattr(ticket, "has_carried", True):  # annotated by for_detail()
        carried = Message.objects.filter(ticket=ticket, said_in__isnull=False).values_list("said_in_id", flat=True)
        if keys := set(carried):
            brought = Change.objects.filter(pk__in=keys, **window).prefetch_related("events").order_by(order)
            rows += brought[: PAGE + 1]
            rows.sort(key=lambda change: change.pk, reverse=order == "-pk")
    return rows[: PAGE + 1]


def _messages(ticket: Ticket, changes: list[Change], actor: Actor) -> dict[int, Message]:
    wanted = [e.data["message"] for c in changes for e in c.events.all() if e.kind == "message_added"]
    if not wanted:
        return {}
    rows = Message.objects.filter(ticket=ticket, pk__in=wanted).visible_to(actor).for_conversation()
    return {message.pk: message for message in rows}


def _entries(ticket: Ticket, change: Change, messages: dict[int, Message]) -> list[Entry]:
    entries: list[Entry] = []
    lines: list[str] = []
    who = wording.author(change)
    for event in sorted(change.events.all(), key=lambda e: e.pk):
        if event.kind == "message_added" and (message := messages.get(event.data["message"])):
            thanks = bool(event.data.get("thanks"))
            entries.append(Entry(change.pk, change.created_at, who, change.via, message=message, thanks=thanks))
        if change.ticket_id == ticket.pk and (words := wording.phrase(event)):
            lines.append(words)
    if lines:
        entries.append(Entry(change.pk, change.created_at, who, change.via, lines=tuple(lines)))
    return entries
