"""The wall board: its numbers are those of the desk, it fetches itself anew, and shows no words of customers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.actors import Actor
from agents.models import Agent
from reports.wall import wall
from sla.actions import AcknowledgeEscalation, Escalate
from sla.models import Escalation
from tests.factories import make_customer, make_ticket
from tests.sla.making import make_calendar, make_policy
from tickets.actions import AddReply, AddTag, AssignTo, SetStatus
from tickets.asked_list import asked_list
from tickets.models import Ticket
from tickets.perform import perform

NOW = datetime(2026, 11, 16, 11, 0, tzinfo=UTC)


def numbers(board):
    states = [count for _status, _label, count, _url in board.states]
    return [board.total, board.nobodys, board.late, board.soon, board.escalated, board.spam, *states]


def addresses(board):
    opens = board.opens
    return [opens.total, opens.nobodys, opens.late, opens.soon, opens.escalated, *(row[3] for row in board.states)]


def behind(board, actor):
    """How many tickets the list holds to which each of these numbers opens."""
    found = []
    for url in [*addresses(board)[:5], board.opens.spam, *addresses(board)[5:]]:
        asked = asked_list(QueryDict(urlsplit(url).query), actor).filter
        assert asked.is_sound, url
        found.append(asked.qs.count())
    return found


def test_the_numbers_on_the_wall_are_those_of_the_desk(client, billing, technical, ana, mia, leo, otto):
    """E03: everybody's own desk; and no subject, name or word of a customer unless the room may read it."""
    make_policy("All", make_calendar(zone="UTC"), first_response=90)
    kim = make_customer("Kim Secret", "kim@alpha.example")

    def opened(minutes, team, subject="Very private matter"):
        with time_machine.travel(NOW - timedelta(minutes=minutes), tick=False):
            return make_ticket(kim, subject=subject, team=team)

    late, soon, later = opened(100, billing), opened(60, billing), opened(10, billing)
    other = opened(20, technical)
    answered = opened(200, technical)
    with time_machine.travel(NOW - timedelta(minutes=190), tick=False):
        by = Actor.agent(mia)
        perform(answered.pk, AssignTo(mia.pk), AddReply("Hello."), SetStatus("pending"), by=by, via="web")
    with time_machine.travel(NOW, tick=False):
        perform(later.pk, AssignTo(ana.pk), Escalate("other", "Look."), by=Actor.agent(leo), via="web")
        perform(other.pk, Escalate("other", "Look."), by=Actor.agent(otto), via="web")
        held = Escalation.objects.get(ticket=other)
        perform(other.pk, AcknowledgeEscalation(held.pk), by=Actor.agent(otto), via="web")
        Agent.objects.filter(pk=ana.pk).update(availability="online", capacity=1)
        Agent.objects.filter(pk=mia.pk).update(availability="away")

        seen, whole = wall(Actor.agent(leo)), wall(Actor.agent(otto))
        of_team = wall(Actor.agent(otto), technical.pk)

        assert (seen.total, seen.nobodys, seen.late, seen.soon) == (3, 2, 1, 1)
        assert [(line.ticket.pk, line.time) for line in seen.waiting] == [
            (late.pk, timedelta(minutes=100)),
            (soon.pk, timedelta(minutes=60)),
            (later.pk, timedelta(minutes=10)),
        ]
        assert seen.longest == timedelta(minutes=100)
        assert [(line.ticket.pk, line.time) for line in seen.due] == [
            (soon.pk, timedelta(minutes=30)),
            (later.pk, timedelta(minutes=80)),
        ]
        assert [(one.agent.name, one.load, one.is_away, one.is_full) for one in seen.people] == [
            ("Ana", 1, False, True)
        ]
        assert (seen.escalated, seen.unseen, seen.online) == (1, 1, 1)
        assert (whole.total, whole.nobodys, whole.escalated, whole.unseen) == (5, 3, 2, 1)
        assert {status: count for status, _label, count, _url in whole.states}["pending"] == 1
        assert [one.agent.name for one in whole.people] == ["Ana", "Mia"]
        assert (of_team.total, of_team.late, [one.agent.name for one in of_team.people]) == (2, 0, ["Mia"])

        for actor, board in ((Actor.agent(leo), seen), (Actor.agent(otto), whole), (Actor.agent(otto), of_team)):
            assert behind(board, actor) == numbers(board)
            assert sum(numbers(board)) > 4

        client.force_login(leo)
        url = reverse("reports:live")
        page = client.get(url).content.decode()
        assert 'data-theme="dark"' in page
        assert 'hx-trigger="desk:slow"' in page
        assert 'http-equiv="refresh"' in page
        for words in ("private", "Secret", "alpha.example", "It burns"):
            assert words not in page
        assert "Very private matter" in client.get(f"{url}?subjects=1").content.decode()
        assert 'data-theme="light"' in client.get(f"{url}?theme=light&team={billing.pk}").content.decode()
        piece = client.get(f"{url}?team={billing.pk}", headers={"HX-Request": "true"}).content.decode()
        assert piece.lstrip().startswith('<div class="wall__board"')
        assert f'hx-get="{url}?team={billing.pk}"' in piece
        assert client.get(f"{url}?team={technical.pk}").status_code == 404
        perform(late.pk, AddTag("spam"), by=Actor.agent(leo), via="web")
        seen = wall(Actor.agent(leo))
        assert (seen.total, seen.nobodys, seen.late, seen.spam) == (2, 1, 0, 1)
        assert behind(seen, Actor.agent(leo)) == numbers(seen)
        words = unescape(client.get(url).content.decode())
        for one in (*addresses(seen), seen.opens.spam):
            assert f'<a href="{one}">' in words
            assert client.get(one).status_code == 200
        assert [line.ticket.pk for line in seen.waiting] == [soon.pk, later.pk]
        assert "not counted: 1 tagged as spam" in client.get(url).content.decode()
        client.force_login(ana)
        assert client.get(url).status_code == 403


def test_the_wall_costs_the_same_however_much_lies_on_the_desk(billing, otto):
    """Its statements are counted, and ride indexes of open tickets alone."""
    actor = Actor.agent(otto)
    kim = make_customer()
    counts = []
    for number in (1, 12):
        for _each in range(number):
            make_ticket(kim, team=billing)
        Ticket.objects.project(next_due_at=NOW)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            wall(actor)
        counts.append(len(asked))

    assert counts == [6, 6]
    counting = [query["sql"] for query in asked if "COUNT" in query["sql"]]
    assert len(counting) == 2
    assert all("IN ('new', 'open', 'pending', 'on_hold')" in sql for sql in counting)
