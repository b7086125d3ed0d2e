"""Gives waiting tickets to members with room, one transaction for each, whatever number of workers does it at once."""

from __future__ import annotations

import structlog
from django.db import transaction

from agents.actors import Actor
from automation.actions import RouteTo
from automation.choosing import NOBODY, Candidate, Needs, Pool
from automation.models import TeamRouting, Turn
from automation.pools import locked_pool, pool_of
from automation.querysets import waiting_in
from helpdesk.lib.errors import HelpdeskError
from tickets.models import Event, Ticket, TicketTag
from tickets.perform import perform

logger = structlog.get_logger(__name__)

# So many of a queue are looked at in one pass: behind tickets whose skill nobody present has, others still get through.
LOOK_AHEAD = 5_000


def hand_out() -> int:
    """Hand out in every team where something waits; how many tickets found somebody.

    Nothing is owed in rows of its own: what waits is what stands in the queue, so a call that was lost costs time only.
    """
    teams = list(TeamRouting.objects.with_work())
    return sum(_hand_out_in(routing) for routing in teams)


def _hand_out_in(routing: TeamRouting) -> int:
    """The order was read before the first lock; each ticket is looked at again behind the locks."""
    pool, given = pool_of(routing), 0
    if not pool.with_room:
        return 0
    for ticket, needs in queue_of(routing.team_id, pool):
        if not pool.with_room:
            break
        if pool.choose(needs) is None or not waiting_in(routing.team_id).filter(pk=ticket.pk).exists():
            continue  # nobody can, or another worker has been faster
        try:
            chosen, pool = _give(routing.team_id, ticket, needs)
        except Exception:
            # One that cannot be given stays where it is, and keeps nothing from the rest of the queue.
            logger.exception("routing_failed", ticket=ticket.pk, team=routing.team_id)
            continue
        given += chosen is not None
    return given


def queue_of(team_id: int, pool: Pool, most: int = LOOK_AHEAD) -> list[tuple[Ticket, Needs]]:
    """The first of the queue with what each asks for, in two statements; tags only where they are a skill."""
    waiting = waiting_in(team_id)
    tickets = list(waiting.only("pk", "language", "subject")[:most])
    tags: dict[int, set[str]] = {}
    if pool.tags:
        hung = TicketTag.objects.filter(tag__name__in=pool.tags, ticket__in=waiting.order_by().values("pk"))
        for ticket_id, name in hung.values_list("ticket_id", "tag__name"):
            tags.setdefault(ticket_id, set()).add(name)
    return [(ticket, pool.needs_of(ticket.language, tags.get(ticket.pk, set()))) for ticket in tickets]


@transaction.atomic
def _give(team_id: int, ticket: Ticket, needs: Needs) -> tuple[Candidate | None, Pool]:
    """Choose behind the locks and assign through the one door; who got it, and the team as it is then."""
    locked = locked_pool(team_id)
    if locked is None:
        return None, Pool("", ())
    routing, pool = locked
    chosen = pool.choose(needs, let_go=let_go_by([ticket.pk]).get(ticket.pk, NOBODY))
    if chosen is None:
        return None, pool
    give = RouteTo(
        chosen.agent_id, team_id, pool.mode, chosen.load, chosen.capacity, needs.language, sorted(needs.tags)
    )
    try:
        perform(ticket.pk, give, by=Actor.system("routing"), via="routing")
    except HelpdeskError as error:
        logger.info("routing_left_ticket", ticket=ticket.pk, code=error.code)
        return None, pool
    routing.turns += 1
    routing.save(update_fields=["turns"])
    Turn.objects.update_or_create(routing=routing, agent_id=chosen.agent_id, defaults={"number": routing.turns})
    return chosen, pool.given_to(chosen, routing.turns)


def let_go_by(ticket_ids: list[int]) -> dict[int, frozenset[int]]:
    """Who had each last: a ticket that was taken from somebody, or that they gave back, does not return to them."""
    changed = Event.objects.filter(kind="assignee_changed", change__ticket__in=ticket_ids).order_by("pk")
    last = dict(changed.values_list("change__ticket_id", "data"))
    return {ticket: frozenset({data["from"]["id"]}) for ticket, data in last.items() if data["from"]}
