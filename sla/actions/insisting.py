"""What time does to an escalation that nobody acknowledges: reminders, and then the next level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from agents.permissions import Permission
from sla.actions.by_the_house import by_the_house
from sla.actions.escalations import fact
from sla.models import Escalation
from sla.owners import TOP_LEVEL, those_asked, whom_to_ask
from tickets.actions import Action, Fact

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket

TOP_AGAIN = timedelta(hours=24)
"""Above the top level there is nobody, so the top is told again after this long."""


@dataclass(frozen=True)
class ExpireEscalation(Action):
    """Nobody acknowledged in time: open the next level. Silent when it has been acknowledged or has ended since."""

    name = "expire_escalation"
    permission = Permission.ESCALATE
    escalation_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        by_the_house(by)
        escalation = _still_open(self.escalation_id, ticket)
        if escalation is None or escalation.ack_due is None or escalation.ack_due > ticket.acting_at:
            return
        if escalation.level >= TOP_LEVEL:
            escalation.ack_due = ticket.acting_at + TOP_AGAIN
            escalation.save(update_fields=["ack_due"])
            yield fact("escalation_expired", escalation, next=None)
            return
        following = _next_level(escalation, ticket)
        expire(escalation, following, ticket.acting_at)
        yield fact("escalation_expired", escalation, next=following.pk)
        more = {"source": following.source, "reason": following.reason, "cause": following.owner_cause}
        yield fact("escalated", following, **more)


@dataclass(frozen=True)
class RemindOfEscalation(Action):
    """Tell those who are asked once more, and plan the next reminder. Silent when none is due any more."""

    name = "remind_of_escalation"
    permission = Permission.ESCALATE
    escalation_id: int

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        by_the_house(by)
        escalation = _still_open(self.escalation_id, ticket)
        if escalation is None or escalation.next_repeat_at is None or escalation.next_repeat_at > ticket.acting_at:
            return
        escalation.repeats += 1
        more = escalation.repeat_every is not None and escalation.repeats < escalation.max_repeats
        wait = timedelta(minutes=escalation.repeat_every or 0)
        escalation.next_repeat_at = ticket.acting_at + wait if more else None
        escalation.save(update_fields=["repeats", "next_repeat_at"])
        yield fact("escalation_reminded", escalation, count=escalation.repeats)


def expire(escalation: Escalation, following: Escalation | None, at: datetime) -> None:
    """End it because nobody acknowledged; `following` was opened in its place."""
    escalation.state, escalation.closed_at = Escalation.State.EXPIRED, at
    escalation.next_repeat_at, escalation.next = None, following
    escalation.save()


def _still_open(escalation_id: int, ticket: Ticket) -> Escalation | None:
    rows = Escalation.objects.select_related("owner", "team")
    return rows.filter(pk=escalation_id, ticket=ticket, state=Escalation.State.OPEN).first()


def _next_level(escalation: Escalation, ticket: Ticket) -> Escalation:
    """The same matter, asked of others; with as much time to acknowledge as this one had."""
    at, level = ticket.acting_at, escalation.level + 1
    time_to_answer = escalation.ack_due - escalation.opened_at if escalation.ack_due else None
    asked = whom_to_ask(ticket, None, escalation.team_id, level=level, passed=_asked_so_far(escalation))
    every = escalation.repeat_every
    return Escalation.objects.create(
        ticket=ticket,
        clock_id=escalation.clock_id,
        step=escalation.step,
        level=level,
        source=escalation.source,
        reason=Escalation.Reason.NOT_ACKNOWLEDGED,
        text=escalation.text,
        raised_by_id=escalation.raised_by_id,
        raised_by_name=escalation.raised_by_name,
        owner=asked.owner,
        team=asked.team,
        owner_cause=asked.cause,
        before=escalation.before,
        moved_from_id=escalation.moved_from_id,
        opened_at=at,
        ack_due=at + time_to_answer if time_to_answer else None,
        next_repeat_at=at + timedelta(minutes=every) if every else None,
        repeat_every=every,
        max_repeats=escalation.max_repeats,
    )


def _asked_so_far(escalation: Escalation) -> set[int]:
    """Everybody whom this escalation and those that it followed have asked in vain."""
    found: set[int] = set()
    current: Escalation | None = escalation
    while current is not None:
        found |= {agent.pk for agent in those_asked(current)}
        current = Escalation.objects.select_related("owner", "team").filter(next=current).first()
    return found
