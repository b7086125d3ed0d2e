"""What tests of surveys need: a solved ticket that was answered, the sweep, and the links of a mail."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import mail
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent
from surveys import follow_up, mails, sweep
from surveys.models import Survey, SurveySettings
from tickets import outbox
from tickets.actions import AddReply, SetStatus
from tickets.models import Ticket
from tickets.perform import perform

# A Tuesday, ten in the morning in Copenhagen and nine in UTC.
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def switch_on(**fields: Any) -> SurveySettings:
    """Asked at once, at any hour of any day, everybody: each test narrows what it is about."""
    wide = {"enabled": True, "delay_hours": 0, "day_from": 0, "day_until": 24, "weekends": True, "throttle_days": 0}
    return SurveySettings.objects.create(pk=SurveySettings.ONLY, **{**wide, **fields})


def do(ticket: Ticket, agent: Agent, *actions: Any) -> None:
    perform(ticket.pk, *actions, by=Actor.agent(agent), via="web")
    outbox.drain()


def solve(ticket: Ticket, agent: Agent, words: str = "Here you are.") -> Survey | None:
    """Answer, solve, and let the reactions run."""
    do(ticket, agent, SetStatus("solved"), AddReply(words))
    return Survey.objects.filter(ticket=ticket).order_by("-sequence").first()


def run() -> int:
    """What the worker does each time, in its order."""
    return sweep.sweep() + mails.send_due() + follow_up.follow_up()


def sent(ticket: Ticket, agent: Agent) -> tuple[Survey, str]:
    """A survey whose mail has left, and the token of its links."""
    before = len(mail.outbox)
    survey = solve(ticket, agent)
    assert survey is not None
    run()
    assert len(mail.outbox) == before + 1
    survey.refresh_from_db()
    return survey, token_of(mail.outbox[-1])


def token_of(letter: Any) -> str:
    return links(letter)[0].split("/feedback/")[1].split("/")[0]


def links(letter: Any) -> list[str]:
    """Every address in the plain part."""
    return re.findall(r"https?://\S+", str(letter.body))


def states() -> list[tuple[str, str]]:
    return list(Survey.objects.order_by("pk").values_list("state", "reason"))


def later(**delta: Any) -> datetime:
    return now() + timedelta(**delta)
