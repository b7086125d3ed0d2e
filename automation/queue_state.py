"""Why what waits in a team waits, and who gets the next ticket: the decision of routing, told before it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import now

from automation.choosing import Candidate, Needs, Obstacle, Pool
from automation.handing import let_go_by, queue_of
from automation.hours import next_opening
from automation.models import Mode, TeamRouting
from automation.pools import pool_of
from automation.querysets import waiting_in
from tickets.models import Ticket

NOTHING = Needs()
# So many of the queue are sorted by what they wait for; how many there are beyond is counted up to MOST_COUNTED.
LOOKED_AT = 200
MOST_COUNTED = 500
FORETOLD = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many tickets wait for one reason: an Obstacle, "hand", "nobody" (no member may answer) or "ready"."""

    count: int
    why: str
    needs: Needs = NOTHING


@dataclass(frozen=True, slots=True)
class Next:
    """The first ticket of the queue that somebody can be given, or None for whichever comes; and who gets it."""

    ticket: Ticket | None
    needs: Needs
    chosen: Candidate
    then: tuple[Candidate, ...]


@dataclass(frozen=True)
class QueueState:
    pool: Pool
    total: int
    waiting: list[Waiting]
    next: Next | None
    opens_at: datetime | None


def state_of(routing: TeamRouting) -> QueueState:
    """As it is now, in a fixed number of statements."""
    pool = pool_of(routing)
    queue = queue_of(routing.team_id, pool, LOOKED_AT)
    total = waiting_in(routing.team_id).count_up_to(MOST_COUNTED) if len(queue) == LOOKED_AT else len(queue)
    reached = queue if pool.with_room else []
    let_go = let_go_by([ticket.pk for ticket, _needs in reached])
    waiting = _sorted(pool, queue, let_go)
    shut = any(row.why == Obstacle.CLOSED for row in waiting)
    opens_at = next_opening(routing.calendar, now()) if shut and routing.calendar else None
    return QueueState(pool, total, waiting, _next(pool, queue, let_go), opens_at)


def _sorted(pool: Pool, queue: Sequence[tuple[Ticket, Needs]], let_go: dict[int, frozenset[int]]) -> list[Waiting]:
    """The most frequent reason first."""
    general = _hindering_all(pool)
    if general:
        return [Waiting(len(queue), general)] if queue else []
    found = Counter(_reason(pool, needs, let_go.get(ticket.pk, frozenset())) for ticket, needs in queue)
    return [Waiting(count, why, needs) for (why, needs), count in found.most_common()]


def _hindering_all(pool: Pool) -> str:
    """What keeps every ticket from everybody; "" when somebody has room. Of several obstacles the one is told that is
    nearest to being overcome: somebody is there but full, there but not at work, not there."""
    if pool.mode == Mode.MANUAL:
        return "hand"
    if not pool.candidates:
        return "nobody"
    if pool.with_room:
        return ""
    obstacles = {candidate.hindered_by for candidate in pool.candidates}
    return next(
        str(one) for one in (Obstacle.FULL, Obstacle.CLOSED, Obstacle.AWAY, Obstacle.OFFLINE) if one in obstacles
    )


def _reason(pool: Pool, needs: Needs, let_go: frozenset[int]) -> tuple[str, Needs]:
    if pool.choose(needs) is None:
        return ("skills", needs)
    return (str(Obstacle.LET_GO) if pool.choose(needs, let_go=let_go) is None else "ready", NOTHING)


def _next(pool: Pool, queue: Sequence[tuple[Ticket, Needs]], let_go: dict[int, frozenset[int]]) -> Next | None:
    if pool.mode == Mode.MANUAL:
        return None
    for ticket, needs in queue:
        if chosen := pool.choose(needs, let_go=let_go.get(ticket.pk, frozenset())):
            return Next(ticket, needs, chosen, _after(pool, chosen))
    if chosen := pool.choose(NOTHING):
        return Next(None, NOTHING, chosen, _after(pool, chosen))
    return None


def _after(pool: Pool, chosen: Candidate) -> tuple[Candidate, ...]:
    """Who would get the tickets after that, if they asked for nothing in particular."""
    turn = max((candidate.turn for candidate in pool.candidates), default=0)
    then: list[Candidate] = []
    for number in range(1, FORETOLD):
        pool = pool.given_to(chosen, turn + number)
        following = pool.choose(NOTHING)
        if following is None:
            break
        then.append(following)
        chosen = following
    return tuple(then)
