"""What is to happen, as data: tickets made of steps, each with its true time, before any of it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from agents.actors import Actor
from agents.models import Team
from channels.models import Mailbox
from helpdesk.demo.attachments import File
from helpdesk.demo.customers import Caller
from helpdesk.demo.people import Colleague
from tickets.actions import Action


@dataclass(frozen=True)
class Step:
    """One gesture: what perform() will be asked to do, or a link to another planned ticket."""

    at: datetime
    by: Actor
    via: str
    actions: tuple[Action, ...] = ()
    files: tuple[File, ...] = ()
    link_to: Planned | None = None
    kind: str = ""


@dataclass(eq=False)
class Planned:
    """A ticket with everything that will happen to it; its first step opens it."""

    subject: str
    caller: Caller
    team: str
    channel: str
    topic: str
    steps: list[Step] = field(default_factory=list)
    pk: int = 0

    @property
    def opened_at(self) -> datetime:
        return self.steps[0].at


class Past:
    """How busy the house was at any time, from the moments at which tickets came in."""

    def __init__(self, arrivals: list[datetime], now: datetime) -> None:
        self.now = now
        self._by_day: dict[int, int] = {}
        for at in arrivals:
            self._by_day[at.toordinal()] = self._by_day.get(at.toordinal(), 0) + 1
        self._usual = max(len(arrivals) / 65, 1)

    def load(self, at: datetime) -> float:
        """1 on a usual working day, above it on a busy one; waiting times grow with it."""
        recent = (self._by_day.get(at.toordinal(), 0) + self._by_day.get(at.toordinal() - 1, 0)) / 2
        return min(max(recent / self._usual, 0.5), 5.0)


@dataclass(frozen=True)
class House:
    """Everybody and everything that stories take place among."""

    teams: dict[str, Team]
    mailboxes: dict[str, Mailbox]
    colleagues: list[Colleague]
    callers: list[Caller]

    def answerer(self, rng: Random, team: str, language: str, but: Colleague | None = None) -> Colleague:
        """Somebody of the team who writes the language; supervisors answer less often."""
        able = [one for one in self.colleagues if one.team == team and one.may_answer and one is not but]
        fluent = [one for one in able if language in one.languages] or able
        return rng.choices(fluent, [1 if one.leads else 3 for one in fluent])[0]

    def lead(self, team: str) -> Colleague:
        return next(one for one in self.colleagues if one.team == team and one.leads)

    def named(self, name: str) -> Colleague:
        return next(one for one in self.colleagues if one.agent.name == name)
