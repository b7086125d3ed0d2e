"""What time does to a clock: it becomes late, and the steps of its ladder are taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils.translation import gettext as _

from agents.permissions import Permission
from helpdesk.lib.errors import HelpdeskError
from sla.actions.by_the_house import by_the_house
from sla.actions.escalations import Escalate, carry_out, fact
from sla.actions.insisting import expire
from sla.checkpoints import SECOND, Checkpoint, next_check_at, next_checkpoint
from sla.first_match import meeting
from sla.ladders import Step
from sla.models import ClockState, ClockStep, Escalation, SlaClock
from tickets.actions import Action, Fact

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket


@dataclass(frozen=True)
class MarkBreached(Action):
    """Note that a clock is late, with the true due time. Silent when it is not, or when that is noted already."""

    name = "mark_breached"
    permission = Permission.EDIT
    clock_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        by_the_house(by)
        clock, taken = _clock(self.clock_id, ticket)
        found = next_checkpoint(clock, taken)
        if found is None or found.step is not None or found.at > ticket.acting_at:
            return
        late_at = clock.breached_at or found.at - SECOND
        if clock.state == ClockState.RUNNING:
            clock.state, clock.breached_at, clock.breach_cause = ClockState.BREACHED_OPEN, late_at, "due"
        clock.detected_at = clock.detected_at or ticket.acting_at.replace(microsecond=0)
        _take(clock, found, taken, ticket, "state", "breached_at", "breach_cause", "detected_at")
        yield Fact("sla_breached", {**_of(clock), "due_at": late_at.isoformat(), "cause": clock.breach_cause})


@dataclass(frozen=True)
class TakeStep(Action):
    """Take the step of the ladder that is due on a clock. Silent when it is another's turn by now, or nobody's.

    A step whose condition the ticket does not meet, of a ticket that is solved, or of a clock that somebody looks
    after since it was escalated, counts as taken and does nothing.
    """

    name = "take_sla_step"
    permission = Permission.EDIT
    clock_id: int
    label: str

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        by_the_house(by)
        clock, taken = _clock(self.clock_id, ticket)
        found = next_checkpoint(clock, taken)
        if found is None or found.step is None or found.label != self.label or found.at > ticket.acting_at:
            return
        _take(clock, found, taken, ticket)
        met = not found.step.condition or meeting(found.step.condition, {ticket.pk})
        if not met or not ticket.is_open:
            return
        going_on = list(Escalation.objects.filter(clock=clock).going_on().select_related("owner", "team"))
        if not any(one.state == Escalation.State.ACKNOWLEDGED for one in going_on):
            yield from _taken(clock, found, found.step, ticket, by, going_on)


def _taken(
    clock: SlaClock, found: Checkpoint, step: Step, ticket: Ticket, by: Actor, unanswered: Sequence[Escalation]
) -> Iterator[Fact]:
    """`unanswered`: what the clock has asked before and nobody acknowledged; the new escalation takes its place."""
    due_at = clock.due_at.isoformat() if clock.due_at else None
    times = {"at": step.at, "due_at": due_at, "planned_at": found.at.isoformat()}
    yield Fact("sla_step_taken", {**_of(clock), **times, "notify": list(step.notify), "escalated": step.escalate})
    if not step.escalate:
        yield from carry_out(step.do, ticket, by)
        return
    following: Escalation | None = None
    for told in _escalate(clock, step).apply(ticket, by):
        if told.kind == "escalated" and unanswered:
            following = Escalation.objects.get(pk=told.data["escalation"])
        yield told
    for escalation in unanswered if following else ():
        # One follows one; of several that were asked at once the rest simply end with it.
        expire(escalation, following if escalation == unanswered[-1] else None, ticket.acting_at)
        yield fact("escalation_expired", escalation, next=following.pk if following else None)


def _escalate(clock: SlaClock, step: Step) -> Escalate:
    return Escalate(
        reason=Escalation.Reason.BREACHED if clock.breached_at else Escalation.Reason.DUE_SOON,
        to_agent_id=step.to.get("agent"),
        to_team_id=step.to.get("team"),
        level=step.level,
        source=Escalation.Source.CLOCK,
        clock_id=clock.pk,
        step=step.position,
        ack_minutes=step.ack_minutes,
        repeat_every=step.repeat_every,
        max_repeats=step.max_repeats,
        do=step.do,
    )


def _take(clock: SlaClock, found: Checkpoint, taken: set[str], ticket: Ticket, *altered: str) -> None:
    """Mark it as taken, so that it is not taken again, and plan the next."""
    ClockStep.objects.create(clock=clock, step=found.label, planned_at=found.at, done_at=ticket.acting_at)
    clock.next_check_at = next_check_at(clock, {*taken, found.label})
    clock.save(update_fields=[*altered, "next_check_at"])


def _clock(clock_id: int, ticket: Ticket) -> tuple[SlaClock, set[str]]:
    """The clock of the locked ticket, and the steps that were taken on it."""
    rows = SlaClock.objects.select_related("policy_version").annotate(taken=F("steps__step"))
    found: list[Any] = list(rows.filter(pk=clock_id, ticket=ticket))  # a row for each step taken, or one
    if not found:
        raise HelpdeskError("no_such_clock", _("There is no such clock."), field="clock")
    return found[0], {row.taken for row in found if row.taken is not None}


def _of(clock: SlaClock) -> dict[str, Any]:
    return {"clock": clock.pk, "metric": str(clock.metric), "sequence": clock.sequence}
