"""What a row of the list says, worked out once per row in Python: a template that asks tags and translations for each
of 25 rows takes longer than everything else on the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.templatetags.ui import avatar, priority, state, when
from tickets.listed import ListedTicket
from tickets.models import Priority, Status


def drawn(tickets: Iterable[ListedTicket]) -> list[dict[str, Any]]:
    """For templates/tickets/_rows.html; words are escaped there, signs are HTML already."""
    select, assigned, waits = _("Select #%(number)s"), _("Assigned to %(name)s"), _("Waiting for us:")
    snoozed = state("snoozed", _("Snoozed"), True)
    states = {item.value: state(item.value, str(item.label), True) for item in Status}
    priorities = {item.value: priority(item.slug, str(item.label), True) for item in Priority}
    return [
        {
            "pk": str(ticket.pk),
            "classes": (" is-unread" if ticket.waits_on_us else "") + ("" if ticket.is_open else " is-done"),
            "at": ticket.activity_at.isoformat(),
            "select": select % {"number": ticket.pk},
            "priority": priorities[ticket.priority],
            "state": snoozed if ticket.is_snoozed else states[ticket.status],
            "name": ticket.requester_name,
            "organization": ticket.organization_name,
            "waits": waits if ticket.waits_on_us else "",
            "subject": ticket.subject,
            "excerpt": ticket.excerpt,
            "tags": ticket.tags[:2],
            "team": ticket.team_name,
            "avatar": avatar(ticket.assignee_name or ""),
            "assigned": assigned % {"name": ticket.assignee_name} if ticket.assignee_name else "",
            "when": when(ticket.activity_at),
        }
        for ticket in tickets
    ]
