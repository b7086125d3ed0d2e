"""The stream rings a bell: for the agents who were told something, without a word of what it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent
from notifications.models import Notification
from tests.notifications.test_telling import do
from tickets import live, live_news
from tickets.actions import AssignTo
from tickets.live import Hub, Ring, event, listen
from tickets.live_news import Bells
from tickets.models import Change, Ticket

pytestmark = pytest.mark.django_db


def tell(agent: Agent, ticket: Ticket, pk: int | None = None) -> Notification:
    change = Change.objects.filter(ticket=ticket).latest("pk")
    kind = f"k{Notification.objects.count()}"
    return Notification.objects.create(pk=pk, agent=agent, ticket=ticket, change=change, kind=kind)


def test_a_bell_rings_once_for_each_who_was_told(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    tell(leo, ticket)
    bells = Bells()
    assert bells.ringing() == frozenset()

    tell(ana, ticket)
    tell(ana, ticket)

    assert bells.ringing() == {ana.pk}
    assert bells.ringing() == frozenset()


def test_a_bell_that_is_rung_by_a_slower_transaction_rings_too(ticket: Ticket, ana: Agent, leo: Agent) -> None:
    """Ids are given before the commit: one may appear below another that rang already."""
    bells = Bells()
    bells.ringing()
    first = tell(ana, ticket, pk=1000)
    assert bells.ringing() == {ana.pk}

    tell(leo, ticket, pk=first.pk - 1)

    assert bells.ringing() == {leo.pk}


def test_the_look_back_ends(ticket: Ticket, ana: Agent, monkeypatch: Any) -> None:
    bells = Bells()
    bells.ringing()
    monkeypatch.setattr(live_news, "LOOK_BACK_SECONDS", -1)
    row = tell(ana, ticket)
    bells.ringing()

    assert (bells._floor, bells._seen) == (row.pk, {})
    assert bells.ringing() == frozenset()


def test_a_stream_rings_for_its_reader_and_tells_nothing_else(
    ticket: Ticket, ana: Agent, leo: Agent, mia: Agent, monkeypatch: Any
) -> None:
    """J01, E11: Mia, who may not see the ticket, hears nothing at all; Ana hears that there is news, not what."""
    hub = Hub()
    monkeypatch.setattr(live, "hub", hub)
    monkeypatch.setattr(hub, "_run", lambda: None)
    Change.objects.update(created_at=now() - timedelta(hours=1))
    number = hub.join()
    change = do(ticket, leo, AssignTo(ana.pk))
    hub.tick()
    assert [notice.agent_ids for notice in hub.notices if isinstance(notice, Ring)] == [frozenset({ana.pk})]

    heard = {}
    for agent in (ana, leo, mia):
        moments = iter([0.0, 1.0, live.STREAM_SECONDS + 1])
        monkeypatch.setattr(live.time, "monotonic", lambda moments=moments: next(moments))
        heard[agent.name] = list(listen(Actor.agent(agent), number, []))[1:]

    assert change is not None
    changed = event("changed", {"ticket": ticket.pk}, change.pk)
    assert heard["Ana"] == ["event: news\ndata: {}\n\n", changed]
    assert heard["Leo"] == [changed]
    assert heard["Mia"] == []


def test_a_customer_with_the_number_of_an_agent_hears_no_bell(ticket: Ticket, ana: Agent, monkeypatch: Any) -> None:
    hub = Hub()
    monkeypatch.setattr(live, "hub", hub)
    hub._ring(frozenset({ana.pk}))
    moments = iter([0.0, 1.0, live.STREAM_SECONDS + 1])
    monkeypatch.setattr(live.time, "monotonic", lambda: next(moments))

    assert list(listen(Actor.customer(ana.pk, "Kim"), 0, [])) == ["retry: 3000\n\n"]


def test_without_an_app_that_tells_no_bell_rings(settings: Any) -> None:
    settings.LIVE_NEWS = ""

    assert Bells().ringing() == frozenset()
