"""Tells open pages which tickets changed: one thread per process tails Change, streams pass on what one may see."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import close_old_connections
from django.db.models import Max, Q
from django.utils.timezone import now

from tickets.live_audience import Audience, before_each, followers_of
from tickets.live_news import Bells
from tickets.live_presence import Comings, Meeting
from tickets.models import Change, Ticket

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
class Notice:
    number: int
    change_id: int
    ticket_id: int
    audience: Audience
    # Who saw the ticket until this change; only where the change may have taken it out of somebody's sight.
    before: Audience | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody came to a ticket, left it, or began to write; told to those who have it open."""

    number: int
    meeting: Meeting


@dataclass(frozen=True, slots=True)
class Ring:
    """Some agents were told something; what it is, each asks for alone."""

    number: int
    agent_ids: frozenset[int]


News = Notice | Met | Ring


class Hub:
    """Hears of changes once a second and hands them to every stream of this process."""

    def __init__(self) -> None:
        self.news = threading.Condition()
        self.notices: deque[News] = deque(maxlen=1000)
        self.number = 0
        self.lost_before = 0
        self.listeners = 0
        self.thread: threading.Thread | None = None
        self.floor: int | None = None
        self.seen: dict[int, float] = {}
        self.bells = Bells()
        self.comings = Comings()

    # --- hearing -----------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Read what is new since the last time, looking back a little for changes that committed late."""
        self._ring(self.bells.ringing())
        self._introduce(self.comings.meetings())
        if self.floor is None:
            self._begin()
            return
        rows = Change.objects.after(self.floor).values_list(
            "pk", "ticket_id", "ticket__team_id", "ticket__assignee_id"
        )[: BATCH + len(self.seen)]
        fresh = [row for row in rows if row[0] not in self.seen]
        self._remember([row[0] for row in fresh])
        if fresh:
            followers = followers_of({row[1] for row in fresh})
            self._announce(fresh, followers, before_each(fresh, followers))

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

    def _announce(self, rows: Sequence[Row], followers: dict[int, frozenset[int]], before: dict[int, Audience]) -> None:
        with self.news:
            for change_id, ticket_id, team_id, assignee_id in rows:
                self.number += 1
                audience = Audience(team_id, assignee_id, followers.get(ticket_id, frozenset()))
                self.notices.append(Notice(self.number, change_id, ticket_id, audience, before.get(change_id)))
            if len(self.notices) == self.notices.maxlen:
                self.lost_before = self.notices[0].number
            self.news.notify_all()

    def _ring(self, agent_ids: frozenset[int]) -> None:
        if agent_ids:
            with self.news:
                self.number += 1
                self.notices.append(Ring(self.number, agent_ids))
                self.news.notify_all()

    def _introduce(self, meetings: list[Meeting]) -> None:
        if meetings:
            with self.news:
                for meeting in meetings:
                    self.number += 1
                    self.notices.append(Met(self.number, meeting))
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
                self.floor, self.seen, self.bells, self.comings = None, {}, Bells(), Comings()
                self.tick()
                self.thread = threading.Thread(target=self._run, name="live", daemon=True)
                self.thread.start()
            return self.number

    def leave(self) -> None:
        with self.news:
            self.listeners -= 1

    def wait(self, number: int, seconds: float) -> tuple[list[News], bool]:
        """Notices after `number`, waiting for the first; and whether some were dropped before they could be read."""
        with self.news:
            if self.number <= number:
                self.news.wait(seconds)
            return [notice for notice in self.notices if notice.number > number], number + 1 < self.lost_before


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


def for_ears(news: News, actor: Actor) -> str:
    """What a stream passes on of this to its reader; "" for what is none of the reader's business."""
    if isinstance(news, Ring):
        return event("news", {}, None) if actor.is_agent and actor.id in news.agent_ids else ""
    if isinstance(news, Met):
        return event("presence", {"ticket": news.meeting.ticket_id}, None) if news.meeting.concerns(actor) else ""
    if news.audience.includes(actor):
        return event("changed", {"ticket": news.ticket_id}, news.change_id)
    if news.before and news.before.includes(actor):
        # Only that it is gone: where to and why is told by no door.
        return event("gone", {"ticket": news.ticket_id}, news.change_id)
    return ""


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
            told = for_ears(notice, actor)
            if told:
                yield told
        if not notices:
            yield ": still here\n\n"
