"""Live pages: who is told of which change, what a page that was away catches up on, and slots that come back."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from agents.actors import Actor
from tests.factories import make_ticket
from tickets import live
from tickets.actions import AddTag, AssignTo, Follow
from tickets.live import Audience, Hub, event, listen, missed
from tickets.models import Change, Ticket
from tickets.perform import perform
from tickets.views import stream

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(monkeypatch):
    hub = Hub()
    monkeypatch.setattr(live, "hub", hub)
    monkeypatch.setattr(hub, "_run", lambda: None)
    hub.tick()
    return hub


def told(hub):
    return [notice.ticket_id for notice in hub.notices]


def test_a_change_is_told_once(hub, ticket, as_ana):
    hub.tick()
    hub.tick()
    assert told(hub) == [ticket.pk]

    perform(ticket.pk, AddTag("x"), by=as_ana, via="web")
    hub.tick()
    hub.tick()
    assert told(hub) == [ticket.pk, ticket.pk]


def test_a_change_that_commits_late_is_not_missed(hub, ticket, as_ana):
    """Ids are given before the commit: one may appear below another that was told already."""
    later = Change.objects.get()
    hub.tick()
    change = {"ticket": ticket, "actor_kind": "system", "actor_name": "x", "via": "test", "version": 9}
    Change.objects.create(pk=later.pk + 2, **change)
    hub.tick()
    Change.objects.create(pk=later.pk + 1, **change)

    hub.tick()

    assert [notice.change_id for notice in hub.notices] == [later.pk, later.pk + 2, later.pk + 1]


def test_what_was_told_is_forgotten_after_the_look_back(hub, ticket, monkeypatch):
    monkeypatch.setattr(live, "LOOK_BACK_SECONDS", -1)
    hub.tick()

    assert hub.floor == Change.objects.latest("pk").pk
    assert hub.seen == {}
    hub.tick()
    assert told(hub) == [ticket.pk]


def test_the_audience_is_exactly_who_may_see_the_ticket(kim, billing, technical, ana, leo, mia, lou, otto, root):
    """The twin of visible_to(): J01, J07."""
    tickets = [
        make_ticket(kim),
        make_ticket(kim, team=billing),
        make_ticket(kim, team=technical),
        make_ticket(kim, AssignTo(ana.pk), team=technical),
        make_ticket(kim, Follow(lou.pk), team=technical),
    ]
    actors = [Actor.agent(agent) for agent in (ana, leo, mia, lou, otto, root)]
    actors += [Actor.customer(kim.pk, "Kim"), Actor("agent")]

    for actor in actors:
        for ticket in tickets:
            audience = Audience(
                ticket.team_id, ticket.assignee_id, frozenset(ticket.followers.values_list("agent_id", flat=True))
            )
            may = Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists() and actor.kind == "agent"
            assert audience.includes(actor) == may, (actor.name, ticket.pk)


def test_a_stream_passes_on_only_what_its_reader_may_see(hub, kim, billing, technical, as_ana, monkeypatch):
    """J01"""
    number = hub.join()
    near = make_ticket(kim, team=billing)
    make_ticket(kim, team=technical)
    hub.tick()
    moments = iter([0.0, 1.0, live.STREAM_SECONDS + 1])
    monkeypatch.setattr(live.time, "monotonic", lambda: next(moments))

    events = list(listen(as_ana, number, []))

    change = Change.objects.get(ticket=near)
    assert events == ["retry: 3000\n\n", event("changed", {"ticket": near.pk}, change.pk)]


def test_a_stream_ends_within_a_minute_so_that_lost_access_is_noticed():
    """E12: the page comes back at once, and is then asked anew who it is and what it may see."""
    assert 20 < live.STREAM_SECONDS < 60


def test_a_page_that_was_away_hears_what_it_missed(kim, billing, technical, as_ana):
    first = make_ticket(kim, team=billing)
    Change.objects.update(created_at=now() - timedelta(minutes=5))
    seen = Change.objects.latest("pk").pk
    second = make_ticket(kim, team=billing)
    make_ticket(kim, team=technical)

    assert missed(as_ana, None) == []
    assert missed(as_ana, seen) == [event("changed", {"ticket": second.pk}, Change.objects.get(ticket=second).pk)]
    assert [e.count(f'"ticket": {first.pk}') for e in missed(as_ana, 0)] == [1, 0]


def test_what_a_slower_transaction_commits_below_the_last_one_seen_is_not_missed(ticket, as_ana):
    """The page saw change 5 while 4 was still on its way."""
    late = Change.objects.latest("pk").pk

    assert missed(as_ana, late + 1) == [event("changed", {"ticket": ticket.pk}, late)]


def test_too_much_to_tell_singly_is_told_as_unsure(ticket, as_ana, monkeypatch):
    monkeypatch.setattr(live, "CATCH_UP", 2)
    for number in range(3):
        perform(ticket.pk, AddTag(f"t{number}"), by=as_ana, via="web")

    assert missed(as_ana, 0) == [event("unsure", {}, Change.objects.latest("pk").pk)]


def test_the_stream_needs_a_sign_in_and_a_get(client, ana):
    """J01; HEAD would hold its slot for ever."""
    assert client.get("/tickets/live/").status_code == 302
    client.force_login(ana)
    assert client.head("/tickets/live/").status_code == 405
    assert client.post("/tickets/live/").status_code == 405


def test_a_slot_comes_back_even_when_nobody_read_a_byte(client, ana, monkeypatch, hub):
    import threading

    monkeypatch.setattr(stream, "hub", hub)
    monkeypatch.setattr(stream, "SLOTS", threading.BoundedSemaphore(1))
    monkeypatch.setattr(stream.connection, "close", lambda: None)
    client.force_login(ana)

    first = client.get("/tickets/live/")
    assert (first.status_code, first["Content-Type"], first["X-Accel-Buffering"]) == (200, "text/event-stream", "no")
    assert client.get("/tickets/live/").status_code == 204
    assert hub.listeners == 1
    first.close()

    again = client.get("/tickets/live/")
    assert again.status_code == 200
    again.close()
    assert hub.listeners == 0


def test_no_stream_holds_a_database_connection(client, ana, monkeypatch, hub):
    closed = []
    monkeypatch.setattr(stream, "hub", hub)
    monkeypatch.setattr(stream.connection, "close", lambda: closed.append(hub.listeners))
    client.force_login(ana)

    response = client.get("/tickets/live/")

    assert closed == [1]
    response.close()
