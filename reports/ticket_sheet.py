"""Tickets as rows of a file: the columns of the list, of exactly the tickets that the reader may see (E03)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from reports.spreadsheets import Row
from tickets.models import Priority, Status, Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.listed import ListedTicket
    from tickets.querysets import TicketQuerySet

AT_ONCE = 1000


class TicketSheet:
    """Words are those of the language in which it is made, whenever its rows are read: a stream is read later."""

    def __init__(self, tickets: TicketQuerySet, actor: Actor, most: int | None = None) -> None:
        """`tickets` in any order; beyond `most` of them `keys` holds one more than that."""
        found = tickets.order_by("pk").values_list("pk", flat=True)
        self.keys = list(found if most is None else found[: most + 1])
        self._actor = actor
        self._states = {value: str(label) for value, label in Status.choices}
        self._priorities = {value: str(label) for value, label in Priority.choices}
        self.header = [
            _("Number"),
            _("Subject"),
            _("Status"),
            _("Priority"),
            _("Team"),
            _("Assignee"),
            _("Requester"),
            _("Organisation"),
            _("Tags"),
            _("Created"),
            _("Last activity"),
            _("Due"),
        ]

    def rows(self) -> Iterator[Row]:
        """By their keys, so that a long list costs no memory; asked once more for what the reader may see by then."""
        for place in range(0, len(self.keys), AT_ONCE):
            yield from map(self._row, self._some(self.keys[place : place + AT_ONCE]))

    def _some(self, keys: Sequence[int]) -> list[ListedTicket]:
        tickets = Ticket.objects.visible_to(self._actor).filter(pk__in=keys)
        return list(tickets.order_by("pk").for_list())

    def _row(self, ticket: ListedTicket) -> Row:
        return (
            ticket.pk,
            ticket.subject,
            self._states[ticket.status],
            self._priorities[ticket.priority],
            ticket.team_name,
            ticket.assignee_name,
            ticket.requester_name,
            ticket.organization_name,
            ", ".join(ticket.tags),
            ticket.created_at,
            ticket.activity_at,
            ticket.next_due_at if ticket.is_open else None,
        )
