"""Named questions about routing: which teams hand out by themselves, and what waits in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef

from tickets.models import Status, Ticket

if TYPE_CHECKING:
    from automation.models import TeamRouting  # noqa: F401  names inside QuerySet["…"]
    from tickets.querysets import TicketQuerySet

# In our court: what waits for the customer or a third party needs nobody yet.
TO_HAND_OUT = (Status.NEW, Status.OPEN)


class TeamRoutingQuerySet(models.QuerySet["TeamRouting"]):
    def automatic(self) -> TeamRoutingQuerySet:
        """Teams that hand out by themselves; an archived team does nothing by itself."""
        return self.exclude(mode="manual").filter(team__archived_at=None)

    def with_work(self) -> TeamRoutingQuerySet:
        """Those of them in which something waits: a look into ticket_open_load for each."""
        return self.automatic().filter(Exists(_unassigned().filter(team=OuterRef("team_id")))).order_by("pk")


def waiting_in(team_id: int) -> TicketQuerySet:
    """The queue of a team in the order in which it is handed out: the most urgent first, of these what is due first,
    then the oldest. Rides ticket_open_load to what the team has and nobody holds, which is sorted then."""
    order = ("-priority", F("next_due_at").asc(nulls_last=True), "created_at", "pk")
    return _unassigned().in_team(team_id).order_by(*order)


def _unassigned() -> TicketQuerySet:
    """`open()` beside the two states lets PostgreSQL use the partial index."""
    return Ticket.objects.open().assigned_to(None).awake().filter(status__in=TO_HAND_OUT, merged_into=None)
