"""The course that a matter takes: from the first mail over questions and waiting to thanks, or a second round."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from agents.actors import Actor
from helpdesk.demo import notes
from helpdesk.demo.attachments import File
from helpdesk.demo.conversations import Conversation, Present
from helpdesk.demo.customers import Caller
from helpdesk.demo.people import Colleague
from helpdesk.demo.plan import Planned, Step
from tickets.actions import (
    Action,
    AddNote,
    AddParticipant,
    AddTag,
    AssignTo,
    Follow,
    MoveToTeam,
    SetField,
    SetPriority,
    SetStatus,
    SetType,
    Snooze,
    Wake,
)
from tickets.models import Status

STILL_GOING = timedelta(days=16)


def tell(talk: Conversation) -> Planned:
    """The whole story, or as much of it as has happened by now."""
    with suppress(Present):
        _open(talk)
        _pick_up(talk)
        if _agree(talk):
            _solve(talk)
            _aftermath(talk)
        talk.close()
    return talk.ticket


def _open(talk: Conversation) -> None:
    """By mail mostly, sometimes by the web form, sometimes an agent notes down a call."""
    rng, ticket = talk.rng, talk.ticket
    if talk.follows:
        ticket.subject = f"Re: {talk.follows.subject}"
        talk.customer_says(talk.voice.answer(talk.voice.words.again, talk.agent))
        talk.step(Step(talk.at, Actor.system("mail"), "email", link_to=talk.follows, kind="follow_up"))
        return
    ticket.subject = talk.voice.subject()
    ticket.channel = rng.choices(("email", "web", "phone"), (86, 9, 5))[0]
    if rng.random() < 0.05:  # written to another address of ours than the right one
        talk.team = ticket.team = rng.choice([team for team in talk.house.teams if team != talk.team])
        talk.agent = talk.house.answerer(rng, talk.team, talk.caller.language)
    files = _files(talk) if rng.random() < 0.5 else ()
    if ticket.channel == "phone":
        talk.work(5)
        words = talk.voice.ask().replace("\n\n", "\n").replace("\n", "\n> ")
        talk.do(AddNote(notes.CALLED.format(name=talk.caller.customer.name, words=words)))
    else:
        cc = (friend.email,) if (friend := _friend(talk)) else ()
        talk.customer_says(talk.voice.ask(), files=files, cc=cc)


def _files(talk: Conversation) -> tuple[File, ...]:
    names = {"png": "IMG_{}.png", "csv": "order-{}.csv", "pdf": "statement-{}.pdf"}
    return tuple(
        File(names[kind].format(number), kind, number)
        for kind in talk.topic.files
        if (number := talk.rng.randrange(1000, 9999))
    )


def _friend(talk: Conversation) -> Caller | None:
    """A colleague of the customer who is copied in, sometimes."""
    if not talk.caller.organisation or talk.rng.random() > 0.25:
        return None
    same = [
        one for one in talk.house.callers if one.organisation == talk.caller.organisation and one is not talk.caller
    ]
    return talk.rng.choice(same) if same else None


def _pick_up(talk: Conversation) -> None:
    """Somebody takes it, sorts it, and sometimes hands it on."""
    rng, topic = talk.rng, talk.topic
    talk.work({"high": 18, "normal": 45}[topic.priority])
    if talk.team != topic.team:
        before, talk.team = talk.agent, topic.team
        talk.agent = talk.house.answerer(rng, topic.team, talk.caller.language)
        moved = (MoveToTeam(talk.house.teams[topic.team].pk), AssignTo(talk.agent.pk))
        talk.do(AddNote(f"This one is yours, @{talk.agent.first}."), *moved, by=before)
        talk.work(25)
    lead = talk.house.lead(talk.team)
    dispatched = rng.random() < 0.15
    talk.do(*_sorting(talk), by=lead if dispatched else talk.agent)
    if rng.random() < 0.07:
        before, talk.agent = talk.agent, talk.house.answerer(rng, talk.team, talk.caller.language, but=talk.agent)
        text = rng.choice(notes.HANDED_OVER).format(other=f"@{talk.agent.first}")
        talk.do(AddNote(text), AssignTo(talk.agent.pk), by=before)
        talk.work(20)
    if rng.random() < 0.25:
        talk.work(8)
        talk.note(rng.choice(notes.BY_TOPIC[topic.key]), by=_noter(talk))
    if rng.random() < 0.06:
        talk.note(rng.choice(notes.RAISED), SetPriority("urgent" if topic.priority == "high" else "high"))
    elif topic.priority == "normal" and rng.random() < 0.04:
        talk.note(rng.choice(notes.LOWERED), SetPriority("low"))
    if rng.random() < 0.05 and talk.agent is not lead:
        talk.note(rng.choice(notes.WATCHED), Follow(lead.pk), by=lead)


def _noter(talk: Conversation) -> Colleague:
    """Where the warehouse is concerned it notes what it found; it does not write to customers."""
    return talk.house.named("Tom Ashdown") if "warehouse" in talk.topic.tags and talk.team == "care" else talk.agent


def _sorting(talk: Conversation) -> list[Action]:
    rng, topic = talk.rng, talk.topic
    actions: list[Action] = [AssignTo(talk.agent.pk), SetType(topic.kind)]
    actions += [AddTag(tag) for tag in topic.tags if rng.random() < 0.8]
    if topic.priority != "normal":
        actions.append(SetPriority(topic.priority))
    if rng.random() < 0.6:
        actions.append(SetField("product_line", topic.line))
    if topic.team == "technical" and rng.random() < 0.6:
        bought = talk.at.date() - timedelta(days=rng.randrange(30, 1100))
        actions.append(SetField("bought_on", bought.isoformat()))
        actions.append(SetField("under_warranty", (talk.at.date() - bought).days < 730))
    copied = {cc for action in talk.ticket.steps[0].actions for cc in getattr(action, "cc", ())}
    actions += [AddParticipant(one.pk) for one in talk.house.callers if one.email in copied]
    return actions


def _agree(talk: Conversation) -> bool:
    """Ask back, or wait for somebody else; False when the customer never answered."""
    rng, voice = talk.rng, talk.voice
    talk.work(25)
    if talk.past.now - talk.at < STILL_GOING and rng.random() < 0.22:
        _stay_open(talk)
    if rng.random() < talk.topic.asks_back:
        talk.reply(voice.words.question, Status.PENDING)
        if rng.random() < 0.14:
            return _remind(talk)
        talk.wait(6)
        talk.customer_says(voice.answer(voice.words.answer, talk.agent), files=_answer_files(talk))
        talk.work(60)
    elif rng.random() < 0.14:
        talk.reply(rng.choice(voice.manners.wait), Status.ON_HOLD)
        if rng.random() < 0.5:
            _sleep(talk)
        talk.work(900)
        if rng.random() < 0.6:
            talk.note(rng.choice(notes.BY_TOPIC[talk.topic.key]))
    return True


def _stay_open(talk: Conversation) -> None:
    """The backlog: it waits for a supplier, for the customer, or for us, and today nothing more has happened."""
    rng, voice = talk.rng, talk.voice
    waits_on = rng.choices(("supplier", "customer", "us"), (35, 35, 30))[0]
    if waits_on == "supplier":
        talk.reply(rng.choice(voice.manners.wait), Status.ON_HOLD)
        if rng.random() < 0.6:
            until = (talk.past.now + timedelta(days=rng.randrange(1, 6))).replace(hour=7, minute=0, second=0)
            talk.do(Snooze(until.isoformat()))
    else:
        talk.reply(voice.words.question, Status.PENDING)
        if waits_on == "us":
            talk.wait(8)
            talk.customer_says(voice.answer(voice.words.answer, talk.agent), files=_answer_files(talk))
    raise Present


def _answer_files(talk: Conversation) -> tuple[File, ...]:
    return _files(talk) if talk.rng.random() < 0.35 else ()


def _remind(talk: Conversation) -> bool:
    rng, manners = talk.rng, talk.voice.manners
    talk.work(3 * 540)
    talk.reply(rng.choice(manners.nudge), warm=False)
    if rng.random() < 0.4:
        talk.wait(9)
        talk.customer_says(talk.voice.answer(talk.voice.words.answer, talk.agent))
        talk.work(60)
        return True
    talk.work(3 * 540)
    talk.reply(rng.choice(manners.giving_up), Status.SOLVED, warm=False)
    return False


def _sleep(talk: Conversation) -> None:
    """Snoozed until a morning; the sweep wakes it, unless that morning has not come yet."""
    until = (talk.at + timedelta(days=talk.rng.randrange(1, 6))).replace(hour=7, minute=0, second=0, microsecond=0)
    talk.do(Snooze(until.isoformat()))
    talk.at = until + timedelta(seconds=talk.rng.randrange(1, 59))
    talk.step(Step(talk.at, Actor.system("snooze"), "schedule", (Wake(),)))


def _solve(talk: Conversation) -> None:
    rng, topic = talk.rng, talk.topic
    files: tuple[File, ...] = ()
    if topic.key in {"invoice", "fleet"} and rng.random() < 0.6:
        number = talk.voice.slots["invoice"]
        files = (File(f"{number}.pdf", "pdf", int(number.removeprefix("F-"))),)
    text = rng.choice(talk.voice.words.solutions)
    if rng.random() < 0.8:
        talk.reply(text, Status.SOLVED, warm=talk.last_reply is None, files=files)
        return
    talk.reply(text, Status.OPEN, warm=talk.last_reply is None, files=files)
    talk.work(1.5 * 540)
    began = talk.at
    talk.do(SetStatus(Status.SOLVED))
    talk.status, talk.solved_at = Status.SOLVED, began


def _aftermath(talk: Conversation) -> None:
    """Silence, thanks, one more question, or it was not solved after all."""
    what = talk.rng.choices(("silence", "thanks", "still", "again"), (46, 33, 9, 12))[0]
    if what == "thanks":
        _thank(talk)
    elif what != "silence" and _comes_back_in_time(talk, 16):
        _second_round(talk, again=what == "again")
        if talk.rng.random() < 0.4:
            _thank(talk)


def _comes_back_in_time(talk: Conversation, hours: float) -> bool:
    """Wait for the customer; True when they write while the ticket is solved and not closed yet."""
    solved_at = talk.solved_at
    talk.wait(hours)
    return solved_at is not None and talk.at < solved_at + timedelta(days=6)


def _thank(talk: Conversation) -> None:
    if _comes_back_in_time(talk, 5):
        talk.customer_says(talk.voice.thanks(talk.agent))


def _second_round(talk: Conversation, *, again: bool) -> None:
    rng, words = talk.rng, talk.voice.words
    text, solution = (words.again, words.mended) if again else rng.choice(talk.voice.manners.still)
    talk.solved_at = None
    talk.customer_says(talk.voice.answer(text, talk.agent))
    talk.work(50)
    if again and rng.random() < 0.4:
        talk.note(rng.choice(notes.RAISED), SetPriority("high"))
        talk.work(15)
    talk.reply(solution, Status.SOLVED, warm=False)
