"""What happens to a ticket when two rows of customers turn out to be one person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from agents.permissions import Permission
from customers.models import Customer
from helpdesk.lib.errors import HelpdeskError
from tickets.actions.base import Action, Fact
from tickets.models.people import Participant

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket


@dataclass(frozen=True)
class FollowCustomerMerge(Action):
    """Put the person who took over in the place of the one who was merged away, as requester and in copy.

    Nobody did anything on the ticket, so it does not count as activity (perform.QUIET_KINDS).
    """

    name = "follow_customer_merge"
    permission = Permission.EDIT
    loser_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        loser = Customer.objects.filter(pk=self.loser_id).select_related("merged_into").first()
        if loser is None or loser.merged_into is None:
            raise HelpdeskError("not_merged", _("This person was not merged into anybody."), field="requester")
        winner = loser.merged_into
        data = {"from": _named(loser), "to": _named(winner)}
        if ticket.requester_id == loser.pk:
            yield Fact("requester_merged", data)
            ticket.requester = winner
            ticket.organization_id = winner.organization_id or ticket.organization_id
        present = Participant.objects.filter(ticket=ticket)
        if present.filter(customer=loser).delete()[0]:
            yield Fact("participant_merged", data)
            if winner.pk != ticket.requester_id:
                Participant.objects.get_or_create(ticket=ticket, customer=winner)
        if ticket.requester_id == winner.pk:
            present.filter(customer=winner).delete()


def _named(customer: Customer) -> dict[str, Any]:
    return {"id": customer.pk, "name": customer.display_name}
