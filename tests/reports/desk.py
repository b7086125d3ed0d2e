"""A desk where things happen by chance, but the same each time: tickets of every fate, through the real doors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.db import transaction
from django.test import override_settings

from agents.actors import Actor
from agents.permissions import Role
from customers.models import Customer, Organization
from helpdesk.lib.errors import HelpdeskError
from reports.keeping import keep
from sla.actions import AcknowledgeEscalation, Escalate, HandBackEscalation, ResolveEscalation
from sla.models import Escalation
from sla.sweep import sweep
from surveys.models import Survey
from tests.factories import make_agent, make_customer, make_team
from tests.reports import naive
from tests.sla.making import OFFICE, make_calendar, make_policy
from tickets.actions import (
    AddCustomerMessage,
    AddNote,
    AddReply,
    AddTag,
    AssignTo,
    MoveToTeam,
    RemoveTag,
    SetLanguage,
    SetPriority,
    SetStatus,
    WithdrawMessage,
)
from tickets.merging import merge_tickets
from tickets.models import Change, Merge, Message, Ticket
from tickets.opening import open_ticket
from tickets.perform import perform
from tickets.unmerging import undo_merge

# Summer time begins on the 29th of March 2026 in Copenhagen.
BEGINS = datetime(2026, 3, 20, 6, 0, tzinfo=UTC)
ENDS = datetime(2026, 4, 12, 6, 0, tzinfo=UTC)
TAGS = ("vip", "refund", "vip-plus")


class Desk:
    def __init__(self, seed: int, tickets: int) -> None:
        self.chance = random.Random(seed)
        self.teams = [make_team("Billing"), make_team("Technical")]
        self.agents = [make_agent(name, teams=self.teams) for name in ("Ann", "Bob", "Cid")]
        self.boss = make_agent("Ida", role=Role.ADMIN, teams=self.teams)
        self.customers = [make_customer(f"Customer {n}", f"c{n}@alpha.example") for n in range(max(2, tickets // 3))]
        for name, tier, some in (("Alpha", "Gold", self.customers[::4]), ("Beta", None, self.customers[1::8])):
            firm = Organization.objects.create(name=name, tier=tier)
            for customer in some:
                Customer.objects.filter(pk=customer.pk).update(organization=firm)
                customer.organization = firm
        calendar = make_calendar(zone="Europe/Copenhagen", weekly=OFFICE)
        make_policy(
            "Urgent", calendar, conditions=[{"priority": ["urgent", "high"]}], first_response=30, resolution=240
        )
        make_policy(
            "Rest",
            calendar,
            conditions=[{"team": [str(self.teams[0].pk)]}],
            first_response=120,
            next_response=90,
            resolution=960,
            periodic_update=600,
            team_handling=480,
        )
        self.tickets: list[int] = []
        span = (ENDS - BEGINS).total_seconds()
        moments = sorted(self.chance.random() * span for _ in range(tickets * 9))
        for number, seconds in enumerate(moments):
            with time_machine.travel(BEGINS + timedelta(seconds=seconds), tick=False):
                self._something(force_new=number % 9 == 0)
                if number % 40 == 0:
                    sweep()
        with time_machine.travel(ENDS, tick=False):
            for pk in self.tickets[::11]:
                with suppress(HelpdeskError):
                    perform(pk, AddTag("spam"), by=Actor.agent(self.boss), via="web")
            sweep()
            self.ask()

    def ask(self) -> None:
        """Surveys about half of the solves, some of them answered; their own life is tested with them."""
        chance = self.chance
        solves = [step for life in naive.lives() for step in life.solving()]
        for number, change in enumerate(Change.objects.filter(pk__in=solves).select_related("ticket").order_by("pk")):
            score = chance.choice((None, 1, 2, 3, 4, 4, 5, 5))
            Survey.objects.create(
                ticket=change.ticket,
                solve=change,
                sequence=number,
                customer=change.ticket.requester,
                state="answered" if score else chance.choice(("sent", "expired")),
                solved_at=change.created_at,
                sent_at=change.created_at + timedelta(hours=20) if chance.random() < 0.8 or score else None,
                team=chance.choice([None, *self.teams]),
                agent=chance.choice([None, *self.agents]),
                channel=change.ticket.channel,
                language=chance.choice(("", "da", "en")),
                score=score,
            )

    def _something(self, force_new: bool) -> None:
        if force_new or not self.tickets:
            self._open()
            return
        pk = self.chance.choice(self.tickets[-40:])
        what = self.chance.choices(
            (self._reply, self._customer, self._move, self._edit, self._merge, self._escalation, self._note),
            (30, 20, 25, 25, 3, 6, 3),
        )[0]
        with suppress(HelpdeskError):  # not possible now: the door said no
            what(pk)

    def _actor(self) -> Actor:
        return Actor.agent(self.chance.choice(self.agents))

    def _words(self, customer) -> AddCustomerMessage:
        return AddCustomerMessage(customer.pk, customer.name, "It burns.", thanks=self.chance.random() < 0.1)

    def _open(self) -> None:
        customer, by_agent = self.chance.choice(self.customers), self.chance.random() < 0.15
        by = self._actor() if by_agent else Actor.customer(customer.pk, customer.name)
        said = [] if by_agent else [AddCustomerMessage(customer.pk, customer.name, "It burns.")]
        if by_agent and self.chance.random() < 0.4:
            said = (
                [AddReply("We write to you."), SetStatus("solved")] if self.chance.random() < 0.3 else [AddReply("Hi.")]
            )
        team = self.chance.choice([None, *self.teams])
        ticket, _change = open_ticket(
            "Printer on fire",
            customer,
            *said,
            by=by,
            via="import" if self.chance.random() < 0.04 else "email",
            channel=self.chance.choice(("email", "web", "phone")),
            team_id=team.pk if team else None,
            language=self.chance.choice(("", "da", "en")),
        )
        self.tickets.append(ticket.pk)

    def _reply(self, pk: int) -> None:
        by = self._actor()
        before = self.chance.choice(((), (), (SetStatus("solved"),), (SetStatus("pending"),)))
        perform(pk, *before, AddReply("We look into it."), by=by, via="web")
        if self.chance.random() < 0.1:
            message = Message.objects.filter(ticket_id=pk, agent_id=by.id).latest("pk")
            perform(pk, WithdrawMessage(message.pk), by=by, via="web")

    def _customer(self, pk: int) -> None:
        customer = Ticket.objects.get(pk=pk).requester
        perform(pk, self._words(customer), by=Actor.customer(customer.pk, customer.name), via="email")

    def _note(self, pk: int) -> None:
        perform(pk, AddNote("Look at this."), by=self._actor(), via="web")

    def _move(self, pk: int) -> None:
        status = self.chance.choice(("open", "pending", "on_hold", "solved", "solved", "closed"))
        by = Actor.system("auto-close") if status == "closed" else self._actor()
        perform(pk, SetStatus(status), by=by, via="web")

    def _edit(self, pk: int) -> None:
        chance = self.chance
        actions = [
            AssignTo(chance.choice([None, *(agent.pk for agent in self.agents)])),
            MoveToTeam(chance.choice([None, *(team.pk for team in self.teams)])),
            SetPriority(chance.choice(("low", "normal", "high", "urgent"))),
            AddTag(chance.choice(TAGS)),
            RemoveTag(chance.choice(TAGS)),
            SetLanguage(chance.choice(("", "da", "nb"))),
        ]
        via = "bulk" if chance.random() < 0.3 else "web"
        perform(pk, *chance.sample(actions, chance.randint(1, 3)), by=self._actor(), via=via)

    def _merge(self, pk: int) -> None:
        standing = Merge.objects.filter(undone_at=None).order_by("pk")
        if standing and self.chance.random() < 0.5:
            undo_merge(self.chance.choice(list(standing)).source_id, by=Actor.agent(self.boss), via="web")
            return
        other = self.chance.choice(self.tickets)
        merge_tickets(pk, other, by=Actor.agent(self.boss), via="web", confirmed=True)

    def _escalation(self, pk: int) -> None:
        by = Actor.agent(self.boss)
        going = Escalation.objects.filter(ticket_id=pk, state__in=("open", "acknowledged")).first()
        if going is None:
            perform(pk, Escalate("other", "Please look."), by=by, via="web")
        elif going.state == "open":
            perform(pk, AcknowledgeEscalation(going.pk), by=by, via="web")
        elif self.chance.random() < 0.5:
            perform(pk, HandBackEscalation(going.pk, "All yours."), by=by, via="web")
        else:
            perform(pk, ResolveEscalation(going.pk, "Done."), by=by, via="web")


@contextmanager
def desk_made_once(blocker: Any, seed: int, tickets: int, told_at: datetime) -> Iterator[Desk]:
    """For a fixture of a module: what a test alters is taken back after it, and the desk itself at the end."""
    with blocker.unblock(), override_settings(REPORTS_ZONE="Europe/Copenhagen"), transaction.atomic():
        desk = Desk(seed, tickets)
        with time_machine.travel(told_at, tick=False):
            while keep():
                pass
        yield desk
        transaction.set_rollback(True)
