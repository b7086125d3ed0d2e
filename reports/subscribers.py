"""Notes, inside the transaction of a Change, that the figures of its ticket are to be told anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.models import Stale
from reports.past import KINDS

if TYPE_CHECKING:
    from tickets.models import Change

# Facts that alter no row that figures read, besides those of reports.past.
_ESCALATIONS = "escalat"
_HEARD = frozenset({*KINDS, "requester_changed", "requester_merged", "split_from", "split_off", "split_undone"})


def note_stale(change: Change) -> None:
    """Subscriber, because history that is imported owes no reactions and must be counted all the same. One INSERT."""
    note_stale_together([change])


def note_stale_together(changes: Sequence[Change]) -> None:
    """For many Changes in one statement."""
    told = [change.ticket_id for change in changes if any(_is_heard(fact.kind) for fact in change.facts)]
    if told:
        Stale.objects.bulk_create(Stale(ticket_id=pk) for pk in told)


note_stale.together = note_stale_together  # type: ignore[attr-defined]


def _is_heard(kind: str) -> bool:
    """Whatever moves a clock or an escalation counts too."""
    return kind in _HEARD or kind.startswith(("sla_", _ESCALATIONS))
