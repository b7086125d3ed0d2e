"""Tying tickets together. One gesture changes both; tickets/linking.py performs the two halves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from tickets.actions.base import Action, Fact
from tickets.models.ticket import Ticket, TicketLink

if TYPE_CHECKING:
    from agents.actors import Actor


@dataclass(frozen=True)
class LinkTo(Action):
    """This ticket is `kind` ("related", "parent", "duplicate", "follow_up") of the other, which the actor must see."""

    name = "link_to"
    permission = Permission.EDIT
    ticket_id: int
    kind: str = "related"

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        if self.kind not in TicketLink.Kind.values:
            raise HelpdeskError("bad_link", _("There is no such kind of link."), field="link")
        if self.ticket_id == ticket.pk:
            raise HelpdeskError("bad_link", _("A ticket cannot be linked to itself."), field="link")
        other = Ticket.objects.visible_to(by).filter(pk=self.ticket_id).first()
        if other is None:
            raise HelpdeskError("no_such_ticket", _("There is no such ticket."), field="link")
        if self.kind in {"parent", "duplicate"} and self._reversed(ticket):
            raise HelpdeskError("bad_link", _("These tickets are linked the other way round already."), field="link")
        _row, added = TicketLink.objects.get_or_create(source=ticket, target=other, kind=self.kind)
        if added:
            yield Fact("link_added", {"ticket": other.pk, "kind": self.kind})

    def _reversed(self, ticket: Ticket) -> bool:
        return TicketLink.objects.filter(source_id=self.ticket_id, target=ticket, kind=self.kind).exists()


@dataclass(frozen=True)
class Unlink(Action):
    name = "unlink"
    permission = Permission.EDIT
    ticket_id: int
    kind: str = "related"

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        row = TicketLink.objects.filter(source=ticket, target_id=self.ticket_id, kind=self.kind).first()
        row = row or TicketLink.objects.filter(source_id=self.ticket_id, target=ticket, kind=self.kind).first()
        if row is not None:
            row.delete()
            yield Fact("link_removed", {"ticket": self.ticket_id, "kind": self.kind})


@dataclass(frozen=True)
class NoteLink(Action):
    """The other half of a link gesture: this ticket records that it was linked or unlinked from the far side."""

    name = "note_link"
    permission = Permission.EDIT
    ticket_id: int
    kind: str
    added: bool = True

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        kind = "link_added" if self.added else "link_removed"
        yield Fact(kind, {"ticket": self.ticket_id, "kind": self.kind, "from_far_side": True})
