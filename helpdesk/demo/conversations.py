"""The hands of a story: each method adds one step to a planned ticket, at a time when it would have happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from agents.actors import Actor
from helpdesk.demo import rhythm
from helpdesk.demo.attachments import File
from helpdesk.demo.customers import Caller
from helpdesk.demo.people import Colleague, as_loaded
from helpdesk.demo.plan import House, Past, Planned, Step
from helpdesk.demo.topics import Topic
from helpdesk.demo.voices import Voice
from tickets.actions import Action, AddCustomerMessage, AddNote, AddReply, SetStatus
from tickets.models import Status
from tickets.thanks import is_plain_thanks

AUTO_CLOSE = timedelta(days=7)


class Present(Exception):
    """The story has caught up with today: what would come next has not happened yet."""


class Conversation:
    """One ticket as it grows. `at` is when the next step happens; a step after `past.now` raises Present.

    `follows` is the closed ticket that the customer answered, when the story begins that way.
    """

    def __init__(
        self,
        house: House,
        past: Past,
        rng: Random,
        topic: Topic,
        caller: Caller,
        at: datetime,
        follows: Planned | None = None,
    ) -> None:
        self.house, self.past, self.rng, self.topic, self.caller, self.at = house, past, rng, topic, caller, at
        self.follows = follows
        self.voice = Voice(rng, caller, topic.key, at)
        self.ticket = Planned("", caller, topic.team, "email", topic.key)
        self.team, self.status = topic.team, str(Status.NEW)
        self.agent = house.answerer(rng, topic.team, caller.language)
        self.customer = as_loaded(Actor.customer(caller.pk, caller.customer.name))
        self.last_reply: tuple[Colleague, datetime, str] | None = None
        self.solved_at: datetime | None = None

    # --- time --------------------------------------------------------------------------------------------------

    def work(self, minutes: float) -> None:
        """Let the house work for about so long; waiting grows with the load of the day."""
        load = self.past.load(self.at)
        self.at = rhythm.worked(self.at, min(minutes * load * self.rng.lognormvariate(0, 0.9), 3 * 540) + 1)

    def wait(self, hours: float) -> None:
        """Let the customer take about so long."""
        self.at = rhythm.spare_time(self.rng, self.at, hours * self.rng.lognormvariate(0, 1.0), self.caller.zone)

    # --- steps -------------------------------------------------------------------------------------------------

    def do(self, *actions: Action, by: Colleague | None = None, files: tuple[File, ...] = ()) -> None:
        self.step(Step(self.at, (by or self.agent).actor, "web", actions, files))

    def link(self, target: Planned, kind: str) -> None:
        self.step(Step(self.at, self.agent.actor, "web", link_to=target, kind=kind))

    def step(self, step: Step) -> None:
        if step.at > self.past.now:
            raise Present
        self.ticket.steps.append(step)
        self.at += timedelta(seconds=self.rng.randrange(20, 200))

    def customer_says(self, text: str, *, files: tuple[File, ...] = (), cc: tuple[str, ...] = ()) -> None:
        """A mail from the customer, with the last answer quoted below it as mail programs do."""
        rng, voice = self.rng, self.voice
        names = (self.caller.customer.name, self.agent.agent.name, voice.name_of(self.agent))
        thanks = is_plain_thanks(text, names)
        by_mail = self.ticket.channel != "web" or bool(self.ticket.steps)
        message = AddCustomerMessage(
            self.caller.pk,
            self.caller.customer.name,
            text,
            html=voice.html(text) if by_mail and rng.random() < 0.25 else "",
            quoted_text=voice.quoted(*self.last_reply) if self.last_reply and rng.random() < 0.8 else "",
            signature=voice.signature if by_mail and rng.random() < 0.85 else "",
            from_address=self.caller.email,
            sender_verified=True if by_mail else None,
            to=[self.house.mailboxes[self.team].address] if by_mail else [],
            cc=cc,
            thanks=thanks,
        )
        self.step(Step(self.at, self.customer, "email" if by_mail else "web", (message,), files))
        if not (thanks and self.status == Status.SOLVED) and self.status != Status.NEW:
            self.status = Status.OPEN

    def reply(self, text: str, status: str = "", *, warm: bool = True, files: tuple[File, ...] = ()) -> None:
        """An answer by whoever has the ticket, sent together with a new state when there is one."""
        body = self.voice.reply(text, self.agent, warm=warm)
        actions: list[Action] = [SetStatus(status)] if status and status != self.status else []
        self.last_reply = (self.agent, self.at, body)
        began = self.at
        self.do(*actions, AddReply(body), files=files)
        self.status = status or (Status.OPEN if self.status == Status.NEW else self.status)
        self.solved_at = began if self.status == Status.SOLVED else None

    def note(self, text: str, *actions: Action, by: Colleague | None = None) -> None:
        writer = by or self.agent
        other = self.rng.choice([one for one in self.house.colleagues if one.team == self.team and one is not writer])
        self.do(AddNote(text.format_map(self.voice.slots | {"other": f"@{other.first}"})), *actions, by=writer)

    def close(self) -> None:
        """Time closes what was solved and rested; the sweep comes round every few minutes."""
        if self.solved_at is None:
            return
        self.at = self.solved_at + AUTO_CLOSE + timedelta(seconds=self.rng.randrange(5, 290))
        self.step(Step(self.at, Actor.system("auto-close"), "schedule", (SetStatus(Status.CLOSED),)))
