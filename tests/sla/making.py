"""Calendars, policies and stories of tickets for tests about promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from agents.actors import Actor
from agents.models import Agent, Team
from customers.models import Customer
from sla.clocks import clock_values, leg_values, read_all, replayed
from sla.history import histories
from sla.memory import recall, remembered
from sla.models import Calendar, CalendarVersion, SlaClock, SlaPolicy, SlaPolicyVersion, SlaTrack
from tests.factories import make_agent, make_customer
from tickets.actions import Action, AddCustomerMessage, AddReply, SetStatus
from tickets.models import Change, Ticket
from tickets.opening import open_ticket
from tickets.perform import perform

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
ALWAYS = [[[0, 1440]]] * 7
OFFICE = [[[540, 1020]]] * 5 + [[], []]
"""Monday to Friday from 9 to 17."""
NIGHTS = [[[0, 360], [1320, 1440]]] * 7
"""Every night from 22 to 6."""


def at(text: str) -> datetime:
    """A moment as in "2026-01-05 10:00" (UTC), or in ISO 8601 with its offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def make_calendar(
    name: str = "Desk",
    zone: str = "UTC",
    weekly: Sequence[Sequence[Sequence[int]]] = OFFICE,
    *,
    in_force_from: datetime = LONG_AGO,
    **version: Any,
) -> Calendar:
    """A calendar with its first version; by default Monday to Friday, 9 to 17, UTC, without holidays."""
    calendar, _made = Calendar.objects.get_or_create(name=name)
    edit_calendar(calendar, zone=zone, weekly=weekly, in_force_from=in_force_from, **version)
    return calendar


def edit_calendar(calendar: Calendar, **version: Any) -> CalendarVersion:
    """Its next version; what is not given is as in the one before."""
    last = calendar.versions.order_by("number").last()
    kept = {name: getattr(last, name) for name in _CALENDAR} if last else {}
    return CalendarVersion.objects.create(calendar=calendar, number=last.number + 1 if last else 1, **(kept | version))


_CALENDAR = ("zone", "weekly", "country", "subdivision", "categories", "closed_days", "openings", "in_force_from")


def make_policy(
    name: str = "Standard",
    calendar: Calendar | None = None,
    *,
    conditions: Sequence[Mapping[str, Sequence[str]]] = (),
    position: int | None = None,
    in_force_from: datetime = LONG_AGO,
    pauses: Mapping[str, Sequence[str]] | None = None,
    wall_clock: Sequence[str] = (),
    ladder: Sequence[Mapping[str, Any]] = (),
    **targets: int | Mapping[str, int] | None,
) -> SlaPolicy:
    """An active policy with its first version, which every ticket meets unless `conditions` say otherwise.

    Targets by metric in minutes, for all priorities (`first_response=60`) or by priority
    (`first_response={"urgent": 15}`). Without a calendar everything runs on the wall clock.
    """
    place = SlaPolicy.objects.count() if position is None else position
    policy = SlaPolicy.objects.create(name=name, position=place)
    edit_policy(
        policy,
        calendar=calendar,
        conditions=list(conditions),
        in_force_from=in_force_from,
        pauses={metric: list(states) for metric, states in (pauses or {}).items()},
        wall_clock=list(wall_clock),
        ladder=list(ladder),
        **targets,
    )
    return policy


def edit_policy(policy: SlaPolicy, **said: Any) -> SlaPolicyVersion:
    """Its next version; what is not given is as in the one before."""
    last = policy.versions.order_by("number").last()
    kept = {name: getattr(last, name) for name in _POLICY} if last else {}
    targets = dict(kept.pop("targets", {}))
    for metric in [name for name in said if name not in _POLICY]:
        minutes = said.pop(metric)
        if minutes is None:
            targets.pop(metric, None)
        else:
            every = dict.fromkeys(("low", "normal", "high", "urgent"), minutes)
            targets[metric] = dict(minutes) if isinstance(minutes, Mapping) else every
    number = last.number + 1 if last else 1
    return SlaPolicyVersion.objects.create(policy=policy, number=number, **(kept | said | {"targets": targets}))


_POLICY = ("calendar", "conditions", "in_force_from", "pauses", "wall_clock", "ladder", "targets")


