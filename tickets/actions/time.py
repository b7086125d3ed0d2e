"""Time that people spent on a ticket, in their own words and minutes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agents.permissions import Permission
from helpdesk.lib.errors import Denied, HelpdeskError
from helpdesk.lib.text import one_line
from tickets.actions.base import Action, Fact
from tickets.models.time import TimeEntry

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket

MOST_MINUTES = 7 * 24 * 60


def _checked(minutes: int, least: int) -> int:
    if not least <= minutes <= MOST_MINUTES:
        raise HelpdeskError("bad_minutes", _("Enter a time between one minute and seven days."), field="minutes")
    return minutes


def _note(note: str) -> str:
    note = one_line(note, 1000)
    if len(note) > 200:
        raise HelpdeskError("long_note", _("A note on time spent has at most 200 characters."), field="note")
    return note


@dataclass(frozen=True)
class AddTimeSpent(Action):
    """Minutes of one's own work. The note stays on the row, where it can be corrected; the fact has none."""

    name = "add_time_spent"
    permission = Permission.NOTE
    minutes: int
    note: str = ""

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if not by.is_agent or by.id is None:
            raise HelpdeskError("denied", _("Only people spend time."), field="minutes")
        minutes = _checked(self.minutes, 1)
        entry = TimeEntry.objects.create(
            ticket=ticket, agent_id=by.id, minutes=minutes, note=_note(self.note), created_at=ticket.acting_at
        )
        yield Fact("time_added", {"entry": entry.pk, "minutes": minutes})


@dataclass(frozen=True)
class CorrectTimeSpent(Action):
    """Put an entry right; 0 minutes takes it back. One's own, or anybody's for those who supervise."""

    name = "correct_time_spent"
    permission = Permission.NOTE
    entry_id: int
    minutes: int
    note: str = ""

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        entry = TimeEntry.objects.counted().filter(pk=self.entry_id, ticket=ticket).first()
        if entry is None:
            raise HelpdeskError("no_such_entry", _("There is no such entry."), field="entry")
        if not (by.is_agent and by.id == entry.agent_id) and not by.can(Permission.SUPERVISE):
            raise Denied("denied", _("Only who entered it, or a supervisor, corrects time spent."))
        minutes, note = _checked(self.minutes, 0), _note(self.note)
        if (minutes, note) == (entry.minutes, entry.note):
            return
        yield Fact("time_corrected", {"entry": entry.pk, "from": entry.minutes, "to": minutes})
        entry.minutes, entry.note = minutes, note
        entry.save(update_fields=["minutes", "note"])
