"""What time alone does to tickets: solved ones close, snoozed ones wake."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.utils.timezone import now

from agents.actors import Actor
from helpdesk.lib.errors import HelpdeskError
from tickets.actions import Action, SetStatus, Wake
from tickets.models import Status, Ticket
from tickets.perform import perform

if TYPE_CHECKING:
    from tickets.querysets import TicketQuerySet

logger = structlog.get_logger(__name__)

BATCH = 500


def close_solved() -> int:
    """Close what was solved AUTO_CLOSE_DAYS ago and has rested since; how many. Rides ticket_to_close."""
    if not settings.AUTO_CLOSE_DAYS:
        return 0
    before = now() - timedelta(days=settings.AUTO_CLOSE_DAYS)
    return _sweep(Ticket.objects.to_close(before), SetStatus(Status.CLOSED), Actor.system("auto-close"))


def wake_snoozed() -> int:
    """Wake what was snoozed until now; how many. Rides ticket_to_wake."""
    return _sweep(Ticket.objects.to_wake(), Wake(), Actor.system("snooze"))


def _sweep(tickets: TicketQuerySet, action: Action, by: Actor) -> int:
    """Perform on each; the version read here guards against a customer's answer that comes in between."""
    done = 0
    for pk, version in tickets.values_list("pk", "version")[:BATCH]:
        try:
            done += perform(pk, action, by=by, via="schedule", version=version) is not None
        except HelpdeskError as error:
            logger.info("sweep_left_ticket", ticket=pk, code=error.code)
    return done
