"""What routing does after a ticket has changed: have the queues looked at, since somebody may have room or work now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from automation import known_teams
from automation.models import Mode
from automation.waking import wake
from tickets.outbox import reacts_to

if TYPE_CHECKING:
    from tickets.models import Change

BY_ROUTING = {Mode.ROUND_ROBIN, Mode.LEAST_LOADED}


def _brings_room_or_work(data: Mapping[str, Any]) -> bool:
    """Of opened, status_changed, assignee_changed and woken; a house that does all by hand owes nothing."""
    teams = known_teams.automatic_teams()
    if not teams or data.get("reason") in BY_ROUTING:
        return False
    if "channel" in data:  # opened
        return bool(data["team"]) and data["team"]["id"] in teams
    if "was_until" in data:  # woken
        return True
    if isinstance(data.get("from"), str):  # status_changed
        return data["to"] in {"open", "solved"}
    return data.get("from") is not None  # assignee_changed: out of somebody's hands


def _joins_a_queue(data: Mapping[str, Any]) -> bool:
    return bool(data["to"]) and data["to"]["id"] in known_teams.automatic_teams()


def look_at_queues_together(changes: Sequence[Change]) -> None:
    """One call is enough for many changes: whoever hears it looks at every queue."""
    transaction.on_commit(wake, robust=True)


@reacts_to(
    "opened",
    "status_changed",
    "assignee_changed",
    "woken",
    where=_brings_room_or_work,
    together=look_at_queues_together,
)
def look_at_queues(change: Change) -> None:
    """Nothing is written: what waits stands in the queue itself."""
    look_at_queues_together([change])


@reacts_to("team_changed", where=_joins_a_queue, together=look_at_queues_together)
def look_at_its_new_queue(change: Change) -> None:
    """The same for a ticket that came from another team."""
    look_at_queues_together([change])
