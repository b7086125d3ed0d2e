"""After an agent left a team: they no longer follow its tickets, each let go through the one door."""

from __future__ import annotations

import structlog
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Departure
from helpdesk.lib.errors import HelpdeskError
from tickets.actions import Unfollow
from tickets.models import Follower
from tickets.perform import perform

logger = structlog.get_logger(__name__)

BATCH = 50


def follow_departures() -> int:
    """Take whoever left a team off the followers of its tickets; how many were let go.

    Until then a follower would still see the ticket. Repeating it is harmless, and so are two workers at once.
    """
    gone = 0
    for departure in Departure.objects.to_follow().select_related("agent")[:BATCH]:
        gone += _let_go(departure)
        Departure.objects.filter(pk=departure.pk, followed_at=None).update(followed_at=now())
    return gone


def _let_go(departure: Departure) -> int:
    actor = Actor.agent(departure.agent)
    if departure.team_id in actor.team_ids or actor.sees_all_tickets:
        return 0  # came back meanwhile, or sees the team's tickets anyway
    followed = Follower.objects.filter(agent=departure.agent, ticket__team_id=departure.team_id)
    gone = 0
    for ticket_id in followed.order_by("ticket_id").values_list("ticket_id", flat=True):
        try:
            letting = Unfollow(departure.agent_id)
            gone += perform(ticket_id, letting, by=Actor.system("left-team"), via="schedule") is not None
        except HelpdeskError as error:
            logger.warning("departure_left_ticket", ticket=ticket_id, agent=departure.agent_id, code=error.code)
    return gone
