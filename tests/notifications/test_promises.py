"""Who is told of promises and escalations, once each, only of what they may see, and folded after an outage."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core import mail

from agents.actors import Actor
from notifications.folding import fold
from notifications.mails import send_news
from notifications.models import Notification
from sla.actions import AcknowledgeEscalation, Escalate, HandBackEscalation
from sla.models import Escalation
from sla.sweep import sweep
from tests.sla.making import Story, at, make_policy
from tickets import outbox
from tickets.actions import AssignTo, Follow
from tickets.perform import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock_at(time_machine):
    return lambda text: time_machine.move_to(at(text), tick=False)


@pytest.fixture(autouse=True)
def monday(clock_at):
    clock_at("2026-01-05 10:00")


@pytest.fixture
def on_duty(leo):
    leo.availability = "online"
    leo.save()
    return leo


def told(*kinds):
    rows = Notification.objects.order_by("pk").values_list("agent__name", "kind")
    return sorted((name, kind) for name, kind in rows if not kinds or kind in kinds)


def swept(clock_at, text):
    clock_at(text)
    sweep()
    outbox.drain()


def test_those_who_are_asked_are_told_at_once_by_bell_and_mail(ticket, as_ana, on_duty, root):
    perform(ticket.pk, Escalate("needs_senior"), by=as_ana, via="web")
    outbox.drain()
    send_news()

    assert told() == [("Leo", "escalation")]
    (letter,) = mail.outbox
    assert letter.to == ["leo@desk.example"]
    assert "You are asked to look at this escalated ticket" in letter.subject
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert letter.extra_headers["X-Auto-Response-Suppress"] == "All"


def test_the_one_who_escalated_hears_of_the_answers(ticket, as_ana, on_duty):
    perform(ticket.pk, Escalate("needs_senior"), by=as_ana, via="web")
    pk = Escalation.objects.get().pk
    by = Actor.agent(on_duty)
    perform(ticket.pk, AcknowledgeEscalation(pk), by=by, via="web")
    perform(ticket.pk, HandBackEscalation(pk, "Ask them again."), by=by, via="web")
    outbox.drain()

    assert told("escalation_answer") == [("Ana", "escalation_answer")] * 2
    newest = Notification.objects.filter(agent=as_ana.id).order_by("-created_at", "-pk")
    assert fold(newest)[0].phrases == ["Leo answered your escalation"]


def test_a_step_tells_whom_it_names(clock_at, billing, ana, leo, lou, otto):
    make_policy(
        first_response=60,
        ladder=[{"metric": "first_response", "at": "50%", "notify": ["assignee", "followers", "role:supervisor"]}],
    )
    story = Story("2026-01-05 10:00", AssignTo(ana.pk), Follow(lou.pk), Follow(otto.pk), team=billing)

    swept(clock_at, "2026-01-05 10:30:05")

    assert told("sla_warning") == [(name, "sla_warning") for name in ("Ana", "Leo", "Lou", "Otto")]
    assert Notification.objects.filter(ticket=story.ticket, agent=ana, kind="sla_warning").count() == 1


def test_the_assignee_hears_that_it_is_late(clock_at, billing, ana):
    make_policy(first_response=60)
    Story("2026-01-05 10:00", AssignTo(ana.pk), team=billing)

    swept(clock_at, "2026-01-05 11:00:05")

    assert told("sla_breach") == [("Ana", "sla_breach")]


def test_who_may_not_see_the_ticket_is_told_nothing(clock_at, billing, mia):
    """E11: Mia is named by the ladder, but the ticket is not hers to see."""
    ladder = [{"metric": "first_response", "at": "50%", "notify": [f"agent:{mia.pk}"]}]
    make_policy(first_response=60, ladder=ladder)
    Story("2026-01-05 10:00", team=billing)

    swept(clock_at, "2026-01-05 10:30:05")

    assert told() == []


def test_after_three_hours_of_silence_one_person_gets_one_mail(clock_at, billing, on_duty):
    """Nobody worked from ten to one; what five tickets set off meanwhile is one mail to Leo."""
    ladder = [
        {"metric": "first_response", "at": "50%", "notify": ["role:supervisor"]},
        {"metric": "first_response", "at": "0", "escalate": True, "ack_minutes": 600},
    ]
    make_policy(first_response=60, ladder=ladder)
    stories = [Story("2026-01-05 10:00", team=billing) for _number in range(5)]

    swept(clock_at, "2026-01-05 13:00:20")
    send_news()
    assert mail.outbox == []
    clock_at("2026-01-05 13:02:01")
    send_news()
    swept(clock_at, "2026-01-05 13:05:00")
    send_news()

    assert Counter(told()) == {("Leo", "escalation"): 5, ("Leo", "sla_warning"): 5}
    (letter,) = mail.outbox
    assert letter.subject == "News on 5 tickets"
    assert all(f"#{story.ticket.pk}" in letter.body for story in stories)


def test_what_is_told_in_time_waits_for_nothing(clock_at, billing, on_duty):
    make_policy(first_response=60, ladder=[{"metric": "first_response", "at": "0", "escalate": True}])
    Story("2026-01-05 10:00", team=billing)

    swept(clock_at, "2026-01-05 11:00:14")
    send_news()

    assert len(mail.outbox) == 1
