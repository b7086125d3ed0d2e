"""What a person finds behind a leg of a clock: who did what, and where it stands in the conversation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from tickets import wording
from tickets.models import Event, Message

MOST_SAID = 2


@dataclass(frozen=True, slots=True)
class Cause:
    """`did` is the rest of a sentence that begins with `who`."""

    who: str
    did: str
    at: datetime
    href: str


def causes(ticket_id: int, change_ids: Collection[int]) -> dict[int, Cause]:
    """By Change, for those who may see the ticket. One statement, by the index of events on their change."""
    rows = Event.objects.filter(change__in=change_ids, change__ticket=ticket_id).select_related("change").order_by("pk")
    by_change: dict[int, list[Event]] = {}
    for event in rows if change_ids else ():
        by_change.setdefault(event.change_id, []).append(event)
    return {key: _cause(ticket_id, events) for key, events in by_change.items()}


def _cause(ticket_id: int, events: list[Event]) -> Cause:
    change = events[0].change
    said = [words for event in events if (words := _words(event))]
    message = next((event.data["message"] for event in events if event.kind == "message_added"), None)
    if message is not None:
        href = reverse("tickets:message", args=[ticket_id, message])
    else:
        href = reverse("tickets:change", args=[ticket_id, change.pk])
    return Cause(wording.author(change), ", ".join(said[:MOST_SAID]), change.created_at, href)


def _words(event: Event) -> str:
    if event.kind == "message_added" and not event.data.get("thanks"):
        if event.data.get("author") == Message.Author.CUSTOMER:
            return _("wrote a message")
        return _("replied") if event.data.get("public") else _("added a note")
    return wording.phrase(event)
