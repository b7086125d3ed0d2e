"""What programs are told without serializers is what the serializers of the schema would say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agents.actors import Actor
from tests.factories import make_ticket
from tickets.actions import AddNote, AddReply, AddTag, AssignTo, SetStatus, Snooze
from tickets.api.shapes import EXPANDABLE, EventShape, TicketShape
from tickets.api.told import read_plain, tell_tickets
from tickets.models import Change, Event, Ticket
from tickets.perform import perform
from tickets.told_events import moment, tell_event, tell_events

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(kim, billing, ana):
    """One ticket with everything that a row can have, and one with as little as possible."""
    full = make_ticket(kim, AddTag("zeta"), AddTag("alpha"), AssignTo(ana.pk), team=billing)
    perform(full.pk, SetStatus("pending"), AddReply("Soon."), by=Actor.agent(ana), via="web")
    perform(full.pk, Snooze("2031-01-02T03:04:05+00:00"), AddNote("Later."), by=Actor.agent(ana), via="api")
    return full, make_ticket(kim)


@pytest.mark.parametrize(
    ("only", "expand"),
    [([], []), ([], list(EXPANDABLE)), (["subject", "id", "tags"], ["team"]), (["url"], ["requester"])],
)
def test_tickets_are_told_as_their_shape_says(two, only, expand, settings):
    context = {"asked": True, "only": only, "expand": expand, "base": settings.BASE_URL}
    by_shape = TicketShape(Ticket.objects.order_by("pk"), many=True, context=context).data

    told = tell_tickets(list(read_plain(Ticket.objects.order_by("pk"), expand)), only, expand)

    assert [list(one.items()) for one in told] == [list(one.items()) for one in by_shape]


def test_events_are_told_as_their_shape_says(two):
    changes = list(Change.objects.order_by("-pk"))
    rows = [event for change in changes for event in Event.objects.filter(change=change).order_by("pk")]

    assert tell_events(changes) == list(EventShape(rows, many=True).data)
    assert tell_event(rows[0], rows[0].change) == EventShape(rows[0]).data


def test_times_end_in_z():
    assert moment(datetime(2026, 11, 22, 9, 14, 3, 512000, UTC)) == "2026-11-22T09:14:03.512000Z"
    assert moment(None) is None
