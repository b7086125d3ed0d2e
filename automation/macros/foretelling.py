"""What a macro would do to one ticket, in words, before it does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from automation.macros.house import House
from automation.macros.model import Macro
from automation.macros.verbs import steps_of
from automation.macros.vocabulary import said, trouble
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.moments import near_day_and_time
from tickets import wording
from tickets.actions import Fact
from tickets.canned import Filled, fill, values_on
from tickets.models import Event, Priority, Status, TicketType
from tickets.rehearsing import Tried, rehearse

if TYPE_CHECKING:
    from agents.actors import Actor
    from agents.models import Agent
    from tickets.models import Ticket

_PRIORITIES = {item.slug: item.label for item in Priority}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that would change; with `refused`, one that would not and why; with neither, one that is so already."""

    what: str
    before: str = ""
    after: str = ""
    refused: str = ""
    changes: bool = True


@dataclass(frozen=True)
class Foretold:
    macro: Macro
    tried: list[Tried]
    lines: list[Line]
    words: Filled
    # Why nothing could be tried at all: a step that nobody knows any more.
    refused: HelpdeskError | None = None

    @property
    def is_refused(self) -> bool:
        return any(line.refused for line in self.lines)


def foretell(macro: Macro, ticket: Ticket, agent: Agent, by: Actor) -> Foretold:
    """Costs what applying it would cost. Raises NotVisible."""
    house = House.read()
    words = fill(macro.body, values_on(ticket, agent)) if macro.body else Filled("", ())
    try:
        actions = steps_of(macro)
    except HelpdeskError as error:
        return Foretold(macro, [], [Line(macro.name, refused=str(error))], words, error)
    tried = rehearse(ticket.pk, actions, by)
    lines = [
        line
        for step, one in zip(macro.steps, tried, strict=True)
        for line in _lines(one, said(step, house), trouble(step, house))
    ]
    return Foretold(macro, tried, lines, words)


def _lines(tried: Tried, words: str, wrong: str) -> list[Line]:
    if tried.refused:
        return [Line(words, refused=wrong or str(tried.refused))]
    if not tried.facts:
        return [Line(words, changes=False)]
    return [_line(fact) for fact in tried.facts]


def _line(fact: Fact) -> Line:
    if told := _TOLD.get(fact.kind):
        return told(fact.data)
    return Line(wording.phrase(Event(kind=fact.kind, data=fact.data)) or fact.kind)


def _name(value: dict[str, Any] | None, none: str) -> str:
    return value["name"] if value else none


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return _("Empty") if value in (None, "") else str(value)


def _moment(text: str) -> str:
    moment = parse_datetime(text)
    return near_day_and_time(moment) if moment else text


_TOLD: dict[str, Callable[[dict[str, Any]], Line]] = {
    "status_changed": lambda d: Line(_("State"), str(Status(d["from"]).label), str(Status(d["to"]).label)),
    "priority_changed": lambda d: Line(_("Priority"), str(_PRIORITIES[d["from"]]), str(_PRIORITIES[d["to"]])),
    "type_changed": lambda d: Line(_("Type"), str(TicketType(d["from"]).label), str(TicketType(d["to"]).label)),
    "assignee_changed": lambda d: Line(_("Assignee"), _name(d["from"], _("Nobody")), _name(d["to"], _("Nobody"))),
    "team_changed": lambda d: Line(_("Team"), _name(d["from"], _("No team")), _name(d["to"], _("No team"))),
    "field_changed": lambda d: Line(d["label"], _shown(d["from"]), _shown(d["to"])),
    "tag_added": lambda d: Line(_("New tag"), after=d["tag"]),
    "tag_removed": lambda d: Line(_("Tag taken off"), before=d["tag"]),
    "snoozed": lambda d: Line(_("Snoozed until"), after=_moment(d["until"])),
    "woken": lambda d: Line(_("Woken")),
}
