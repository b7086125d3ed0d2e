"""Hanging tags on a ticket and taking them off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from tickets.actions.base import Action, Fact
from tickets.models.tag import Tag, TicketTag

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket


def normalise_tag(value: str) -> str:
    """Lower case, words joined by hyphens. Raises HelpdeskError("bad_tag") for what is no tag."""
    name = "-".join(value.lower().replace("\x00", "").split()).strip("-")
    if not name or len(name) > 50 or not re.fullmatch(r"[\w:./+&'-]+", name):
        raise HelpdeskError("bad_tag", _("A tag has letters, digits and hyphens, at most 50."), field="tags")
    return name


@dataclass(frozen=True)
class AddTag(Action):
    name = "add_tag"
    permission = Permission.EDIT
    tag: str

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        tag, _created = Tag.objects.get_or_create(name=normalise_tag(self.tag))
        # The ticket is locked or new, so nobody else can hang the tag on it in between.
        if not TicketTag.objects.filter(ticket=ticket.pk, tag=tag).exists():
            TicketTag.objects.create(ticket_id=ticket.pk, tag=tag)
            yield Fact("tag_added", {"tag": tag.name})


@dataclass(frozen=True)
class RemoveTag(Action):
    name = "remove_tag"
    permission = Permission.EDIT
    tag: str

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        name = normalise_tag(self.tag)
        removed, _rows = TicketTag.objects.filter(ticket=ticket, tag__name=name).delete()
        if removed:
            yield Fact("tag_removed", {"tag": name})
