"""What is told long after its time, because nobody worked meanwhile, is told together and not one by one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_datetime

if TYPE_CHECKING:
    from tickets.models import Change

LATE = timedelta(minutes=2)
"""A step that is taken so much later than planned is taken after an outage, with others."""
FOLD_SECONDS = 120
"""What is told after an outage waits for the end of so long a slot, so that one message holds all of it."""


def is_late(change: Change) -> bool:
    """Whether it took a step of a clock that should have been taken long before."""
    planned = (parse_datetime(event.data.get("planned_at") or "") for event in change.events.all())
    return any(moment is not None and change.created_at - moment > LATE for moment in planned)


def end_of_slot(moment: datetime) -> datetime:
    return moment + timedelta(seconds=FOLD_SECONDS - moment.timestamp() % FOLD_SECONDS)
