"""Tickets that look like another are offered beside it, and only those that the reader may see."""

from __future__ import annotations

import pytest
from django.db import connection

from agents.actors import Actor
from tests.factories import make_customer, make_ticket
from tickets.models import Ticket
from tickets.search.related import related, telling_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(billing):
    """Twelve tickets that have little in common, alone in the index.

    Tests that commit are flushed away table by table, and SQLite's index is no table that Django knows.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM tickets_search")
    for number, word in enumerate(
        "anvil barrel candle dagger engine feather garden hammer island jacket kernel ladder".split()
    ):
        make_ticket(
            make_customer(f"C{number}", f"c{number}@x.example"),
            subject=word.title(),
            text=f"{word} {number}",
            team=billing,
        )


@pytest.fixture
def burning(house, billing):
    return make_ticket(
        make_customer(),
        subject="Toaster Deluxe 4000 burns",
        text="The heating element of my toaster burns every slice.",
        team=billing,
    )


def test_the_ticket_that_shares_most_telling_words_comes_first(burning, billing, ana):
    close = make_ticket(
        make_customer("Bo", "bo@b.example"),
        subject="Burning toaster",
        text="The element of the toaster deluxe smells.",
        team=billing,
    )
    less = make_ticket(
        make_customer("Di", "di@d.example"), subject="Which toaster", text="Do you sell a deluxe model?", team=billing
    )
    make_ticket(make_customer("Ed", "ed@d.example"), subject="Toaster", text="Thanks!", team=billing)

    assert related(burning, Actor.agent(ana)) == [close.pk, less.pk]


def test_what_the_statistics_say_of_tickets_that_are_gone_changes_nothing(burning, billing, ana):
    close = make_ticket(make_customer("Bo", "bo@b.example"), subject="Burning toaster", text="", team=billing)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM tickets_searchdocument")
            cursor.execute("UPDATE tickets_searchdocument SET vector = 'burns:3A ~burn:3A toaster:4A'")
            cursor.execute("ANALYZE tickets_searchdocument")
            cursor.execute("DELETE FROM tickets_searchdocument")
            cursor.execute("INSERT INTO tickets_searchdocument SELECT * FROM kept")

    assert related(burning, Actor.agent(ana)) == [close.pk]


def test_a_ticket_without_telling_words_looks_like_none(house, billing, ana):
    empty = make_ticket(subject="Hi", text="", team=billing)

    assert telling_words(empty) == []
    assert related(empty, Actor.agent(ana)) == []


def test_e02_tickets_of_other_teams_are_not_offered(client, burning, technical, ana, mia):
    """E02: similar tickets."""
    make_ticket(
        make_customer("Bo", "bo@b.example"), subject="Toaster canary burns", text="The element burns.", team=technical
    )
    client.force_login(ana)

    answer = client.get(f"/tickets/{burning.pk}/related/", headers={"HX-Request": "true"})

    assert related(burning, Actor.agent(ana)) == []
    assert len(related(burning, Actor.system("test"))) == 1
    assert b"canary" not in answer.content


def test_the_panel_lists_them_and_is_empty_where_none_looks_alike(client, burning, billing, ana):
    close = make_ticket(make_customer("Bo", "bo@b.example"), subject="Burning toaster", text="", team=billing)
    client.force_login(ana)

    there = client.get(f"/tickets/{burning.pk}/related/", headers={"HX-Request": "true"})
    none = client.get(f"/tickets/{Ticket.objects.earliest('pk').pk}/related/", headers={"HX-Request": "true"})

    assert f'href="/tickets/{close.pk}/"'.encode() in there.content
    assert b"Burning toaster" in there.content
    assert none.content.strip() == b""


def test_the_ticket_page_asks_for_the_panel(client, burning, ana):
    client.force_login(ana)

    assert f'hx-get="/tickets/{burning.pk}/related/"' in client.get(f"/tickets/{burning.pk}/").content.decode()
