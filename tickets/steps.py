"""The macro language as it comes from outside: named Actions, whose values are checked before any of them is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError
from tickets.actions import Action, load
from tickets.actions.base import REGISTRY

_MOST = 2**63 - 1
# What a program may do, and with which of its values; None: with all. The rest of the vocabulary is the house's own.
OPEN: Mapping[str, tuple[str, ...] | None] = dict.fromkeys(
    "set_subject set_priority set_type set_language set_requester set_field set_status snooze wake add_tag remove_tag"
    " assign_to move_to_team follow unfollow add_participant remove_participant add_reply add_note withdraw_message"
    " redact_message add_time_spent correct_time_spent acknowledge_escalation take_over_escalation"
    " hand_back_escalation resolve_escalation set_sla_policy set_breach_cause".split()
) | {
    "escalate": ("reason", "text", "to_agent_id", "to_team_id"),
    "take": None,
    "snooze_for": None,
    "apply_macro": ("macro_id", "version"),
}


def actions_of(steps: Sequence[Mapping[str, Any]]) -> list[Action]:
    """The Actions. Raises HelpdeskError "unknown_action" or "bad_step", whose field says which step."""
    return [action_of(dict(step), f"actions.{number}") for number, step in enumerate(steps)]


def action_of(step: dict[str, Any], place: str) -> Action:
    """One of them; `place` is where it stands."""
    name = step.get("do")
    if not isinstance(name, str) or name not in OPEN or name not in REGISTRY:
        raise HelpdeskError("unknown_action", _("There is no such action."), field=f"{place}.do")
    allowed = OPEN[name]
    for key, value in step.items():
        hint = _hints(name).get(key)
        if key == "do":
            continue
        if hint is None or (allowed is not None and key not in allowed):
            raise HelpdeskError("bad_step", _("This action does not take this value."), field=f"{place}.{key[:60]}")
        if not _fits(value, hint):
            raise HelpdeskError("bad_step", _("This value is of the wrong kind."), field=f"{place}.{key}")
    try:
        return load(step)
    except HelpdeskError as error:
        raise HelpdeskError(error.code, error.message, field=place) from None


@cache
def _hints(name: str) -> dict[str, Any]:
    action = REGISTRY[name]
    hints = get_type_hints(action)
    return {field.name: hints[field.name] for field in fields(action)}


def _fits(value: Any, hint: Any) -> bool:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, one) for one in get_args(hint))
    if hint is type(None):
        return value is None
    if hint is Any:
        return value is None or isinstance(value, bool | int | float) or _fits(value, str)
    if hint is str:
        return isinstance(value, str) and "\x00" not in value and not any("\ud800" <= one <= "\udfff" for one in value)
    if hint is int:
        return type(value) is int and abs(value) <= _MOST
    if hint is bool:
        return isinstance(value, bool)
    if origin is not None and issubclass(origin, Sequence):
        return isinstance(value, list) and len(value) <= 500 and all(_fits(one, get_args(hint)[0]) for one in value)
    return False
