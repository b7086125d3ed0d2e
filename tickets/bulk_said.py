"""Says in the reader's language what a bulk job does; its rows hold Actions only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from agents.models import Agent, Team
from helpdesk.lib.moments import near_day_and_time
from tickets.models import BulkJob, Priority, Status

_PRIORITIES = {item.slug: item for item in Priority}

# What cannot be called back from a customer or a colleague who has read it; so are the `words` of a macro.
ONE_WAY = ("add_reply", "add_note")


def may_undo(job: BulkJob) -> bool:
    """Something was changed, it can be put back, and that has not been done."""
    if job.undoes_id or any(step["do"] in ONE_WAY or step.get("words") for step in job.steps):
        return False
    return not BulkJob.objects.filter(undoes=job).exists() and job.items.changed().exists()


def said_steps(job: BulkJob) -> list[str]:
    """One phrase for each thing that is done."""
    if job.undoes_id:
        return [_("Undo")]
    return [_SAID[step["do"]](step) for step in job.steps if step["do"] in _SAID]


def _name(rows: Any, key: int | None) -> str:
    return str(rows.filter(pk=key).values_list("name", flat=True).first() or f"#{key}")


def _assigned(step: dict[str, Any]) -> str:
    if step["agent_id"] is None:
        return _("Assign to nobody")
    return _("Assign to %(name)s") % {"name": _name(Agent.objects, step["agent_id"])}


def _moved(step: dict[str, Any]) -> str:
    if step["team_id"] is None:
        return _("Take out of the team")
    return _("Move to %(team)s") % {"team": _name(Team.objects, step["team_id"])}


def _snoozed(step: dict[str, Any]) -> str:
    moment = parse_datetime(step["until"])
    return _("Snooze until %(moment)s") % {"moment": near_day_and_time(moment) if moment else ""}


_SAID: dict[str, Callable[[dict[str, Any]], str]] = {
    "set_status": lambda step: _("State: %(state)s") % {"state": Status(step["status"]).label},
    "set_priority": lambda step: _("Priority: %(priority)s") % {"priority": _PRIORITIES[step["priority"]].label},
    "assign_to": _assigned,
    "move_to_team": _moved,
    "add_tag": lambda step: _("Add the tag %(tag)s") % {"tag": step["tag"]},
    "remove_tag": lambda step: _("Remove the tag %(tag)s") % {"tag": step["tag"]},
    "snooze": _snoozed,
    "wake": lambda step: _("Wake now"),
    "follow": lambda step: _("Follow"),
    "unfollow": lambda step: _("Stop following"),
    "add_reply": lambda step: _("Reply to the customers"),
    "spread": lambda step: _("Spread the tickets of %(name)s") % {"name": _name(Agent.objects, step["agent_id"])},
    "add_note": lambda step: _("Internal note"),
    "apply_macro": lambda step: _("Macro: %(name)s") % {"name": step["called"] or f"#{step['macro_id']}"},
}
