"""The event feed: every event once, in the order of commits, for each of its readers."""

from __future__ import annotations

import os
import threading
import time

import pytest
from django.db import connection, connections, transaction

from agents.actors import Actor
from agents.permissions import Role
from tests.api.conftest import Program, program
from tests.factories import make_agent, make_customer, make_team, make_ticket
from tickets import feed
from tickets.actions import AddNote, AddTag, MoveToTeam
from tickets.api.feed import seats
from tickets.models import Change, Event, FeedEnd
from tickets.perform import perform

pytestmark = pytest.mark.django_db
HOUSE = Actor.system("test")


def everything(client, limit=200):
    found, after = [], "0"
    while True:
        page = client.get(f"/api/v1/events/?after={after}&limit={limit}").json()
        found += page["items"]
        after = page["next"]
        if not page["more"]:
            return found, after


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_the_feed_tells_all_from_the_beginning_and_then_goes_on(otto_program, ticket, limit):
    for number in range(4):
        perform(ticket.pk, AddTag(f"t{number}"), AddNote("x"), by=HOUSE, via="test")

    found, after = everything(otto_program, limit)

    assert [event["id"] for event in found] == list(Event.objects.order_by("pk").values_list("pk", flat=True))
    assert found[0]["kind"] == "opened"
    nothing = otto_program.get(f"/api/v1/events/?after={after}").json()
    assert nothing == {"items": [], "next": after, "more": False}
    perform(ticket.pk, AddTag("new"), by=HOUSE, via="test")
    news = otto_program.get(f"/api/v1/events/?after={after}").json()
    assert [(event["kind"], event["data"]) for event in news["items"]] == [("tag_added", {"tag": "new"})]


def test_now_is_the_end(otto_program, ticket):
    page = otto_program.get("/api/v1/events/?after=now").json()

    assert page == {"items": [], "next": "1", "more": False}


def test_an_agent_is_told_of_what_they_see_and_passes_over_the_rest(ana_program, ticket, technical, billing):
    """E01, E11"""
    foreign = make_ticket(make_customer("Bo", "bo@b.example"), team=technical, subject="canary")

    found, after = everything(ana_program, 1)

    assert {event["ticket_id"] for event in found} == {ticket.pk}
    assert after == "2"
    perform(foreign.pk, MoveToTeam(billing.pk), by=HOUSE, via="test")
    page = ana_program.get(f"/api/v1/events/?after={after}").json()
    assert {event["ticket_id"] for event in page["items"]} == {foreign.pk}


@pytest.mark.parametrize(
    ("question", "code"),
    [("after=x", "bad_cursor"), ("after=-1", "bad_cursor"), ("wait=31", "bad_number"), ("limit=201", "bad_number")],
)
def test_a_strange_cursor_is_refused(otto_program, question, code):
    answer = otto_program.get(f"/api/v1/events/?{question}")

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_history_gets_its_places_in_batches(ticket, monkeypatch):
    monkeypatch.setattr(feed, "BATCH", 2)
    for number in range(4):
        perform(ticket.pk, AddTag(f"t{number}"), by=HOUSE, via="test")

    assert [feed.give_places() for _ in range(4)] == [2, 2, 1, 0]

    assert list(Change.objects.order_by("pk").values_list("place", flat=True)) == [1, 2, 3, 4, 5]
    assert FeedEnd.objects.get().place == 5


@pytest.mark.django_db(transaction=True)
def test_who_waits_is_told_when_something_happens(settings):
    settings.API_WAITERS = 1
    client = program(make_agent("Otto", role=Role.OPS_MANAGER))
    ticket = make_ticket(make_customer())
    _found, after = everything(client)
    answers = []

    def wait():
        try:
            answers.append(Program(client.secret).get(f"/api/v1/events/?after={after}&wait=30").json())
        finally:
            connections.close_all()

    thread = threading.Thread(target=wait)
    thread.start()
    while not seats._taken:
        time.sleep(0.01)
    # Its seat was the only one: another does not wait.
    assert client.get(f"/api/v1/events/?after={after}&wait=30").json()["items"] == []
    perform(ticket.pk, AddTag("news"), by=HOUSE, via="test")
    thread.join(20)

    assert [event["data"] for event in answers[0]["items"]] == [{"tag": "news"}]
    assert seats._taken == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_a_change_that_commits_late_comes_late_and_is_not_missed():
    """Its id is lower than those that were told already; its place is not."""
    client = program(make_agent("Otto", role=Role.OPS_MANAGER))
    slow, quick = make_ticket(make_customer()), make_ticket(make_customer())
    _found, after = everything(client)
    written, go_on = threading.Event(), threading.Event()

    def late():
        try:
            with transaction.atomic():
                perform(slow.pk, AddTag("slow"), by=HOUSE, via="test")
                written.set()
                go_on.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=late)
    thread.start()
    assert written.wait(20)
    perform(quick.pk, AddTag("quick"), by=HOUSE, via="test")

    first = client.get(f"/api/v1/events/?after={after}").json()
    go_on.set()
    thread.join(20)
    second = client.get(f"/api/v1/events/?after={first['next']}").json()

    assert [event["data"]["tag"] for event in first["items"]] == ["quick"]
    assert [event["data"]["tag"] for event in second["items"]] == ["slow"]
    assert second["items"][0]["id"] < first["items"][0]["id"]


FULL = connection.vendor == "postgresql" or os.environ.get("API_FEED") == "full"
WRITERS, CHANGES, READERS = (20, 50, 3) if FULL else (4, 10, 3)


@pytest.mark.django_db(transaction=True)
def test_each_reader_sees_each_event_once_and_in_order_while_many_write():
    """20 writers x 50 changes and 3 readers on PostgreSQL; fewer on SQLite, which lets one write at a time, unless
    API_FEED=full."""
    client = program(make_agent("Otto", role=Role.OPS_MANAGER))
    team = make_team("Billing")
    tickets = [make_ticket(make_customer(), team=team) for _ in range(WRITERS // 2)]
    wanted = len(tickets) + WRITERS * CHANGES
    seen: dict[int, list[dict]] = {number: [] for number in range(READERS)}
    crashed: list[BaseException] = []

    def guarded(work):
        def run():
            try:
                work()
            except BaseException as error:
                crashed.append(error)
            finally:
                connections.close_all()

        return threading.Thread(target=run)

    def write(number):
        for step in range(CHANGES):
            perform(tickets[number % len(tickets)].pk, AddTag(f"w{number}-{step}"), by=HOUSE, via="test")

    def read(number):
        after, reader, until = "0", Program(client.secret), time.monotonic() + 300
        while len({event["change_id"] for event in seen[number]}) < wanted and time.monotonic() < until:
            page = reader.get(f"/api/v1/events/?after={after}&limit=7").json()
            seen[number] += page["items"]
            after = page["next"]

    threads = [guarded(lambda number=number: write(number)) for number in range(WRITERS)]
    threads += [guarded(lambda number=number: read(number)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert crashed == []
    everywhere = [[event["id"] for event in events] for events in seen.values()]
    assert everywhere[0] == everywhere[1] == everywhere[2]
    assert everywhere[0] == list(Event.objects.order_by("change__place", "pk").values_list("pk", flat=True))
    for ticket in tickets:
        versions = [event["version"] for event in seen[0] if event["ticket_id"] == ticket.pk]
        assert versions == sorted(versions)
