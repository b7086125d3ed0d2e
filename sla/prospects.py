"""The engine's knowledge of many tickets at once, to try out on it what an edit would do; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence

from sla.clocks import replayed
from sla.engine import Track
from sla.history import histories
from sla.memory import clocks_of, recall
from sla.models import SlaLeg, SlaTrack


def tracks(tickets: Sequence[int]) -> dict[int, Track]:
    """By ticket, with the clocks that go on: two statements for all that ever had a policy (the keys of tracks,
    clock_once and leg_once); who never had one is told all its Events, as when it comes under its first."""
    by_ticket: dict[int, list[SlaLeg]] = {}
    legs = SlaLeg.objects.filter(clock__ticket__in=tickets, ended_at=None).select_related("clock")
    for leg in legs.order_by("clock", "position"):
        by_ticket.setdefault(leg.clock.ticket_id, []).append(leg)
    found = {
        row.pk: recall(row, clocks_of(by_ticket.get(row.pk, []))) for row in SlaTrack.objects.filter(pk__in=tickets)
    }
    untold = [pk for pk in tickets if pk not in found]
    if untold:
        found |= {pk: replayed(told) for pk, told in histories(untold).items()}
    return found
