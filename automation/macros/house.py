"""What the steps of macros may name: teams, agents and fields, read once for a whole page of macros."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from agents.models import Agent, Team
from automation.macros.kinds import Kind, kinds_in
from tickets.models import FieldDefinition


@dataclass(frozen=True)
class House:
    """Names by key: of all, since a step may name what is gone, and the keys of those that may be chosen now."""

    teams: dict[int, str]
    open_teams: list[int]
    agents: dict[int, str]
    assignable: list[int]
    fields: dict[str, FieldDefinition]

    @classmethod
    def read(cls) -> House:
        """Five statements, however many macros are looked at."""
        return cls(
            teams=dict(Team.objects.values_list("pk", "name")),
            open_teams=list(Team.objects.active().order_by("name").values_list("pk", flat=True)),
            agents=dict(Agent.objects.values_list("pk", "name")),
            assignable=list(Agent.objects.assignable().order_by("name").values_list("pk", flat=True)),
            fields={field.key: field for field in FieldDefinition.objects.all()},
        )

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Made once: a page says thousands of steps."""
        return kinds_in(self)
