"""Asking somebody above to look at a ticket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from agents.models import Agent, Team
from agents.permissions import ROLE_PERMISSIONS, Permission
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.text import clean
from sla.models import Escalation
from sla.owners import whom_to_ask
from tickets.actions import Action, Fact, load
from tickets.actions.routing import named

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket

LONGEST_TEXT = 2000
BY_HAND = ("customer_upset", "needs_senior", "needs_decision", "other")
"""The reasons that a person can give."""


@dataclass(frozen=True)
class Escalate(Action):
    """Open an escalation. Whom it asks is decided by sla.owners: the agent or team named here, or who stands in.

    A person gives a reason of BY_HAND, and words when it is "other"; level, source, clock and step are for the house.
    `do` are dumps of Actions that go with it; a hand-back takes back what they did.
    """

    name = "escalate"
    permission = Permission.ESCALATE
    reason: str
    text: str = ""
    to_agent_id: int | None = None
    to_team_id: int | None = None
    level: int = 1
    source: str = Escalation.Source.AGENT
    clock_id: int | None = None
    step: int | None = None
    ack_minutes: int | None = None
    repeat_every: int | None = None
    max_repeats: int = 0
    do: Sequence[Mapping[str, Any]] = ()

    def apply(self, ticket: Ticket, by: Actor) -> Iterator[Fact]:
        self._check(ticket)
        if by.account_id is not None:
            self._check_hand(ticket)
        asked = whom_to_ask(ticket, self.to_agent_id, self.to_team_id, level=self.level)
        at, before = ticket.acting_at, standing(ticket)
        done = list(carry_out(self.do, ticket, by))
        left = standing(ticket)
        escalation = Escalation.objects.create(
            ticket=ticket,
            clock_id=self.clock_id,
            step=self.step,
            level=self.level,
            source=self.source,
            reason=self.reason,
            text=clean(self.text).strip(),
            raised_by_id=by.id if by.is_agent else None,
            raised_by_name=by.name,
            owner=asked.owner,
            team=asked.team,
            owner_cause=asked.cause,
            before={key: [value, left[key]] for key, value in before.items()},
            opened_at=at,
            ack_due=self._ack_due(at),
            next_repeat_at=at + timedelta(minutes=self.repeat_every) if self.repeat_every else None,
            repeat_every=self.repeat_every,
            max_repeats=self.max_repeats,
        )
        ticket.escalated_at = ticket.escalated_at or at
        more = {"source": escalation.source, "reason": escalation.reason, "cause": escalation.owner_cause}
        yield fact("escalated", escalation, **more)
        yield from done

    def _check(self, ticket: Ticket) -> None:
        if not ticket.is_open and self.source != Escalation.Source.CSAT:  # asked after it was solved
            raise HelpdeskError("not_open", _("Only an open ticket can be escalated."), field="reason")
        if self.reason not in Escalation.Reason.values or self.source not in Escalation.Source.values:
            raise HelpdeskError("bad_reason", _("Choose a reason."), field="reason")
        if len(self.text) > LONGEST_TEXT:
            words = _("Write at most %(most)d characters.") % {"most": LONGEST_TEXT}
            raise HelpdeskError("too_long", words, field="text")

    def _check_hand(self, ticket: Ticket) -> None:
        """What only the house may say is refused, and so is asking the same people twice."""
        told = (self.level, self.source, self.clock_id, self.step, tuple(self.do))
        if told != (1, Escalation.Source.AGENT, None, None, ()) or self.reason not in BY_HAND:
            raise HelpdeskError("bad_reason", _("Choose a reason."), field="reason")
        if self.reason == Escalation.Reason.OTHER and not clean(self.text).strip():
            raise HelpdeskError("text_needed", _("Say in a few words what it is about."), field="text")
        askable = [role for role, granted in ROLE_PERMISSIONS.items() if Permission.ESCALATE in granted]
        agents = Agent.objects.active().filter(pk=self.to_agent_id, role__in=askable)
        if self.to_agent_id is not None and not agents.exists():
            raise HelpdeskError("no_such_agent", _("There is no such agent."), field="to_agent_id")
        if self.to_team_id is not None and not Team.objects.active().filter(pk=self.to_team_id).exists():
            raise HelpdeskError("no_such_team", _("There is no such team."), field="to_team_id")
        waiting = Escalation.objects.filter(ticket=ticket, state="open", source=Escalation.Source.AGENT)
        if waiting.filter(reason=self.reason, text=clean(self.text).strip()).exists():
            raise HelpdeskError("already_escalated", _("This was escalated already."), field="reason")

    def _ack_due(self, at: datetime) -> datetime | None:
        minutes = self.ack_minutes
        if minutes is None and self.source != Escalation.Source.CLOCK:
            minutes = settings.ESCALATION_ACK_MINUTES
        return at + timedelta(minutes=minutes) if minutes else None


def fact(kind: str, escalation: Escalation, **more: Any) -> Fact:
    """What every fact about an escalation says: which, how high, and who is asked."""
    whose = {"owner": named(escalation.owner), "team": named(escalation.team)}
    return Fact(kind, {"escalation": escalation.pk, "level": escalation.level, **whose, **more})


def standing(ticket: Ticket) -> dict[str, Any]:
    """What a hand-back returns: team, assignee and priority as they stand on the locked ticket."""
    return {"team": ticket.team_id, "assignee": ticket.assignee_id, "priority": ticket.priority_slug}


def carry_out(steps: Sequence[Mapping[str, Any]], ticket: Ticket, by: Actor) -> Iterator[Fact]:
    """Stored Actions, each as far as it can be done today: one that is refused keeps nobody from being told."""
    for step in steps:
        try:
            yield from load(dict(step)).run(ticket, by)
        except HelpdeskError as error:
            yield Fact("sla_step_refused", {"do": step.get("do"), "code": error.code})


def keep_projection(ticket: Ticket) -> None:
    """Since when the locked ticket is escalated: the earliest that still goes on, or None."""
    opened = Escalation.objects.filter(ticket=ticket).going_on().order_by("opened_at")
    ticket.escalated_at = opened.values_list("opened_at", flat=True).first()
