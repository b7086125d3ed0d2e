"""Leaves a row for every channel of a chat program that wants to hear of a change; nothing is sent from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notifications.chat_kinds import OF_EVENT, ChatKind
from notifications.chat_models import ChatHook, ChatNews
from notifications.lateness import end_of_slot, is_late
from notifications.promise_reactions import is_before_due
from tickets.outbox import reacts_to

if TYPE_CHECKING:
    from tickets.models import Change, Event


@reacts_to(*OF_EVENT)
def tell_chat(change: Change) -> None:
    if change.via == "import":
        return
    kinds = {_kind(event) for event in change.events.all() if event.kind in OF_EVENT}
    if ChatKind.ESCALATED in kinds:  # says why, so one line is enough
        kinds -= {ChatKind.BREACHED, ChatKind.DUE_SOON}
    due_at = end_of_slot(change.created_at) if is_late(change) else change.created_at
    rows = [
        ChatNews(hook=hook, ticket_id=change.ticket_id, change=change, kind=kind, due_at=due_at)
        for hook in ChatHook.objects.listening(change.ticket.team_id)
        for kind in sorted(kinds)
        if kind in hook.kinds
    ]
    ChatNews.objects.bulk_create(rows, ignore_conflicts=True)


def _kind(event: Event) -> str:
    if event.kind == "sla_step_taken" and not is_before_due(event):
        return ChatKind.BREACHED
    return OF_EVENT[event.kind]
