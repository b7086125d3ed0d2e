"""Finds the clocks and escalations whose time has come, and takes each step exactly once, in order.

Work is proportional to what is due, never to what is open. The tickets of a batch are locked in one statement that
passes over those which another worker holds (on SQLite the transaction itself keeps others out); the steps of a batch
are performed together or, when one of them fails, each behind a savepoint; and ClockStep is unique. So a worker that
is killed leaves its batch undone, and two at once do nothing twice.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
from django.db import models, transaction
from django.db.models import CharField, F, Value
from django.utils.timezone import now

from agents.actors import Actor
from sla.actions import ExpireEscalation, MarkBreached, RemindOfEscalation, TakeStep
from sla.checkpoints import next_checkpoint
from sla.models import ClockStep, Escalation, SlaClock
from tickets.actions import Action
from tickets.models import Ticket
from tickets.perform import perform, perform_together

logger = structlog.get_logger(__name__)

HOUSE = Actor.system("sla")
WINDOW = 200
"""Of what is due, looked at with one statement."""
BATCH = 25
"""Steps of one transaction: their tickets stay locked until its end."""
RUN_SECONDS = 60.0
POISONED_FOR = timedelta(hours=1)

Queue = models.QuerySet[Any, tuple[str, datetime, int, int]]


class Due(NamedTuple):
    """One row of the queue. `kind` is "clock", "expire" or "repeat"; `pk` that of the clock or escalation."""

    kind: str
    at: datetime
    pk: int
    ticket_id: int


class Plan(NamedTuple):
    """What is to be done about it, and what of Swept counts it."""

    due: Due
    action: Action
    counter: str


@dataclass(slots=True)
class Swept:
    """What a sweep did."""

    breached: int = 0
    steps: int = 0
    expired: int = 0
    reminded: int = 0
    poisoned: int = 0
    replanned: int = 0

    @property
    def done(self) -> int:
        return self.breached + self.steps + self.expired + self.reminded

    def count(self, what: str) -> None:
        setattr(self, what, getattr(self, what) + 1)


def sweep(until: datetime | None = None, since: datetime | None = None) -> Swept:
    """Take every step that is due by now; any number of workers may run it at once.

    With `until`, which is for imported history, all that falls due by then is recorded as having happened at the
    moment it was planned for, in that order, and nobody is told; at `since` where it was planned for before that: what
    happened then put it into the past.
    """
    swept, deadline = Swept(), time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        found = list(due(until or now())[: 1 if until else WINDOW])
        before = replace(swept)
        for batch in _batches(found):
            _take_batch(batch, until, since, swept)
        if not found or swept == before:
            break  # nothing is due, or others are at what is
    return swept


def due(moment: datetime) -> Queue:
    """The queue as it stands: kind, moment, key and ticket, the longest overdue first; three partial indexes."""
    clocks = _rows("clock", "next_check_at", SlaClock.objects.filter(next_check_at__lte=moment))
    expiring = _rows("expire", "ack_due", Escalation.objects.to_expire(moment))
    repeating = _rows("repeat", "next_repeat_at", Escalation.objects.to_repeat(moment))
    queue: Queue = clocks.union(expiring, repeating, all=True)
    return queue.order_by("moment", "kind", "key")


def oldest_due() -> datetime | None:
    """When the oldest step that is due, and not taken yet, was to be taken; None when none is."""
    first = due(now()).first()
    return first[1] if first else None


def _rows(kind: str, column: str, rows: models.QuerySet[Any]) -> Queue:
    named = {"kind": Value(kind, CharField()), "moment": F(column), "key": F("pk"), "of": F("ticket_id")}
    queue: Queue = rows.order_by().annotate(**named).values_list("kind", "moment", "key", "of")
    return queue


def _batches(found: list[tuple[str, datetime, int, int]]) -> Iterator[list[Due]]:
    for start in range(0, len(found), BATCH):
        yield [Due(*row) for row in found[start : start + BATCH]]


def _take_batch(batch: list[Due], until: datetime | None, since: datetime | None, swept: Swept) -> None:
    """One transaction. What was read before the tickets were locked is read again: others may have been faster."""
    with transaction.atomic():
        rows = Ticket.objects.select_for_update(skip_locked=True, of=("self",))
        held = dict(rows.filter(pk__in={one.ticket_id for one in batch}).values_list("pk", "merged_into"))
        mine = [one for one in batch if one.ticket_id in held and held[one.ticket_id] is None]
        _let_rest([pk for pk, merged_into in held.items() if merged_into is not None], swept)
        clocks = _clocks(one.pk for one in mine if one.kind == "clock")
        plans = [plan for one in mine if (plan := _planned(one, clocks, until, swept))]
        for plan in plans if until else _taken_together(plans, swept):
            _take(plan, until, since, swept)


def _taken_together(plans: list[Plan], swept: Swept) -> list[Plan]:
    """The first of each ticket in one go; what is left to be taken one by one: all, when any of them cannot be."""
    firsts: dict[int, Plan] = {}
    for plan in plans:
        firsts.setdefault(plan.due.ticket_id, plan)
    if len(firsts) < 2:
        return plans
    try:
        perform_together({pk: plan.action for pk, plan in firsts.items()}, by=HOUSE, via="schedule")
    except Exception:  # whichever it is says so when it is taken alone
        return plans
    for plan in firsts.values():
        swept.count(plan.counter)
    return [plan for plan in plans if firsts[plan.due.ticket_id] is not plan]


def _let_rest(merged: list[int], swept: Swept) -> None:
    """Nothing is told on a ticket that was merged away, so its clocks, late ones too, are not looked at again."""
    if merged:
        planned = SlaClock.objects.filter(ticket__in=merged, next_check_at__isnull=False)
        swept.replanned += planned.update(next_check_at=None)


def _clocks(keys: Iterable[int]) -> Mapping[int, tuple[SlaClock, set[str]]]:
    """The clocks as they stand now, with the labels of the steps that were taken on them."""
    rows = SlaClock.objects.select_related("policy_version").filter(pk__in=list(keys))
    found: dict[int, tuple[SlaClock, set[str]]] = {clock.pk: (clock, set()) for clock in rows}
    for clock_id, label in ClockStep.objects.filter(clock__in=found).values_list("clock_id", "step") if found else ():
        found[clock_id][1].add(label)
    return found


def _planned(
    one: Due, clocks: Mapping[int, tuple[SlaClock, set[str]]], until: datetime | None, swept: Swept
) -> Plan | None:
    """What is to be done; None when nothing is any more, or when it cannot be told."""
    if one.kind == "expire":
        return Plan(one, ExpireEscalation(one.pk), "expired")
    if one.kind == "repeat":
        return Plan(one, RemindOfEscalation(one.pk), "reminded")
    if one.pk not in clocks:
        return None
    clock, taken = clocks[one.pk]
    try:
        found = next_checkpoint(clock, taken)
    except Exception:
        _poisoned(one, swept)
        return None
    if found is None or found.at > (until or now()):
        planned = found.at if found else None
        stale = SlaClock.objects.filter(pk=clock.pk, next_check_at=one.at)
        swept.replanned += stale.exclude(next_check_at=planned).update(next_check_at=planned)
        return None
    one = one._replace(at=found.at)
    if found.step:
        return Plan(one, TakeStep(clock.pk, found.label), "steps")
    return Plan(one, MarkBreached(clock.pk), "breached")


def _take(plan: Plan, until: datetime | None, since: datetime | None, swept: Swept) -> None:
    one = plan.due
    at = max(one.at, since or one.at) if until else None
    try:
        perform(one.ticket_id, plan.action, by=HOUSE, via="schedule", at=at)
    except Exception:  # of perform(), which leaves nothing behind
        _poisoned(one, swept)
    else:
        swept.count(plan.counter)


def _poisoned(one: Due, swept: Swept) -> None:
    logger.exception("sla_step_failed", kind=one.kind, key=one.pk, ticket=one.ticket_id)
    _push_ahead(one)
    swept.poisoned += 1


def _push_ahead(one: Due) -> None:
    """One poisoned row waits; whoever alters the clock or the escalation in the meantime plans it anew."""
    later = now() + POISONED_FOR
    if one.kind == "clock":
        SlaClock.objects.filter(pk=one.pk).update(next_check_at=later)
    elif one.kind == "expire":
        Escalation.objects.filter(pk=one.pk).update(ack_due=later)
    else:
        Escalation.objects.filter(pk=one.pk).update(next_repeat_at=later)
