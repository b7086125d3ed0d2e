"""The menu of steps: what may be chosen for each in this house, by the names that agents, teams and fields have now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tickets.models import FieldDefinition, Priority, Status, TicketType

if TYPE_CHECKING:
    from automation.macros.house import House

NOBODY = "none"
FIELD = "set_field"


@dataclass(frozen=True)
class Kind:
    """One line of the menu of steps. `argument` is the value of the Action that is chosen; "" when there is none."""

    name: str
    label: str
    argument: str = ""
    choices: Sequence[tuple[str, str]] = ()
    control: str = "none"

    @property
    def verb(self) -> str:
        return self.name.partition(":")[0]

    @cached_property
    def labels(self) -> dict[str, str]:
        return dict(self.choices)


def kinds_in(house: House) -> dict[str, Kind]:
    """By name, in the order in which they are offered; one for each custom field."""
    states = [(value, str(Status(value).label)) for value in ("open", "pending", "on_hold", "solved")]
    agents = [(NOBODY, _("Nobody")), *((str(key), house.agents[key]) for key in house.assignable)]
    teams = [(NOBODY, _("No team")), *((str(key), house.teams[key]) for key in house.open_teams)]
    found = [
        Kind("set_status", _("State"), "status", states, "choice"),
        Kind("set_priority", _("Priority"), "priority", [(p.slug, str(p.label)) for p in Priority], "choice"),
        Kind("set_type", _("Type"), "type", [(str(v), str(t)) for v, t in TicketType.choices], "choice"),
        Kind("take", _("Assign to whoever applies it")),
        Kind("assign_to", _("Assign to an agent"), "agent_id", agents, "choice"),
        Kind("move_to_team", _("Move to a team"), "team_id", teams, "choice"),
        Kind("add_tag", _("Add a tag"), "tag", (), "text"),
        Kind("remove_tag", _("Remove a tag"), "tag", (), "text"),
        Kind("snooze_for", _("Snooze for so many days"), "days", (), "number"),
        Kind("wake", _("Wake now")),
    ]
    found += [_field_kind(field) for field in house.fields.values() if field.active]
    return {kind.name: kind for kind in found}


def _field_kind(field: FieldDefinition) -> Kind:
    choices: list[tuple[str, str]] = []
    if field.kind == FieldDefinition.Kind.CHOICE:
        choices = [("", _("Empty")), *((str(one), str(one)) for one in field.choices)]
    elif field.kind == FieldDefinition.Kind.CHECKBOX:
        choices = [("on", _("Yes")), ("off", _("No"))]
    control = "choice" if choices else {"number": "decimal", "date": "date"}.get(field.kind, "text")
    return Kind(f"{FIELD}:{field.key}", field.label, "value", choices, control)
