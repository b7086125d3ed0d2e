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


def _matters(data: Mapping[str, Any]) -> bool:
    """Whether the data of any of the kinds below can let a ticket be handed out; a house that does it by hand owes
    nothing."""
    teams = known_teams.automatic_teams()
    if not teams or data.get("reason") in BY_ROUTING:
        return False
    if "channel" in data:  # opened
        return bool(data["team"]) and data["team"]["id"] in teams
    if "was_until" in data:  # woken
        return True
    if isinstance(data.get("from"), str):  # status_changed
        return data["to"] in {"open", "solved"}
    # team_changed, assignee_changed: into a queue of ours, or out of somebody's hands
    return data.get("from") is not None or (bool(data.get("to")) and data["to"]["id"] in teams)


def look_at_queues_together(changes: Sequence[Change]) -> None:
    """One call is enough for many changes: whoever hears it looks at every queue."""
    transaction.on_commit(wake, robust=True)


@reacts_to(
    "opened",
    "team_changed",
    "status_changed",
    "assignee_changed",
    "woken",
    where=_matters,
    together=look_at_queues_together,
)
def look_at_queues(change: Change) -> None:
    """Nothing is written: what waits stands in the queue itself."""
    look_at_queues_together([change])
