"""The ladder of a policy: what a clock sets off on its way to the due time and past it, and the form of a step.

A step is {"metric", "at", "do", "notify", "escalate"} and, where wanted, "condition", "to", "ack_minutes",
"repeat_every" and "max_repeats". `at` is "80%" of the target, "-30m" before the due time, "0" or "+60m" after it;
all of it in the clock's own time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError
from sla.calendar import Clockwork
from sla.models.clock import Metric
from tickets.actions import load

MOST_STEPS = 40
LONGEST_OFFSET = 60 * 24 * 90
"""Minutes: 90 days of the clock's own time."""
LONGEST_WAIT = 60 * 24 * 14
"""Minutes that somebody may have to acknowledge, or that lie between two reminders."""
MOST_REPEATS = 50
KEYS = frozenset(
    {"metric", "at", "condition", "do", "notify", "escalate", "to", "ack_minutes", "repeat_every", "max_repeats"}
)
NOTIFY = re.compile(r"assignee|team_lead|followers|role:(agent|supervisor|ops_manager|admin)|agent:[1-9]\d{0,17}")
_AT = re.compile(r"(?P<percent>[1-9]\d{0,2})%|(?P<sign>[+-])(?P<minutes>[1-9]\d{0,5})m|0")
# What a step may do to the ticket by itself: nothing that speaks to a customer or ends the work.
MAY_DO = frozenset({"assign_to", "move_to_team", "set_priority", "add_tag", "remove_tag", "follow"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the sweep takes it. `label` names it on its clock: the same step of an edited policy is not taken
    again; `position` is its place in the ladder, `level` counts the escalations of its metric from 1."""

    position: int
    label: str
    metric: str
    at: str
    escalate: bool
    level: int
    condition: tuple[Mapping[str, Any], ...]
    do: tuple[Mapping[str, Any], ...]
    notify: tuple[str, ...]
    to: Mapping[str, int]
    ack_minutes: int | None
    repeat_every: int | None
    max_repeats: int

    def moment(self, due_at: datetime, target: int, clockwork: Clockwork) -> datetime:
        """When it is to be taken, of a clock that runs towards `due_at` with a target of so many seconds."""
        seconds = offset(self.at, target)
        return clockwork.add(due_at, seconds) if seconds >= 0 else clockwork.subtract(due_at, -seconds)


def offset(at: str, target: int) -> int:
    """Seconds of the clock's own time from the due time: negative before it, positive after it."""
    found = _AT.fullmatch(at)
    if found is None:
        raise HelpdeskError("bad_moment", _("Write a moment like 80%%, -30m, 0 or +60m.") % {}, field="at")
    if percent := found["percent"]:
        return -(target - target * int(percent) // 100)
    if minutes := found["minutes"]:
        return int(minutes) * 60 * (-1 if found["sign"] == "-" else 1)
    return 0


def steps_of(ladder: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """A stored ladder as steps, in its order."""
    return tuple(_numbered(ladder))


def _numbered(ladder: Sequence[Mapping[str, Any]]) -> Iterator[Step]:
    same: dict[tuple[str, str], int] = {}
    levels: dict[str, int] = {}
    for position, raw in enumerate(ladder):
        metric, at, escalate = raw["metric"], raw["at"], bool(raw.get("escalate"))
        nth = same[metric, at] = same.get((metric, at), 0) + 1
        if escalate:
            levels[metric] = levels.get(metric, 0) + 1
        yield Step(
            position=position,
            label=f"{at}#{nth}",
            metric=metric,
            at=at,
            escalate=escalate,
            level=levels.get(metric, 1),
            condition=tuple(raw.get("condition") or ()),
            do=tuple(raw.get("do") or ()),
            notify=tuple(raw.get("notify") or ()),
            to=raw.get("to") or {},
            ack_minutes=raw.get("ack_minutes"),
            repeat_every=raw.get("repeat_every"),
            max_repeats=raw.get("max_repeats") or 0,
        )


def check_ladder(steps: object) -> None:
    """Raise HelpdeskError, whose field is "ladder" or "ladder-<place>-<key>", unless the sweep could take it all."""
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        words = _("A ladder is a list of at most %(most)d steps.") % {"most": MOST_STEPS}
        raise HelpdeskError("bad_ladder", words, field="ladder")
    for place, step in enumerate(steps):
        try:
            _check(step)
        except HelpdeskError as error:
            raise HelpdeskError(error.code, error.message, field=f"ladder-{place}-{error.field}") from None


def _check(step: object) -> None:
    if not isinstance(step, dict) or step.keys() - KEYS:
        raise HelpdeskError("bad_ladder", _("This step cannot be read."), field="at")
    if step.get("metric") not in Metric.values:
        raise HelpdeskError("bad_metric", _("Choose what is measured."), field="metric")
    at = step.get("at")
    if not isinstance(at, str) or abs(offset(at, 0)) > LONGEST_OFFSET * 60:
        raise HelpdeskError("bad_moment", _("Write a moment like 80%%, -30m, 0 or +60m.") % {}, field="at")
    _check_doing(step)
    _check_asking(step)


def _check_doing(step: Mapping[str, Any]) -> None:
    do, notify, condition = (step.get(key) or [] for key in ("do", "notify", "condition"))
    if not isinstance(condition, list) or not all(isinstance(one, dict) for one in condition):
        raise HelpdeskError("bad_condition", _("This condition cannot be read."), field="condition")
    if not isinstance(do, list) or not all(isinstance(one, dict) and one.get("do") in MAY_DO for one in do):
        raise HelpdeskError("bad_step", _("A step cannot do this by itself."), field="do")
    for one in do:
        try:
            load(one)
        except HelpdeskError as error:
            raise HelpdeskError(error.code, error.message, field="do") from None
    if not isinstance(notify, list) or not all(isinstance(one, str) and NOTIFY.fullmatch(one) for one in notify):
        raise HelpdeskError("bad_recipient", _("Choose who is told."), field="notify")
    if not (do or notify or step.get("escalate")):
        raise HelpdeskError("empty_step", _("Choose who is told, what is done, or escalate."), field="notify")


def _check_asking(step: Mapping[str, Any]) -> None:
    """Whom the escalation goes to, and how it insists; a step that does not escalate has none of it."""
    to = step.get("to")
    well_formed = to is None or (
        isinstance(to, dict) and len(to) == 1 and to.keys() <= {"agent", "team"} and _is_number(*to.values())
    )
    if not well_formed or (to and not step.get("escalate")):
        raise HelpdeskError("bad_recipient", _("Choose whom it is escalated to."), field="to")
    for key, most in (("ack_minutes", LONGEST_WAIT), ("repeat_every", LONGEST_WAIT), ("max_repeats", MOST_REPEATS)):
        value = step.get(key)
        if value is None:
            continue
        if not step.get("escalate"):
            raise HelpdeskError("not_escalated", _("Only an escalation can be acknowledged or repeated."), field=key)
        if not _is_number(value) or value > most:
            raise HelpdeskError("bad_number", _("Enter a number from 1 to %(most)d.") % {"most": most}, field=key)
    if bool(step.get("repeat_every")) != bool(step.get("max_repeats")):
        empty = "max_repeats" if step.get("repeat_every") else "repeat_every"
        raise HelpdeskError("half_repeat", _("Say how often it is repeated, and how many times at most."), field=empty)


def _is_number(*values: object) -> bool:
    return all(isinstance(value, int) and not isinstance(value, bool) and value > 0 for value in values)
