"""Carrying messages from one ticket to another, and what a ticket's columns say about the words that it holds now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from helpdesk.lib.text import excerpt
from tickets.actions.corrections import last_public_words
from tickets.models import Change, Draft, Event, Message, Ticket

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tickets.models.draft import DraftQuerySet
    from tickets.models.scheduled import ScheduledReplyQuerySet

BATCH = 500


def carry(messages: QuerySet[Message], to: Ticket) -> list[int]:
    """Hang messages on another ticket; their keys. Files come along, since they hang on the messages.

    The Changes stay where they were made. So a message that stands on another ticket than its Change names that
    Change, and the timeline finds it (tickets/timeline.py); one that comes home names none.
    """
    rows = list(messages.select_related("said_in").order_by("pk"))
    brought = _brought_by(rows)
    for row in rows:
        change = row.said_in or brought.get(row.pk)
        row.said_in = change if change is not None and change.ticket_id != to.pk else None
        row.ticket = to
    Message.objects.bulk_update(rows, ["ticket", "said_in"], batch_size=BATCH)
    return [row.pk for row in rows]


def _brought_by(rows: Iterable[Message]) -> dict[int, Change]:
    """The Change that added each message which still stands where it was said."""
    homes = {row.ticket_id for row in rows if row.said_in_id is None}
    events = Event.objects.filter(change__ticket_id__in=homes, kind="message_added").select_related("change")
    return {event.data["message"]: event.change for event in events}


def carry_planned(rows: ScheduledReplyQuerySet, to: Ticket) -> list[int]:
    """Replies that wait for their moment wait on the other ticket; their keys. One that is being sent just now is left
    to its sweep, which holds a lock that waits for ours, and finds its way by itself (tickets/scheduling.py)."""
    keys = list(rows.unsent().select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
    rows.filter(pk__in=keys).update(ticket=to)
    return keys


def carry_drafts(rows: DraftQuerySet, to: Ticket) -> list[int]:
    """What somebody began to write goes along, unless they have begun something there as well; the keys."""
    begun = Draft.objects.filter(ticket=to).values("agent_id")
    keys = list(rows.exclude(agent_id__in=begun).values_list("pk", flat=True))
    try:
        with transaction.atomic():
            Draft.objects.filter(pk__in=keys).update(ticket=to)
    except IntegrityError:  # begun this very moment: then each stays where it is
        return []
    return keys


def waiting_from(ticket: Ticket) -> datetime | None:
    """Since when a customer waits for our answer, read from the words themselves; None when nobody does."""
    if not ticket.is_open:
        return None
    public = ticket.messages.filter(public=True, withdrawn_at=None).order_by("pk")
    answered = public.exclude(author_kind=Message.Author.CUSTOMER).values_list("pk", flat=True).last() or 0
    asked = public.filter(author_kind=Message.Author.CUSTOMER, pk__gt=answered)
    return asked.values_list("created_at", flat=True).first()


def excerpt_of(ticket: Ticket) -> str:
    """The beginning of the newest public words; never kept elsewhere, so that what is redacted stays gone."""
    last = last_public_words(ticket)
    return excerpt(last.plain, 200) if last else ""
