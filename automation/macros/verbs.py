"""Verbs that mean whoever applies a macro and the moment it is applied, and the verb that applies one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agents.models import Agent
from agents.permissions import Permission
from automation.macros.model import Macro
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from tickets.actions import Action, AddNote, AddReply, AssignTo, Fact, Snooze, load
from tickets.bulk_words import said_on

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket

MOST_DAYS = 365


@dataclass(frozen=True)
class Take(Action):
    """Assign the ticket to whoever does this."""

    name = "take"
    permission = Permission.ASSIGN

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if not by.is_agent or by.id is None:
            raise Denied("denied", _("Only an agent takes a ticket."))
        yield from AssignTo(by.id).apply(ticket, by)


@dataclass(frozen=True)
class SnoozeFor(Action):
    """Hide the ticket for so many days, to this time of day."""

    name = "snooze_for"
    permission = Permission.EDIT
    days: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if not 1 <= self.days <= MOST_DAYS:
            words = _("Choose a number of days from 1 to %(most)d.") % {"most": MOST_DAYS}
            raise HelpdeskError("bad_days", words, field="days")
        yield from Snooze((ticket.acting_at + timedelta(days=self.days)).isoformat()).apply(ticket, by)


@dataclass(frozen=True)
class ApplyMacro(Action):
    """Everything that a macro does, with the rights of whoever applies it, as one part of one gesture.

    `version` is that of the macro as it was looked at; "macro_changed" when it was saved since. Without `words` the
    door brings them itself, as they were edited; `leaves` names steps that the door does in another way. `called` is
    what the macro was called when a long job was asked for.
    """

    name = "apply_macro"
    permission = Permission.READ
    macro_id: int
    version: int | None = None
    words: bool = True
    leaves: Sequence[str] = ()
    called: str = ""

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        macro = usable_macro(self.macro_id, by)
        if self.version not in (None, macro.version):
            raise HelpdeskError(
                "macro_changed", _("This macro was changed meanwhile; look at it again."), field="macro"
            )
        actions = [action for action in steps_of(macro) if action.name not in self.leaves]
        if self.words and macro.body:
            actions += said_on(ticket, _writer(by), [words_of(macro)])
        facts = [fact for action in actions for fact in action.run(ticket, by)]
        # What it says comes in the same gesture: then it is told even where its steps found everything done.
        if facts or (macro.body and not self.words):
            yield Fact("macro_applied", {"macro": {"id": macro.pk, "name": macro.name}})
            yield from facts


def visible_macro(pk: int, actor: Actor, *, held: bool = False) -> Macro:
    """Raises NotVisible (E14). With `held` its row is locked."""
    rows = Macro.objects.visible_to(actor).select_related("team", "owner").filter(pk=pk)
    macro = (rows.select_for_update(of=("self",), no_key=True) if held else rows).first()
    if macro is None:
        raise NotVisible("no_such_macro", _("There is no such macro."))
    return macro


def usable_macro(pk: int, actor: Actor) -> Macro:
    """One that may be applied now. Raises NotVisible, or HelpdeskError("macro_off")."""
    macro = visible_macro(pk, actor)
    if not macro.active:
        raise HelpdeskError("macro_off", _("This macro is switched off."), field="macro")
    return macro


def steps_of(macro: Macro) -> list[Action]:
    """Raises HelpdeskError for a step that nobody knows any more."""
    return [load(step) for step in macro.steps]


def words_of(macro: Macro) -> Action:
    return AddReply(macro.body) if macro.kind == Macro.Words.REPLY else AddNote(macro.body)


def _writer(by: Actor) -> Agent:
    agent: Agent | None = Agent.objects.filter(pk=by.id).first() if by.is_agent else None
    if agent is None:
        raise Denied("denied", _("Only agents say what a macro says."))
    return agent
