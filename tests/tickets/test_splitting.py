"""A message becomes a ticket of its own, and comes back: what moves, who asks, who may."""

from __future__ import annotations

import pytest

from agents.actors import Actor
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from tests.factories import make_customer, make_ticket
from tickets.actions import AddCustomerMessage, AddNote, AddParticipant, AddReply, SetStatus
from tickets.models import Change, Message, Split, Ticket
from tickets.perform import perform
from tickets.splitting import split_ticket, undo_split
from tickets.timeline import timeline

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.TICKET_REACTIONS = []


@pytest.fixture
def bo(ticket, as_ana):
    """Bo takes part in Kim's ticket and asks something else there."""
    customer = make_customer("Bo", "bo@alpha.example")
    perform(ticket.pk, AddReply("Which printer?"), AddParticipant(customer.pk), by=as_ana, via="web")
    said = AddCustomerMessage(customer.pk, "Bo", "And my invoice?", from_address="bo@alpha.example")
    perform(ticket.pk, said, by=Actor.customer(customer.pk, "Bo"), via="email")
    ticket.refresh_from_db()
    return customer


def split(ticket, by, message=None, subject="Invoice", **options):
    message = message or ticket.messages.latest("pk")
    done = split_ticket(ticket.pk, message.pk, subject, by=by, via="web", **options)
    ticket.refresh_from_db()
    return done


def facts(change):
    return [(event.kind, event.data) for event in change.events.order_by("pk")]


def told(ticket, actor):
    entries = timeline(Ticket.objects.get(pk=ticket.pk), actor).entries
    return [entry.message.text if entry.message else "; ".join(entry.lines) for entry in entries]


def test_a_message_becomes_a_ticket_of_the_one_who_wrote_it(ticket, bo, as_ana):
    asked = ticket.messages.latest("pk")

    done = split(ticket, as_ana)

    made = done.made
    assert (made.subject, made.requester, made.team, made.status) == ("Invoice", bo, ticket.team, "new")
    assert made.waiting_since == asked.created_at
    assert [m.text for m in made.messages.all()] == ["And my invoice?"]
    assert [m.text for m in ticket.messages.order_by("pk")] == ["It burns.", "Which printer?"]
    assert (ticket.waiting_since, ticket.excerpt) == (None, "Which printer?")
    assert facts(done.made_change) == [("split_from", {"ticket": ticket.pk, "messages": 1})]
    assert facts(done.origin_change) == [("split_off", {"ticket": made.pk, "subject": "Invoice", "messages": 1})]
    assert told(made, as_ana) == ["And my invoice?", "opened the ticket", f"split this ticket off #{ticket.pk}"]
    assert told(ticket, as_ana)[-1] == f"split 1 message off into #{made.pk} “Invoice”"


def test_all_that_followed_can_go_along(ticket, bo, as_ana):
    asked = ticket.messages.latest("pk")
    perform(ticket.pk, AddReply("On its way"), AddNote("Ask accounts"), by=as_ana, via="web")

    done = split(ticket, as_ana, asked, onwards=True)

    assert [m.text for m in done.made.messages.order_by("pk")] == ["And my invoice?", "On its way", "Ask accounts"]
    assert (done.made.status, done.made.waiting_since) == ("open", None)


def test_a_part_of_our_own_words_is_asked_by_the_requester(ticket, bo, as_ana, kim):
    ours = ticket.messages.get(text="Which printer?")

    assert split(ticket, as_ana, ours).made.requester == kim


def test_something_has_to_stay(ticket, as_ana):
    for onwards in (True, False):
        with pytest.raises(HelpdeskError) as refusal:
            split_ticket(ticket.pk, ticket.messages.get().pk, "x", onwards=onwards, by=as_ana, via="web")
        assert refusal.value.code == "nothing_left"
    assert Ticket.objects.count() == 1


def test_a_message_of_a_ticket_that_one_cannot_see_does_not_exist(ticket, bo, as_ana, technical, lou):
    """E10: split takes messages of this ticket only, and only from those who see it and may."""
    foreign = make_ticket(make_customer("Di", "di@d.example"), team=technical)
    changes = Change.objects.count()

    with pytest.raises(HelpdeskError) as refusal:
        split_ticket(ticket.pk, foreign.messages.get().pk, "x", by=as_ana, via="web")
    assert refusal.value.code == "no_such_message"
    with pytest.raises(NotVisible):
        split_ticket(foreign.pk, foreign.messages.get().pk, "x", by=as_ana, via="web")
    with pytest.raises(Denied):
        split_ticket(ticket.pk, ticket.messages.latest("pk").pk, "x", by=Actor.agent(lou), via="web")

    assert Change.objects.count() == changes


def test_a_double_click_splits_once(ticket, bo, as_ana):
    key = ticket.messages.latest("pk").pk

    first = split_ticket(ticket.pk, key, "x", by=as_ana, via="web", gesture="g")
    second = split_ticket(ticket.pk, key, "x", by=as_ana, via="web", gesture="g")

    assert first == second
    assert Split.objects.count() == 1


def test_undoing_puts_the_message_back_and_leads_answers_there(ticket, bo, as_ana):
    before = (ticket.status, ticket.waiting_since, ticket.excerpt)
    made = split(ticket, as_ana).made

    undo_split(made.pk, by=as_ana, via="web")

    ticket.refresh_from_db()
    made.refresh_from_db()
    assert [m.text for m in ticket.messages.order_by("pk")] == ["It burns.", "Which printer?", "And my invoice?"]
    assert (ticket.status, ticket.waiting_since, ticket.excerpt) == before
    assert (made.status, made.merged_into) == ("closed", ticket)
    assert not Message.objects.filter(said_in__isnull=False).exists()
    with pytest.raises(HelpdeskError) as refusal:
        undo_split(made.pk, by=as_ana, via="web")
    assert refusal.value.code == "not_split"


def test_what_was_written_on_the_part_since_comes_back_with_it(ticket, bo, as_ana):
    made = split(ticket, as_ana).made
    perform(made.pk, SetStatus("pending"), AddReply("It is attached"), by=as_ana, via="web")

    undo_split(made.pk, by=as_ana, via="web")

    assert [m.text for m in ticket.messages.order_by("pk")][-1] == "It is attached"
    assert not made.messages.exists()
