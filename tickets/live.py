"""Tells open pages which tickets changed: one thread per process tails Change, streams pass on what one may see."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import close_old_connections
from django.db.models import Max, Q
from django.utils.timezone import now

from tickets.live_news import Bells
from tickets.models import Change, Follower, Ticket

if TYPE_CHECKING:
    from agents.actors import Actor

logger = structlog.get_logger(__name__)

TICK_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
# A stream ends and comes back by itself, so that a role or team taken away is noticed within this time.
STREAM_SECONDS = 55.0
# Ids are given before the commit: a change may appear after one with a higher id, for as long as a transaction lasts.
LOOK_BACK_SECONDS = 30.0
BATCH = 500
CATCH_UP = 200
# How many changes may be given an id while a slower transaction with a lower one has not committed yet.
IN_FLIGHT = 100

Row = tuple[int, int, int | None, int | None]
"""Change, ticket, team, assignee."""


@dataclass(frozen=True, slots=True)
class Audience:
    """What decides who may see a ticket; `includes` is the twin of `Ticket.objects.visible_to()` for agents."""

    team_id: int | None
    assignee_id: int | None
    follower_ids: frozenset[int]

    def includes(self, actor: Actor) -> bool:
        if actor.sees_all_tickets:
            return True
        if not actor.is_agent or not actor.permissions:
            return False
        return (
            self.team_id is None
            or self.team_id in actor.team_ids
            or self.assignee_id == actor.id
            or actor.id in self.follower_ids
        )


@dataclass(frozen=True, slots=True)
class Notice:
    number: int
    change_id: int
    ticket_id: int
    audience: Audience


@dataclass(frozen=True, slots=True)
class Ring:
    """Some agents were told something; what it is, each asks for alone."""

    number: int
    agent_ids: frozenset[int]


class Hub:
    """Hears of changes once a second and hands them to every stream of this process."""

    def __init__(self) -> None:
        self.news = threading.Condition()
        self.notices: deque[Notice | Ring] = deque(maxlen=1000)
        self.number = 0
        self.lost_before = 0
        self.listeners = 0
        self.thread: threading.Thread | None = None
        self.floor: int | None = None
        self.seen: dict[int, float] = {}
        self.bells = Bells()

    # --- hearing -----------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Read what is new since the last time, looking back a little for changes that committed late."""
        self._ring(self.bells.ringing())
        if self.floor is None:
            self._begin()
            return
        rows = Change.objects.after(self.floor).values_list(
            "pk", "ticket_id", "ticket__team_id", "ticket__assignee_id"
        )[: BATCH + len(self.seen)]
        fresh = [row for row in rows if row[0] not in self.seen]
        self._remember([row[0] for row in fresh])
        if fresh:
            self._announce(fresh, _followers({row[1] for row in fresh}))

    def _begin(self) -> None:
        """What is there already is known; a change of a slower transaction may still appear among it."""
        last = Change.objects.aggregate(last=Max("pk"))["last"] or 0
        self.floor = max(0, last - IN_FLIGHT)
        self._remember(list(Change.objects.after(self.floor).values_list("pk", flat=True)))

    def _remember(self, ids: list[int]) -> None:
        moment = time.monotonic()
        self.seen.update(dict.fromkeys(ids, moment))
        old = [pk for pk, when in self.seen.items() if moment - when > LOOK_BACK_SECONDS]
        if old:
            self.floor = max(old)
            self.seen = {pk: when for pk, when in self.seen.items() if pk > self.floor}

    def _announce(
        self, rows: Sequence[tuple[int, int, int | None, int | None]], followers: dict[int, set[int]]
    ) -> None:
        with self.news:
            for change_id, ticket_id, team_id, assignee_id in rows:
                self.number += 1
                audience = Audience(team_id, assignee_id, frozenset(followers[ticket_id]))
                self.notices.append(Notice(self.number, change_id, ticket_id, audience))
            if len(self.notices) == self.notices.maxlen:
                self.lost_before = self.notices[0].number
            self.news.notify_all()

    def _ring(self, agent_ids: frozenset[int]) -> None:
        if agent_ids:
            with self.news:
                self.number += 1
                self.notices.append(Ring(self.number, agent_ids))
                self.news.notify_all()

    def _run(self) -> None:
        while True:
            with self.news:
                if not self.listeners:
                    self.thread = None
                    return
            try:
                close_old_connections()
                self.tick()
            except Exception:
                # The database may be away for a while; the pages fall back on their own, and this goes on asking.
                logger.exception("live_tick_failed")
            time.sleep(TICK_SECONDS)

    # --- telling -----------------------------------------------------------------------------------------------

    def join(self) -> int:
        """Count one more listener, start the thread if it sleeps; the number of the last notice so far.

        What commits after this returns will be told; what committed before is the business of `missed()`.
        """
        with self.news:
            self.listeners += 1
            if self.thread is None:
                self.floor, self.seen, self.bells = None, {}, Bells()
                self.tick()
                self.thread = threading.Thread(target=self._run, name="live", daemon=True)
                self.thread.start()
            return self.number

    def leave(self) -> None:
        with self.news:
            self.listeners -= 1

    def wait(self, number: int, seconds: float) -> tuple[list[Notice | Ring], bool]:
        """Notices after `number`, waiting for the first; and whether some were dropped before they could be read."""
        with self.news:
            if self.number <= number:
                self.news.wait(seconds)
            return [notice for notice in self.notices if notice.number > number], number + 1 < self.lost_before


def _followers(ticket_ids: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for ticket_id, agent_id in Follower.objects.filter(ticket_id__in=ticket_ids).values_list("ticket_id", "agent_id"):
        found[ticket_id].add(agent_id)
    return found


def event(kind: str, data: dict[str, int], number: int | None) -> str:
    """One server-sent event; the id lets a browser that was cut off say where it stopped."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data)}\n\n"


def missed(actor: Actor, after: int | None) -> list[str]:
    """Events for what happened since change `after`; one "unsure" when it was too much to tell singly."""
    if after is None:
        return []
    recent = Q(pk__gt=after - IN_FLIGHT, created_at__gte=now() - timedelta(seconds=LOOK_BACK_SECONDS))
    rows = list(
        Change.objects.filter(Q(pk__gt=after) | recent)
        .filter(ticket__in=Ticket.objects.visible_to(actor))
        .order_by("pk")
        .values_list("pk", "ticket_id")[: CATCH_UP + 1]
    )
    if len(rows) > CATCH_UP:
        return [event("unsure", {}, Change.objects.aggregate(last=Max("pk"))["last"])]
    return [event("changed", {"ticket": ticket_id}, pk) for pk, ticket_id in rows]


hub = Hub()


def listen(actor: Actor, number: int, first: list[str]) -> Iterator[str]:
    """The events of one stream after notice `number`, until its time is up. Touches no database, so it holds no
    connection."""
    ends = time.monotonic() + STREAM_SECONDS
    yield "retry: 3000\n\n"
    yield from first
    while time.monotonic() < ends:
        notices, dropped = hub.wait(number, HEARTBEAT_SECONDS)
        if dropped:
            yield event("unsure", {}, None)
        for notice in notices:
            number = notice.number
            if isinstance(notice, Ring):
                if actor.is_agent and actor.id in notice.agent_ids:
                    yield event("news", {}, None)
            elif notice.audience.includes(actor):
                yield event("changed", {"ticket": notice.ticket_id}, notice.change_id)
        if not notices:
            yield ": still here\n\n"
