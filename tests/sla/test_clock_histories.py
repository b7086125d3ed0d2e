"""Random lives of tickets through every door that moves their clocks: the rows are what a replay of the past gives."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
import time_machine
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Membership
from helpdesk.lib.errors import HelpdeskError
from sla import clocks
from sla.actions import SetSlaPolicy
from sla.models import ClockState, SlaAssignment, SlaClock, SlaLeg
from sla.schedules import version_in_force
from tests.factories import make_customer
from tests.sla.making import NIGHTS, assert_sound, at, edit_calendar, edit_policy, make_calendar, make_policy
from tickets.actions import (
    AddCustomerMessage,
    AddNote,
    AddReply,
    AddTag,
    MoveToTeam,
    RemoveTag,
    SetPriority,
    SetStatus,
    WithdrawMessage,
)
from tickets.merging import merge_tickets
from tickets.models import Message, Split, Ticket
from tickets.opening import open_ticket
from tickets.perform import perform
from tickets.splitting import split_ticket, undo_split
from tickets.unmerging import undo_merge

pytestmark = pytest.mark.django_db

PACES = (0, 3, 3, 60, 60, 600, 600, 1800, 1800, 7200, 20 * 3600, 3 * 86400)


class World:
    """Three policies in two time zones, two teams, an agent, a customer, and chance."""

    def __init__(self, seed, ana, billing, technical, settings):
        settings.UNDO_SEND_SECONDS = 30
        self.chance, self.ana, self.teams = Random(seed), ana, [billing.pk, technical.pk, None]
        Membership.objects.create(agent=ana, team=technical)
        self.by, self.customer = Actor.agent(ana), make_customer()
        self.colleague = make_customer("Bo", "bo@alpha.example")
        self.desks = [make_calendar("Copenhagen", "Europe/Copenhagen"), make_calendar("Nights", "Asia/Kolkata", NIGHTS)]
        pauses = {"next_response": ["pending"], "resolution": ["pending", "on_hold"]}
        self.policies = [
            make_policy(
                "Urgent",
                self.desks[1],
                conditions=[{"priority": ["urgent"]}],
                first_response={"urgent": 15, "low": 900},
                resolution=240,
                wall_clock=["first_response"],
            ),
            make_policy("Tagged", conditions=[{"tag": ["vip"]}], next_response=60, periodic_update=120, pauses=pauses),
        ]
        if seed % 3:
            every = {"first_response": 60, "next_response": 120, "resolution": 960, "team_handling": 480}
            self.policies.append(make_policy("All", self.desks[0], periodic_update=1440, **every))
        self.tickets = []

    def live(self, gestures):
        """So many random gestures, hours or days apart; a refusal is no harm."""
        doors = [getattr(self, name) for name in dir(self) if name.startswith("do_")]
        doors += [self.do_reply, self.do_customer, self.do_status, self.do_priority, self.do_withdraw] * 2
        with time_machine.travel(at("2026-03-27 08:00:00.5"), tick=False) as clock:
            self.do_open()
            for _ in range(gestures):
                clock.shift(timedelta(seconds=self.chance.choice(PACES)))
                try:
                    self.chance.choice(doors)()
                except HelpdeskError:
                    continue
            return self.tickets

    def some(self):
        """One that is still to be worked on, most times."""
        rows = Ticket.objects.filter(pk__in=self.tickets).exclude(status="closed")
        alive = list(rows.order_by("pk").values_list("pk", flat=True))
        if not alive:
            self.do_open()
        return self.chance.choice(alive if alive and self.chance.random() < 0.9 else self.tickets)

    def perform(self, *actions):
        perform(self.some(), *actions, by=self.by, via="web")

    def words(self):
        return AddCustomerMessage(self.customer.pk, "Kim", "Well?", thanks=self.chance.random() < 0.2)

    def do_open(self):
        said = self.chance.choice([[self.words()], [self.words()], [AddReply("Hello.")], []])
        extra = self.chance.choice([[], [SetPriority("urgent")], [AddTag("vip")], [SetStatus("solved")]])
        by = Actor.system("import") if said and isinstance(said[0], AddCustomerMessage) else self.by
        team = self.chance.choice(self.teams)
        ticket, _change = open_ticket(
            "A", self.customer, *said, *extra, by=by, via="web", channel="web", team_id=team, language="en"
        )
        self.tickets.append(ticket.pk)

    def do_reply(self):
        state = self.chance.choice([[], [], [SetStatus("pending")], [SetStatus("solved")]])
        self.perform(*state, AddReply("We look into it."))

    def do_customer(self):
        words = self.words()
        if self.chance.random() < 0.2:
            words = AddCustomerMessage(self.colleague.pk, "Bo", "FYI")
        perform(self.some(), words, by=Actor.system("mail"), via="email")

    def do_note(self):
        self.perform(AddNote("Hm."))

    def do_status(self):
        self.perform(SetStatus(self.chance.choice(["open", "pending", "on_hold", "solved", "solved"])))

    def do_priority(self):
        self.perform(SetPriority(self.chance.choice(["low", "normal", "high", "urgent"])))

    def do_team(self):
        self.perform(MoveToTeam(self.chance.choice(self.teams)))

    def do_tag(self):
        self.perform(self.chance.choice([AddTag("vip"), RemoveTag("vip")]))

    def do_policy(self):
        self.perform(SetSlaPolicy(self.chance.choice([None, *(policy.pk for policy in self.policies)])))

    def do_assign(self):
        """An edit of a policy or calendar is carried to an open ticket."""
        ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=self.some())
        if not ticket.is_open or not SlaAssignment.objects.filter(ticket=ticket).exists():
            return
        desk = self.chance.choice(self.desks)
        hours = [[[480 + self.chance.randrange(60), 960]]] * 5 + [[], []]
        edit_calendar(desk, weekly=hours, in_force_from=now())
        version = edit_policy(
            self.chance.choice(self.policies), calendar=desk, resolution=self.chance.randrange(9, 999)
        )
        clocks.assign(ticket, version, version_in_force(desk, now()), "edited", None, now())

    def do_withdraw(self):
        if self.chance.random() < 0.5:
            self.do_reply()
        message = Message.objects.filter(ticket__in=self.tickets, agent=self.ana, public=True).order_by("pk").last()
        if message:
            perform(message.ticket_id, WithdrawMessage(message.pk), by=self.by, via="web")

    def do_close(self):
        if self.chance.random() < 0.3:
            self.perform(SetStatus("solved"), SetStatus("closed"))

    def do_merge(self):
        if len(self.tickets) < 4:
            return self.do_open()
        return merge_tickets(*self.chance.sample(self.tickets, 2), by=self.by, via="web", confirmed=True)

    def do_unmerge(self):
        merged = Ticket.objects.filter(pk__in=self.tickets, merged_into__isnull=False).order_by("pk").last()
        if merged:
            undo_merge(merged.pk, by=self.by, via="web")

    def do_split(self):
        ticket = self.some()
        messages = list(Message.objects.filter(ticket=ticket).order_by("pk"))
        if messages:
            message = self.chance.choice(messages)
            onwards = self.chance.random() < 0.5
            split = split_ticket(ticket, message.pk, "Another matter", onwards=onwards, by=self.by, via="web")
            self.tickets.append(split.made_id)

    def do_unsplit(self):
        split = Split.objects.filter(made__in=self.tickets).standing().order_by("pk").last()
        if split:
            undo_split(split.made_id, by=self.by, via="web")


@pytest.mark.parametrize("seed", range(10))
def test_what_is_kept_change_by_change_is_what_a_replay_gives(seed, ana, billing, technical, settings):
    world = World(seed, ana, billing, technical, settings)

    tickets = Ticket.objects.filter(pk__in=world.live(30))

    assert_sound(*tickets)
    for ticket in tickets:
        going = SlaClock.objects.filter(ticket=ticket, ended_at=None)
        due = [clock.breached_at or clock.due_at for clock in going if clock.breached_at or clock.due_at]
        assert ticket.next_due_at == min(due, default=None)
        assert SlaLeg.objects.filter(clock__in=going, ended_at=None).count() == going.count()


def test_the_lives_above_meet_everything_that_can_become_of_a_clock(ana, billing, technical, settings):
    """Else they would prove little."""
    World(7, ana, billing, technical, settings).live(110)

    states = set(SlaClock.objects.values_list("state", flat=True))
    reasons = set(SlaLeg.objects.values_list("reason", flat=True))
    assert states >= set(ClockState.values) - {"running", "paused"}  # which depends on where the story ends
    assert reasons >= {"started", "paused", "resumed", "solved", "reopened", "policy", "no_policy", "withdrawn"}
