"""A ticket's past as people read it: messages in full, everything else as quiet lines, in the order of the Changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Prefetch, prefetch_related_objects

from tickets import wording
from tickets.models import Attachment, Change, Event, Message

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from agents.actors import Actor
    from tickets.models import Ticket
    from tickets.querysets import MessageQuerySet

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
    """The last PAGE changes (or those around the given change ids), oldest first, in two statements, three with files.

    Rides change_in_ticket. Messages that the actor may not read are left out together with their lines. Where a merge
    or split carried messages here, the changes that brought them stand among the ticket's own, in the order of time
    (one statement more, riding message_carried); of those only the messages are told.
    """
    if after is not None:
        rows = _changes(ticket, {"pk__gt": after}, "pk")[:PAGE]
        more = False
    else:
        rows = _changes(ticket, {"pk__lt": before} if before is not None else {}, "-pk")
        more = len(rows) > PAGE
        rows = rows[:PAGE][::-1]
    messages = _messages(ticket, rows, actor)
    entries = [entry for events in rows for entry in _entries(ticket, events, messages)]
    return Timeline(entries, rows[0][0].change_id if more else None)


def page_of(ticket: Ticket, change_id: int) -> int | None:
    """The `before` of a page that shows this change about its middle; None when the newest page shows it."""
    later = Change.objects.filter(ticket=ticket, pk__gt=change_id).order_by("pk").values_list("pk", flat=True)[:PAGE]
    carried = Message.objects.filter(ticket=ticket, said_in__gt=change_id).values_list("said_in_id", flat=True)
    keys = sorted({*later, *carried})
    return keys[PAGE // 2] if len(keys) >= PAGE else None


def _changes(ticket: Ticket, window: dict[str, int], order: str) -> list[list[Event]]:
    """The events of the first PAGE + 1 changes in this order, the ticket's own and those that brought what was carried
    here; a list for each change."""
    rows = _events(Change.objects.filter(ticket=ticket, **window).order_by(order))
    if getattr(ticket, "has_carried", True):  # annotated by for_detail()
        carried = Message.objects.filter(ticket=ticket, said_in__isnull=False).values("said_in_id")
        rows |= _events(Change.objects.filter(pk__in=carried, **window).order_by(order))
    return [rows[key] for key in sorted(rows, reverse=order == "-pk")[: PAGE + 1]]


def _events(changes: QuerySet[Change]) -> dict[int, list[Event]]:
    """By change, each event with its change, in one statement."""
    found: dict[int, list[Event]] = {}
    wanted = changes.values("pk")[: PAGE + 1]
    for event in Event.objects.filter(change__in=wanted).select_related("change").order_by("pk"):
        found.setdefault(event.change_id, []).append(event)
    return found


def _messages(ticket: Ticket, changes: list[list[Event]], actor: Actor) -> dict[int, Message]:
    wanted = [event.data["message"] for events in changes for event in events if event.kind == "message_added"]
    if not wanted:
        return {}
    rows = _said().filter(ticket=ticket, pk__in=wanted).visible_to(actor)
    return {message.pk: message for message in with_files(rows)}


@cache
def _said() -> MessageQuerySet:
    """The question without a ticket, put together once."""
    return Message.objects.for_conversation()


def with_files(messages: Iterable[Message]) -> list[Message]:
    """Messages of for_conversation() with their attachments; not asked for where there are none."""
    messages = list(messages)
    some = [message for message in messages if message.has_files]  # type: ignore[attr-defined]
    prefetch_related_objects(some, Prefetch("attachments", Attachment.objects.select_related("blob")))
    for message in messages:
        if not message.has_files:  # type: ignore[attr-defined]
            message._prefetched_objects_cache = {"attachments": Attachment.objects.none()}  # type: ignore[attr-defined]
    return messages


def _entries(ticket: Ticket, events: list[Event], messages: dict[int, Message]) -> list[Entry]:
    """What one change has to tell."""
    entries: list[Entry] = []
    lines: list[str] = []
    change = events[0].change
    who = wording.author(change)
    for event in events:
        if event.kind == "message_added" and (message := messages.get(event.data["message"])):
            thanks = bool(event.data.get("thanks"))
            entries.append(Entry(change.pk, change.created_at, who, change.via, message=message, thanks=thanks))
        if change.ticket_id == ticket.pk and (words := wording.phrase(event)):
            lines.append(words)
    if lines:
        entries.append(Entry(change.pk, change.created_at, who, change.via, lines=tuple(lines)))
    return entries
