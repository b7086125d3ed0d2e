"""Plans everything that happens in the 90 days, before any of it is written."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from helpdesk.demo import courses, outage, rhythm
from helpdesk.demo.conversations import Conversation
from helpdesk.demo.customers import Caller
from helpdesk.demo.plan import House, Past, Planned
from helpdesk.demo.topics import OUTAGE, TOPICS, Topic

OUTAGE_SHARE = 0.065
RECENT_SHARE = 0.006
FOLLOW_UP_SHARE = 0.012


def plan(house: House, rng: Random, now: datetime, count: int) -> list[Planned]:
    """`count` tickets in the order in which they come in, each with its story up to `now`."""
    struck = round(count * OUTAGE_SHARE)
    follow_ups = round(count * FOLLOW_UP_SHARE)
    usual = count - struck - follow_ups - 1
    callers = _callers(rng, house, usual)
    moments = [_moment(rng, now, caller, n, count) for n, caller in enumerate(callers)]
    waves = outage.arrivals(rng, now, struck)
    past = Past(moments + waves, now)
    tickets = [
        courses.tell(Conversation(house, past, rng, _topic(rng, caller), caller, at))
        for caller, at in sorted(zip(callers, moments, strict=True), key=lambda pair: (pair[1], pair[0].pk))
    ]
    tickets += _outage(house, past, rng, sorted(waves))
    tickets = [ticket for ticket in tickets if ticket.steps]
    tickets += _follow_ups(house, past, rng, tickets, count - len(tickets))
    return sorted(tickets, key=lambda ticket: (ticket.opened_at, ticket.caller.pk, ticket.subject))


def _callers(rng: Random, house: House, count: int) -> list[Caller]:
    """Some write once in a quarter, some every other week."""
    people = house.callers[:-1]
    return rng.choices(people, [one.busy for one in people], k=count)


def _moment(rng: Random, now: datetime, caller: Caller, n: int, count: int) -> datetime:
    """The first few of the draw came in during the last hours, whatever the day: a desk is never quite empty."""
    if n < max(3, round(count * RECENT_SHARE)):
        return now - timedelta(minutes=rng.randrange(2, 240), seconds=rng.randrange(60))
    return rhythm.arrival(rng, now, caller.zone)


def _topic(rng: Random, caller: Caller) -> Topic:
    fitting = [topic for topic in TOPICS if topic.key != "fleet" or caller.organisation]
    return rng.choices(fitting, [topic.weight for topic in fitting])[0]


def _outage(house: House, past: Past, rng: Random, waves: list[datetime]) -> list[Planned]:
    cause = outage.problem(house, past, rng)
    told: list[tuple[Caller, Planned]] = []
    tickets = [cause]
    people = house.callers[:-1]
    for at in waves:
        again = outage.writes_twice(rng, told)
        caller = again[0] if again else rng.choice(people)
        ticket = outage.tell(Conversation(house, past, rng, OUTAGE, caller, at), cause, again[1] if again else None)
        tickets.append(ticket)
        if not again:
            told.append((caller, ticket))
    return tickets


def _follow_ups(house: House, past: Past, rng: Random, tickets: list[Planned], count: int) -> list[Planned]:
    """Answers to tickets that were closed long ago: new tickets, linked to the old ones."""
    rested = past.now - timedelta(days=20)
    closed = [
        one
        for one in tickets
        if one.steps[-1].via == "schedule" and one.steps[-1].at < rested and one.topic != OUTAGE.key
    ]
    made = []
    for before in rng.sample(closed, min(count, len(closed))):
        topic = next(topic for topic in TOPICS if topic.key == before.topic)
        hours = rng.uniform(60, 360)
        at = rhythm.spare_time(rng, before.steps[-1].at, hours, before.caller.zone)
        made.append(courses.tell(Conversation(house, past, rng, topic, before.caller, at, before)))
    return made
