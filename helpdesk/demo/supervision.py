"""Lets the promises of the past be kept or broken at their time, and the supervisors answer what was escalated."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from heapq import heappop, heappush
from random import Random

from django.db import connection

from helpdesk.demo import rhythm
from helpdesk.demo.people import Colleague
from helpdesk.demo.plan import House
from helpdesk.lib.errors import HelpdeskError
from sla.actions import (
    AcknowledgeEscalation,
    HandBackEscalation,
    ResolveEscalation,
    SetBreachCause,
    TakeOverEscalation,
)
from sla.models import BreachCause, Escalation, SlaClock
from sla.sweep import due, sweep
from tickets.actions import Action
from tickets.perform import perform

NOTES = (
    "Spoke with the customer, they are fine with tomorrow. Please write them before noon.",
    "The warehouse has the part now. Back to you, same priority.",
    "I have asked the supplier. Please tell the customer that we wait for them.",
    "Checked with billing: refund is on its way. You can close it after the next answer.",
)
RESOLVED = ("Answered it myself.", "Solved on the phone.", "Nothing more for us to do here.", "")
# How often each cause is given, as a house of this size finds it.
CAUSES = {
    BreachCause.Code.WORKLOAD: 9,
    BreachCause.Code.LATE_PICKUP: 7,
    BreachCause.Code.THIRD_PARTY: 5,
    BreachCause.Code.WRONG_TEAM: 4,
    BreachCause.Code.COMPLEX: 3,
    BreachCause.Code.ABSENCE: 2,
    BreachCause.Code.KNOWLEDGE: 2,
    BreachCause.Code.CUSTOMER: 1,
}

# Asked before each of ten thousand steps, which mostly find nothing: bare, it costs a tenth of what the sweep asks.
_DUE = """
    SELECT EXISTS(SELECT 1 FROM sla_slaclock WHERE next_check_at <= %s)
        OR EXISTS(SELECT 1 FROM sla_escalation WHERE state = 'open' AND ack_due <= %s)
        OR EXISTS(SELECT 1 FROM sla_escalation WHERE state = 'open' AND next_repeat_at <= %s)
"""


def _anything_due(until: datetime) -> bool:
    moment = connection.ops.adapt_datetimefield_value(until)
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [moment] * 3)
        return bool(cursor.fetchone()[0])


class Desk:
    """Stands beside the story while it is told: `catch_up` takes every step of a ladder that falls due before the next
    thing happens, and what the leads then do about it."""

    def __init__(self, house: House, rng: Random) -> None:
        self.house, self.rng = house, rng
        self.plans: list[tuple[datetime, int, int, Colleague, Action]] = []
        self.seen = self.planned = 0
        self.told: datetime | None = None

    def catch_up(self, until: datetime) -> None:
        """One thing after the other, since what a supervisor does may end what would have come next."""
        while True:
            first = due(until).first() if _anything_due(until) else None
            planned = self.plans[0][0] if self.plans and self.plans[0][0] <= until else None
            if first and (planned is None or first[1] <= planned):
                self._sweep(first[1])
            elif planned:
                self._answer()
            else:
                break
        self.told = until

    def _answer(self) -> None:
        at, _n, ticket, by, action = heappop(self.plans)
        at = self.told = max(at, self.told or at)
        with suppress(HelpdeskError):  # solved, expired or merged in the meantime
            perform(ticket, action, by=by.actor, via="web", at=at)

    def solved(self, ticket: int, by: Colleague, at: datetime) -> None:
        """Whoever solves a late ticket says why it was late, mostly."""
        if self.rng.random() < 0.8 and SlaClock.objects.filter(ticket=ticket).breached().exists():
            code = self.rng.choices(list(CAUSES), list(CAUSES.values()))[0]
            perform(ticket, SetBreachCause(str(code)), by=by.actor, via="web", at=at)

    def _sweep(self, until: datetime) -> None:
        since, self.told = self.told, max(until, self.told or until)
        if sweep(until, since).done:
            self.look()

    def look(self) -> None:
        """Plan what is done about escalations that are new."""
        for escalation in Escalation.objects.filter(pk__gt=self.seen).select_related("ticket").order_by("pk"):
            self.seen = escalation.pk
            self._plan(escalation)

    def _plan(self, escalation: Escalation) -> None:
        """Most are acknowledged in time; a third is handed back, some are taken over, the rest ends with the ticket."""
        rng = self.rng
        team = next((key for key, one in self.house.teams.items() if one.pk == escalation.ticket.team_id), "care")
        lead = self.house.lead(team)
        asked = next((one for one in self.house.colleagues if one.pk == escalation.owner_id), lead)
        if rng.random() < 0.2:
            return
        at = rhythm.worked(escalation.opened_at, rng.uniform(4, 50))
        self._do(at, escalation, asked, AcknowledgeEscalation(escalation.pk))
        later = rhythm.worked(at, rng.uniform(20, 300))
        what = rng.random()
        if what < 0.35:
            self._do(later, escalation, asked, HandBackEscalation(escalation.pk, rng.choice(NOTES)))
        elif what < 0.5:
            self._do(later, escalation, asked, TakeOverEscalation(escalation.pk))
        elif what < 0.75:
            self._do(later, escalation, asked, ResolveEscalation(escalation.pk, rng.choice(RESOLVED)))

    def _do(self, at: datetime, escalation: Escalation, by: Colleague, action: Action) -> None:
        self.planned += 1
        heappush(self.plans, (at, self.planned, escalation.ticket_id, by, action))
