"""What puts a change back, where that is simple: state, priority, assignee, team, tags, sleep and following."""

from __future__ import annotations

from typing import Any

from tickets.actions import (
    Action,
    AddTag,
    AssignTo,
    Follow,
    MoveToTeam,
    RemoveTag,
    SetPriority,
    SetStatus,
    Snooze,
    Unfollow,
    Wake,
)
from tickets.models import Change, Status


def inverse(change: Change) -> list[Action]:
    """The actions that put back what this change altered, the last first; none when a part of it cannot be put back."""
    found: list[Action] = []
    for event in reversed(list(change.events.all())):
        if event.kind == "macro_applied":  # says by what the others came about
            continue
        one = _of(event.kind, event.data)
        if one is None:
            return []
        found.append(one)
    # A team that comes back lets go of whoever is not in it: the assignee is put back after it.
    return sorted(found, key=lambda one: isinstance(one, AssignTo))


def _of(kind: str, data: dict[str, Any]) -> Action | None:
    match kind:
        case "status_changed":
            # No door leads back to "new"; "open" is what such a ticket is to whoever works on it.
            return SetStatus(Status.OPEN if data["from"] == Status.NEW else data["from"])
        case "priority_changed":
            return SetPriority(data["from"])
        case "assignee_changed":
            return AssignTo(data["from"]["id"] if data["from"] else None)
        case "team_changed":
            return MoveToTeam(data["from"]["id"] if data["from"] else None)
        case "tag_added":
            return RemoveTag(data["tag"])
        case "tag_removed":
            return AddTag(data["tag"])
        case "snoozed":
            return Wake()
        case "woken":
            return Snooze(data["was_until"]) if data.get("was_until") else None
        case "follower_added":
            return Unfollow(data["agent"]["id"])
        case "follower_removed":
            return Follow(data["agent"]["id"])
    return None
