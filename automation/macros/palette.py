"""What macros give to the command palette: on a ticket, those whose names match."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from agents.permissions import Permission
from automation.macros.model import Macro
from helpdesk.lib.palette import Asked, Entry, Section
from tickets.models import Ticket

MOST = 6


def macros(asked: Asked) -> list[Section]:
    """Each leads to what it would do to the ticket one is on."""
    if not (asked.ticket_id and asked.text and (asked.actor.can(Permission.REPLY) or asked.actor.can(Permission.NOTE))):
        return []
    if not Ticket.objects.is_visible(asked.ticket_id, asked.actor):
        return []
    found = Macro.objects.visible_to(asked.actor).usable().matching(asked.text).in_order()[:MOST]
    entries = [
        Entry(
            macro.name, macro.description, "wand-sparkles", url=reverse("macros:one", args=[asked.ticket_id, macro.pk])
        )
        for macro in found
    ]
    return [Section(_("Apply a macro"), entries)]
