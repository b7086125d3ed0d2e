"""Who has a ticket open, told to those who have it open too, and to nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent, Team
from customers.models import Customer
from tests.factories import make_ticket
from tickets import live
from tickets.actions import AddTag, AssignTo, Follow, MoveToTeam
from tickets.live import Hub, event, listen
from tickets.live_presence import Comings
from tickets.models import Change, Doing, Presence, Ticket
from tickets.perform import perform
from tickets.presence import ALIVE_SECONDS, KEPT_SECONDS, Someone, forget_the_gone, note_presence, others_on

pytestmark = pytest.mark.django_db


def heard(hub: Hub, actor: Actor, number: int, monkeypatch: Any) -> list[str]:
    """What a stream of this reader tells of everything after notice `number`."""
    moments = iter([0.0, 1.0, live.STREAM_SECONDS + 1])
    with monkeypatch.context() as patch:
        patch.setattr(live, "hub", hub)
        patch.setattr(live.time, "monotonic", lambda: next(moments))
        return [one for one in list(listen(actor, number, []))[1:] if not one.startswith(":")]


@pytest.fixture
def hub() -> Hub:
    """A hub that has begun and knows all that was before."""
    made = Hub()
    made.tick()
    return made


def test_those_on_a_ticket_see_each_other_and_what_they_do(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    by_ana, by_leo = Actor.agent(ana), Actor.agent(leo)
    note_presence(ticket.pk, by_ana, Doing.VIEWING)
    note_presence(ticket.pk, by_leo, Doing.REPLYING)

    assert others_on(ticket.pk, by_ana) == [Someone(leo.pk, "Leo", Doing.REPLYING)]
    assert others_on(ticket.pk, by_leo) == [Someone(ana.pk, "Ana", Doing.VIEWING)]


def test_who_writes_stands_first(ticket: Ticket, ana: Agent, leo: Agent, otto: Agent) -> None:
    note_presence(ticket.pk, Actor.agent(ana), Doing.VIEWING)
    note_presence(ticket.pk, Actor.agent(leo), Doing.NOTING)

    assert [one.name for one in others_on(ticket.pk, Actor.agent(otto))] == ["Leo", "Ana"]


def test_who_leaves_is_gone_and_so_is_who_was_not_heard_of(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    by_ana, by_leo = Actor.agent(ana), Actor.agent(leo)
    note_presence(ticket.pk, by_leo, Doing.VIEWING)
    note_presence(ticket.pk, by_leo, Doing.GONE)
    assert others_on(ticket.pk, by_ana) == []

    note_presence(ticket.pk, by_leo, Doing.VIEWING)
    with time_machine.travel(now() + timedelta(seconds=ALIVE_SECONDS + 1), tick=False):
        assert others_on(ticket.pk, by_ana) == []


def test_closing_one_of_two_pages_leaves_the_other(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    by_ana, by_leo = Actor.agent(ana), Actor.agent(leo)
    note_presence(ticket.pk, by_leo, Doing.REPLYING, "a1")
    note_presence(ticket.pk, by_leo, Doing.VIEWING, "b2")
    assert others_on(ticket.pk, by_ana) == [Someone(leo.pk, "Leo", Doing.REPLYING)]

    note_presence(ticket.pk, by_leo, Doing.GONE, "a1")
    assert others_on(ticket.pk, by_ana) == [Someone(leo.pk, "Leo", Doing.VIEWING)]

    note_presence(ticket.pk, by_leo, Doing.GONE, "b2")
    assert others_on(ticket.pk, by_ana) == []


def test_the_name_of_a_page_is_short_and_plain(client: Client, ticket: Ticket, ana: Agent) -> None:
    client.force_login(ana)

    for name in ("g", "a" * 33, "a1\n", "\x00"):
        assert client.post(f"/tickets/{ticket.pk}/presence/", {"doing": "viewing", "page": name}).status_code == 422
    assert not Presence.objects.exists()

    assert client.post(f"/tickets/{ticket.pk}/presence/", {"doing": "viewing", "page": "a1"}).status_code == 200
    assert Presence.objects.get().page == "a1"


def test_a_sign_of_life_changes_nothing_that_is_told(
    ticket: Ticket, ana: Agent, django_assert_num_queries: Any
) -> None:
    by_ana = Actor.agent(ana)
    note_presence(ticket.pk, by_ana, Doing.VIEWING)
    before = Presence.objects.get()

    with time_machine.travel(now() + timedelta(seconds=20), tick=False), django_assert_num_queries(1):
        note_presence(ticket.pk, by_ana, Doing.VIEWING)

    after = Presence.objects.get()
    assert after.changed_at == before.changed_at
    assert after.heard_at > before.heard_at
    assert Change.objects.filter(ticket=ticket).count() == 1


def test_rows_of_pages_that_closed_long_ago_are_deleted(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    with time_machine.travel(now() - timedelta(seconds=KEPT_SECONDS + 60), tick=False):
        note_presence(ticket.pk, Actor.agent(ana), Doing.VIEWING)
    note_presence(ticket.pk, Actor.agent(leo), Doing.VIEWING)

    assert forget_the_gone() == 1
    assert Presence.objects.get().agent == leo


def test_a_coming_is_found_once(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    note_presence(ticket.pk, Actor.agent(ana), Doing.VIEWING)
    comings = Comings()
    assert comings.meetings() == []

    note_presence(ticket.pk, Actor.agent(leo), Doing.VIEWING)

    assert [(m.ticket_id, m.agent_ids) for m in comings.meetings()] == [(ticket.pk, {ana.pk, leo.pk})]
    assert comings.meetings() == []


def test_only_those_on_the_ticket_are_told_of_a_coming(
    ticket: Ticket, ana: Agent, leo: Agent, otto: Agent, mia: Agent, hub: Hub, monkeypatch: Any
) -> None:
    """J01: Otto may see the ticket but has it not open; Mia may not see it."""
    number = hub.number
    note_presence(ticket.pk, Actor.agent(ana), Doing.VIEWING)
    note_presence(ticket.pk, Actor.agent(leo), Doing.REPLYING)
    hub.tick()

    told = {agent.name: heard(hub, Actor.agent(agent), number, monkeypatch) for agent in (ana, leo, otto, mia)}

    met = event("presence", {"ticket": ticket.pk}, None)
    assert told == {"Ana": [met], "Leo": [met], "Otto": [], "Mia": []}


def test_who_lost_sight_of_a_ticket_hears_no_more_of_who_is_on_it(
    hub: Hub, ticket: Ticket, technical: Team, ana: Agent, otto: Agent, monkeypatch: Any
) -> None:
    """J01"""
    note_presence(ticket.pk, Actor.agent(ana), Doing.VIEWING)
    perform(ticket.pk, MoveToTeam(technical.pk), by=Actor.agent(otto), via="web")
    hub.tick()
    number = hub.number
    note_presence(ticket.pk, Actor.agent(otto), Doing.REPLYING)
    hub.tick()

    assert heard(hub, Actor.agent(ana), number, monkeypatch) == []
    assert heard(hub, Actor.agent(otto), number, monkeypatch) == [event("presence", {"ticket": ticket.pk}, None)]


def test_who_loses_sight_of_a_ticket_is_told_that_it_is_gone_and_nothing_else(
    hub: Hub, kim: Customer, billing: Team, technical: Team, ana: Agent, mia: Agent, otto: Agent, monkeypatch: Any
) -> None:
    """J01: by team, by assignment and by following; who never saw it hears nothing."""
    moved = make_ticket(kim, team=billing)
    taken = make_ticket(kim, AssignTo(ana.pk), team=technical)
    followed = make_ticket(kim, Follow(ana.pk), team=technical)
    hub.tick()
    number = hub.number
    by = Actor.agent(otto)
    for ticket, action in ((moved, MoveToTeam(technical.pk)), (taken, AssignTo(None)), (followed, AddTag("x"))):
        perform(ticket.pk, action, by=by, via="web")
    hub.tick()

    last = {t.pk: Change.objects.filter(ticket=t).latest("pk").pk for t in (moved, taken, followed)}
    assert heard(hub, Actor.agent(ana), number, monkeypatch) == [
        event("gone", {"ticket": moved.pk}, last[moved.pk]),
        event("gone", {"ticket": taken.pk}, last[taken.pk]),
        event("changed", {"ticket": followed.pk}, last[followed.pk]),
    ]
    assert [one.split("\n")[1] for one in heard(hub, Actor.agent(mia), number, monkeypatch)] == ["event: changed"] * 3


def test_presence_reveals_nothing_of_a_ticket_that_one_may_not_see(
    client: Client, ticket: Ticket, mia: Agent, leo: Agent
) -> None:
    """J01: neither asking nor telling."""
    note_presence(ticket.pk, Actor.agent(leo), Doing.REPLYING)
    client.force_login(mia)

    asked = client.get(f"/tickets/{ticket.pk}/presence/")
    told = client.post(f"/tickets/{ticket.pk}/presence/", {"doing": "viewing"})

    assert (asked.status_code, told.status_code) == (404, 404)
    assert b"Leo" not in asked.content + told.content
    assert not Presence.objects.filter(agent=mia).exists()


def test_a_page_says_what_it_does_and_is_answered_with_the_others(
    client: Client, ticket: Ticket, ana: Agent, leo: Agent
) -> None:
    note_presence(ticket.pk, Actor.agent(leo), Doing.REPLYING)
    client.force_login(ana)

    answer = client.post(f"/tickets/{ticket.pk}/presence/", {"doing": "noting"}, headers={"HX-Request": "true"})
    wrong = client.post(f"/tickets/{ticket.pk}/presence/", {"doing": "spying"}, headers={"HX-Request": "true"})
    left = client.post(f"/tickets/{ticket.pk}/presence/", {"doing": "gone"}, headers={"HX-Request": "true"})

    assert b"Leo is replying" in answer.content
    assert (wrong.status_code, left.status_code) == (422, 204)
    assert Presence.objects.get(agent=ana).doing == Doing.GONE


def test_a_customer_is_never_present(ticket: Ticket, kim: Customer) -> None:
    note_presence(ticket.pk, Actor.customer(kim.pk, "Kim"), Doing.VIEWING)

    assert not Presence.objects.exists()
