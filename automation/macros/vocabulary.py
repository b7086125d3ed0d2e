"""The steps that a macro may hold: what is chosen for each, how it is said, and why one is broken.

Words to the customer are no step: a macro has one text. Nor is what belongs to one ticket only, such as its subject.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from automation.macros.house import House
from automation.macros.kinds import FIELD, NOBODY, Kind
from automation.macros.verbs import MOST_DAYS
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.http import number_in
from tickets.actions.tags import normalise_tag
from tickets.models import Priority, TicketType

Step = dict[str, Any]


def step_of(kind: Kind, value: str) -> Step:
    """The step that a row of the form means; what is wrong with it is told by trouble()."""
    if kind.verb == FIELD:
        return {"do": FIELD, "key": kind.name.partition(":")[2], "value": value}
    if not kind.argument:
        return {"do": kind.verb}
    given: Any = value.strip()
    if kind.argument in ("agent_id", "team_id"):
        given = None if given == NOBODY else number_in(given) or 0
    elif kind.argument == "days":
        given = number_in(given) or 0
    return {"do": kind.verb, kind.argument: given}


def row_of(step: Step) -> tuple[str, str]:
    """The kind and the value that a form shows for a step."""
    if step["do"] == FIELD:
        return f"{FIELD}:{step['key']}", _of_field(step["value"])
    value = next((value for name, value in step.items() if name != "do"), "")
    return step["do"], NOBODY if value is None else str(value)


def _of_field(value: Any) -> str:
    """By identity, since the numbers 1 and 0 equal True and False."""
    if value is True or value is False:
        return "on" if value else "off"
    return "" if value is None else str(value)


def stored(step: Step, house: House) -> Step:
    """The step as it is kept: tags as they are written, values as their field reads them. Raises HelpdeskError."""
    if step["do"] in ("add_tag", "remove_tag"):
        return {**step, "tag": normalise_tag(step["tag"])}
    if step["do"] == FIELD:
        return {**step, "value": house.fields[step["key"]].parse(step["value"])}
    return step


def trouble(step: Step, house: House) -> str:
    """Why a step cannot be done on any ticket; "" when nothing stands against it."""
    check = _TROUBLES.get(step.get("do", ""))
    if check is None:
        return _("Nobody knows this step any more.")
    try:
        return check(step, house)
    except (KeyError, TypeError):
        return _("This step lacks a value.")


def _one_of(argument: str, values: Sequence[str]) -> Callable[[Step, House], str]:
    return lambda step, house: "" if step[argument] in values else _("Choose one from the list.")


def _agent(step: Step, house: House) -> str:
    key = step["agent_id"]
    if key is None or key in house.assignable:
        return ""
    if name := house.agents.get(key):
        return _("%(name)s cannot be given tickets any more.") % {"name": name}
    return _("Choose an agent.") if key == 0 else _("The agent is gone.")


def _team(step: Step, house: House) -> str:
    key = step["team_id"]
    if key is None or key in house.open_teams:
        return ""
    if name := house.teams.get(key):
        return _("The team %(name)s is archived.") % {"name": name}
    return _("Choose a team.") if key == 0 else _("The team is gone.")


def _tag(step: Step, house: House) -> str:
    try:
        normalise_tag(step["tag"])
    except HelpdeskError as error:
        return str(error)
    return ""


def _field(step: Step, house: House) -> str:
    field = house.fields.get(step["key"])
    if field is None or not field.active:
        return _("The field %(name)s is gone.") % {"name": field.label if field else step["key"]}
    try:
        field.parse(step["value"])
    except HelpdeskError as error:
        return str(error)
    return ""


def _days(step: Step, house: House) -> str:
    if 1 <= step["days"] <= MOST_DAYS:
        return ""
    return _("Choose a number of days from 1 to %(most)d.") % {"most": MOST_DAYS}


_TROUBLES: dict[str, Callable[[Step, House], str]] = {
    "set_status": _one_of("status", ("open", "pending", "on_hold", "solved")),
    "set_priority": _one_of("priority", [priority.slug for priority in Priority]),
    "set_type": _one_of("type", TicketType.values),
    "take": lambda step, house: "",
    "assign_to": _agent,
    "move_to_team": _team,
    "add_tag": _tag,
    "remove_tag": _tag,
    "snooze_for": _days,
    "wake": lambda step, house: "",
    FIELD: _field,
}
VERBS = tuple(_TROUBLES)


def _about(step: Step, house: House) -> str:
    verb = str(step.get("do", ""))
    if verb == FIELD:
        field = house.fields.get(step.get("key", ""))
        return field.label if field else str(step.get("key", ""))
    kind = house.kinds.get(verb)
    return kind.label if kind else verb


def said(step: Step, house: House) -> str:
    """One phrase for what the step does; of a broken one only what it is about."""
    if trouble(step, house):
        return _about(step, house)
    kind = house.kinds[row_of(step)[0]]
    if kind.verb == "snooze_for":
        return ngettext("Snooze for %(days)d day", "Snooze for %(days)d days", step["days"]) % {"days": step["days"]}
    if not kind.argument:
        return kind.label
    value = row_of(step)[1]
    return _("%(what)s: %(value)s") % {"what": kind.label, "value": kind.labels.get(value, value) or _("Empty")}
