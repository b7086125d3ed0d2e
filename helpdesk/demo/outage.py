"""The two bad days: the app's servers fail, and everybody with a digital lock writes at once."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from helpdesk.demo import notes, rhythm
from helpdesk.demo.conversations import Conversation, Present
from helpdesk.demo.customers import Caller
from helpdesk.demo.plan import House, Past, Planned
from helpdesk.demo.topics import OUTAGE
from tickets.actions import AddNote, AddTag, AssignTo, Follow, MoveToTeam, SetField, SetPriority, SetStatus, SetType
from tickets.models import Status

DAYS_AGO = 33
_PROGRESS = (
    (25, "The certificate of the lock service has expired, and the renewal fails. @Bohdan has the provider on the phone."),
    (120, "Status page is up. Text for answers: hold the button for ten seconds, then the last four digits of the frame "
          "number. @Hannah, please tell Customer care."),
    (330, "Back since a quarter past two, but every third request times out. We leave everything on hold."),
    (1180, "Down again since this morning: the old servers came back into rotation. @Bohdan takes them out by hand."),
    (1580, "Stable for two hours. I am closing this; the credit of one month is agreed with @Mikkel and @Nadia."),
)  # fmt: skip


def begins(now: datetime) -> datetime:
    return rhythm.days_before(now, DAYS_AGO, 8) + timedelta(minutes=5)


def arrivals(rng: Random, now: datetime, count: int) -> list[datetime]:
    """A wave on the first morning, a smaller one on the second."""
    start = begins(now)
    first = [start + timedelta(minutes=min(rng.expovariate(1 / 130) + 3, 600)) for _n in range(count * 2 // 3)]
    second = [
        start + timedelta(hours=24, minutes=min(rng.expovariate(1 / 100), 500)) for _n in range(count - len(first))
    ]
    return [at.replace(microsecond=0) for at in first + second]


def problem(house: House, past: Past, rng: Random) -> Planned:
    """The ticket about the cause, kept by the lead of Technical; the others are tied to it."""
    talk = Conversation(house, past, rng, OUTAGE, house.callers[-1], begins(past.now))
    talk.agent = house.lead("technical")
    talk.ticket.subject, talk.ticket.channel = "App and lock service down: expired certificate", "web"
    with suppress(Present):
        _mend(talk)
    return talk.ticket


def _mend(talk: Conversation) -> None:
    house, start = talk.house, talk.at
    talk.do(AddNote("Alarms since 07:52: sign-in and lock requests fail. Collecting everything here."))
    urgent = (SetType("problem"), SetPriority("urgent"), AddTag("outage"), AddTag("app"), AssignTo(talk.agent.pk))
    talk.do(*urgent, SetStatus(Status.OPEN), SetField("product_line", OUTAGE.line))
    talk.do(Follow(house.lead("care").pk), Follow(house.named("Nadia Kovalchuk").pk))
    for minutes, text in _PROGRESS:
        talk.at = max(talk.at, start + timedelta(minutes=minutes))
        talk.do(AddNote(text))
    talk.solved_at = talk.at
    talk.do(SetStatus(Status.SOLVED))
    talk.close()


def tell(talk: Conversation, cause: Planned, before: Planned | None) -> Planned:
    """One customer's outage; `before` is the same customer's first mail about it, when they wrote twice."""
    with suppress(Present):
        _suffer(talk, cause, before)
    return talk.ticket


def _suffer(talk: Conversation, cause: Planned, before: Planned | None) -> None:
    rng, house = talk.rng, talk.house
    talk.ticket.subject = talk.voice.subject()
    if rng.random() < 0.6:  # most write to the address that they know
        talk.team = talk.ticket.team = "care"
    talk.customer_says(talk.voice.ask())
    talk.work(14)
    if talk.team == "care":
        first = house.answerer(rng, "care", talk.caller.language)
        talk.team = "technical"
        talk.do(MoveToTeam(house.teams["technical"].pk), AddTag("app"), by=first)
        talk.work(10)
    talk.do(AssignTo(talk.agent.pk), SetType("incident"), AddTag("outage"), SetPriority("high"))
    if before is None:
        talk.link(cause, "related" if rng.random() < 0.85 else "duplicate")
    else:
        talk.link(before, "duplicate")
    talk.reply(talk.voice.words.solutions[0], Status.ON_HOLD)
    if rng.random() < 0.25:
        talk.note(rng.choice(notes.BY_TOPIC["outage"]))
    over = begins(talk.past.now) + timedelta(minutes=_PROGRESS[-1][0] + 10)
    talk.at = max(talk.at, over)
    talk.work(35)
    talk.reply(talk.voice.words.solutions[1], Status.SOLVED, warm=False)
    _afterwards(talk)
    talk.close()


def _afterwards(talk: Conversation) -> None:
    answers = talk.rng.random()
    if answers > 0.4:
        return
    talk.wait(4)
    if answers > 0.08:
        talk.customer_says(talk.voice.thanks(talk.agent))
        return
    talk.solved_at = None
    talk.customer_says(talk.voice.answer(talk.voice.words.again, talk.agent))
    talk.work(30)
    talk.reply(talk.voice.words.mended, Status.SOLVED, warm=False)


def writes_twice(rng: Random, told: list[tuple[Caller, Planned]]) -> tuple[Caller, Planned] | None:
    """Now and then somebody who wrote already writes again."""
    return rng.choice(told) if told and rng.random() < 0.12 else None