class Story:
    """One ticket and what happens to it, each at a stated time, through the doors that the product has."""

    def __init__(
        self,
        opened: str | datetime,
        *actions: Action,
        text: str | None = "It burns.",
        requester: Customer | None = None,
        agent: Agent | None = None,
        team: Team | None = None,
        by_agent: bool = False,
    ) -> None:
        self.requester = requester or make_customer()
        self._agent = agent
        said = [self._words(text)] if text is not None else []
        by = self.agent_actor if by_agent else Actor.system("import")
        self.ticket, _change = open_ticket(
            "Printer on fire",
            self.requester,
            *said,
            *actions,
            by=by,
            via="import",
            channel="email",
            team_id=team.pk if team else None,
            at=moment(opened),
        )

    @property
    def agent(self) -> Agent:
        if self._agent is None:
            self._agent = Agent.objects.filter(name="Storyteller").first() or make_agent("Storyteller")
        return self._agent

    @property
    def agent_actor(self) -> Actor:
        return Actor.system("import") if self._agent is None else Actor.agent(self._agent).importing()

    def _words(self, text: str) -> AddCustomerMessage:
        return AddCustomerMessage(self.requester.pk, self.requester.display_name, text)

    def do(self, when: str | datetime, *actions: Action, by: Actor | None = None) -> Change | None:
        return perform(self.ticket.pk, *actions, by=by or Actor.system("import"), via="import", at=moment(when))

    def reply(self, when: str | datetime, *before: Action) -> Change | None:
        """An agent answers; `before` is done in the same gesture, as by the button that sends as solved."""
        return self.do(when, *before, AddReply("We look into it."), by=Actor.agent(self.agent).importing())

    def customer(self, when: str | datetime, text: str = "Still burning.", **said: Any) -> Change | None:
        words = AddCustomerMessage(self.requester.pk, self.requester.display_name, text, **said)
        return self.do(when, words)

    def status(self, when: str | datetime, *states: str) -> None:
        for state in states:
            self.do(when, SetStatus(state))

    def clock(self, metric: str, sequence: int | None = None) -> SlaClock:
        """The clock of this metric, the newest of several."""
        found = SlaClock.objects.filter(ticket=self.ticket, metric=metric)
        if sequence is not None:
            found = found.filter(sequence=sequence)
        return found.order_by("-sequence")[0]

    def clocks(self) -> list[tuple[str, int, str]]:
        rows = SlaClock.objects.filter(ticket=self.ticket).order_by("metric", "sequence")
        return list(rows.values_list("metric", "sequence", "state"))

    def refreshed(self) -> Ticket:
        self.ticket.refresh_from_db()
        return self.ticket


def moment(when: str | datetime) -> datetime:
    return at(when) if isinstance(when, str) else when


def legs(clock: SlaClock) -> list[tuple[str, bool, str, int]]:
    """Its ledger: (reason, counted, how long it lasted as h:mm:ss or "", counted seconds)."""
    return [
        (leg.reason, leg.running, str(leg.ended_at - leg.began_at) if leg.ended_at else "", leg.used_seconds)
        for leg in clock.legs.order_by("position")
    ]


def assert_sound(*tickets: Ticket) -> None:
    """What must hold for every ticket at every time: the rows are what a replay of its past gives, legs follow on one
    another, one is open while its clock goes on, and the ledger adds up to the second."""
    for ticket in tickets:
        stored = read_all([ticket.pk])[ticket.pk]
        row = SlaTrack.objects.filter(pk=ticket.pk).first()
        if row is None:
            assert not stored
            continue
        track = replayed(histories([ticket.pk])[ticket.pk])
        again = {(clock.metric, clock.sequence): clock for clock in track.clocks}
        assert {(clock.metric, clock.sequence) for clock in stored} == set(again)
        for clock in stored:
            twin = again[clock.metric, clock.sequence]
            assert clock_values(clock) == clock_values(twin), (clock, twin)
            assert [leg_values(leg) for leg in clock.legs] == [leg_values(leg) for leg in twin.legs]
            assert_ledger(clock)
        assert remembered(recall(row, [])) == remembered(track)


def assert_ledger(clock: Any) -> None:
    assert clock.used == sum(leg.used for leg in clock.legs)
    assert [leg.position for leg in clock.legs] == list(range(1, len(clock.legs) + 1))
    assert clock.legs[0].began == clock.started
    for leg, following in zip(clock.legs, clock.legs[1:], strict=False):
        assert leg.ended == following.began
        assert leg.began <= leg.ended
    last = clock.legs[-1]
    assert (last.ended is None) == (clock.ended is None)
    assert all(leg.ended is not None for leg in clock.legs[:-1])
    assert all(leg.used == 0 for leg in clock.legs if not leg.rule.running or leg.ended is None)
    if clock.due is not None:
        assert last.rule.running
        assert last.rule.target is not None


def second(text: str) -> timedelta:
    """A span as in "1:30:00"."""
    hours, minutes, seconds = map(int, text.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
