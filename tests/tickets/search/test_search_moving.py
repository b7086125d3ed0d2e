"""Words that move from one ticket to another are found where they are now: merging, splitting, and undoing both."""

from __future__ import annotations

import pytest

from agents.actors import Actor
from tests.factories import make_ticket
from tickets.actions import AddNote, AddTag
from tickets.merging import merge_tickets
from tickets.models import Ticket
from tickets.perform import perform
from tickets.search import matching
from tickets.splitting import split_ticket, undo_split
from tickets.unmerging import undo_merge

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.TICKET_REACTIONS = []


def found(text):
    return set(matching(Ticket.objects.all(), text).values_list("pk", flat=True))


def test_a_merge_takes_the_words_along_and_undoing_it_brings_them_back(ticket, kim, billing, leo):
    other = make_ticket(kim, AddTag("hall-b"), subject="Second", text="It glows.", team=billing)
    by = Actor.agent(leo)

    merge_tickets(other.pk, ticket.pk, by=by, via="web")
    assert found("glows") == {ticket.pk}
    assert found("glows printer") == {ticket.pk}

    undo_merge(other.pk, by=by, via="web")
    assert found("glows") == {other.pk}
    assert found("burns") == {ticket.pk}
    assert found("glows printer") == set()


def test_a_split_takes_the_words_along_and_undoing_it_brings_them_back(ticket, leo):
    by = Actor.agent(leo)
    perform(ticket.pk, AddNote("It also glows."), by=by, via="web")
    message = ticket.messages.latest("pk")

    split_ticket(ticket.pk, message.pk, "Another matter", by=by, via="web")
    made = Ticket.objects.latest("pk")
    assert made.pk != ticket.pk
    assert found("glows") == {made.pk}
    assert found("burns") == {ticket.pk}

    undo_split(made.pk, by=by, via="web")
    assert found("glows") == {ticket.pk}
