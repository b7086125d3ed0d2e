"""What people in copy write is seen like the requester's words, but starts neither a reply clock nor a run."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine

from agents.actors import Actor
from customers.merging import merge_customers
from reports.models import Kind
from reports.past import pasts
from reports.telling import tell
from sla.clocks import replayed
from sla.history import histories
from tests.factories import make_agent, make_customer
from tests.reports import naive
from tests.sla.making import Story, assert_sound, at, make_policy
from tickets.actions import AddCustomerMessage, AddParticipant, SetRequester
from tickets.ends import has_asked
from tickets.merging import merge_tickets
from tickets.models import Event, Message, Ticket
from tickets.reading import others_words
from tickets.splitting import split_ticket, undo_split
from tickets.unmerging import undo_merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def promised():
    return make_policy(first_response=60, next_response=60)


@pytest.fixture
def bo():
    return make_customer("Bo", "bo@alpha.example")


def words(customer, text="FYI"):
    return AddCustomerMessage(customer.pk, customer.display_name, text, from_address=customer.email)


def by_mail(story, when, customer):
    story.do(when, words(customer), by=Actor.customer(customer.pk, customer.name).importing())


def runs(story):
    """The next responses in seconds, as figures tell them; a telling of its own in plain Python says the same."""
    (past,) = pasts([story.ticket.pk])
    found = [row["seconds"] for row in tell(past)[0] if row["kind"] == Kind.NEXT_REPLY]
    (life,) = naive.lives([story.ticket.pk])
    assert found == [item.value for item in life.next_replies()]
    return found


def marked():
    """Of the words of customers in the order in which they were written: whether their writer was in copy only."""
    said = Event.objects.filter(kind="message_added", data__author="customer").order_by("pk")
    return [event.data.get("participant", False) for event in said]


def test_a_colleague_in_copy_wakes_the_ticket_but_no_clock(promised, bo):
    ana = make_agent("Ana")
    story = Story("2026-03-02 10:00", AddParticipant(bo.pk), agent=ana)
    story.reply("2026-03-02 10:30")
    story.status("2026-03-02 10:40", "solved")

    by_mail(story, "2026-03-02 11:00", bo)

    ticket = story.refreshed()
    assert (ticket.status, ticket.waiting_since) == ("open", at("2026-03-02 11:00"))
    assert ticket.messages.filter(others_words(ana.pk)).latest("pk").text == "FYI"
    assert marked() == [False, True]
    assert story.clocks() == [("first_response", 1, "met")]
    story.customer("2026-03-02 11:20", "And I?")
    story.reply("2026-03-02 11:30")
    assert story.clock("next_response").started_at == at("2026-03-02 11:20")
    assert runs(story) == [600]
    assert_sound(story.ticket)


def test_a_colleague_who_is_first_to_answer_us_is_not_whom_we_owe_a_first_answer(promised, bo):
    story = Story("2026-03-02 10:00", AddParticipant(bo.pk), text=None, by_agent=True, agent=make_agent("Ana"))
    by_mail(story, "2026-03-02 10:10", bo)
    assert story.clocks() == []

    story.customer("2026-03-02 10:20")

    assert story.clock("first_response").started_at == at("2026-03-02 10:20")
    assert_sound(story.ticket)


def test_facts_that_do_not_say_it_yet_are_read_as_before(promised, bo):
    story = Story("2026-03-02 10:00", AddParticipant(bo.pk))
    story.reply("2026-03-02 10:30")
    by_mail(story, "2026-03-02 11:00", bo)
    story.reply("2026-03-02 11:10")
    assert runs(story) == []

    for event in Event.objects.filter(data__participant=True):
        del event.data["participant"]
        event.save()

    assert runs(story) == [600]
    clocks = replayed(histories([story.ticket.pk])[story.ticket.pk]).clocks
    assert [(clock.metric, clock.started) for clock in clocks][1:] == [("next_response", at("2026-03-02 11:00"))]


def test_who_asks_is_the_requester_of_that_moment_whichever_address_they_use(promised, bo):
    kim, second = make_customer(), make_customer("Kim at home", "kim@home.example")
    story = Story("2026-03-02 10:00", AddParticipant(bo.pk), AddParticipant(second.pk), requester=kim)
    story.reply("2026-03-02 10:10")

    by_mail(story, "2026-03-02 10:20", second)  # two people, as far as anybody knows
    merge_customers(kim.pk, second.pk, by=Actor.system("test"))
    by_mail(story, "2026-03-02 10:30", second)  # the ticket has not followed, and its words name the other row
    story.do("2026-03-02 10:40", SetRequester(bo.pk))
    story.do("2026-03-02 10:50", AddParticipant(kim.pk))
    by_mail(story, "2026-03-02 11:00", kim)
    by_mail(story, "2026-03-02 11:10", bo)

    assert marked() == [False, True, False, True, False]
    story.reply("2026-03-02 11:30")
    assert runs(story) == [3600]
    assert_sound(story.ticket)


def test_whose_ticket_was_folded_in_still_asks_and_whose_words_were_put_back_does_not(promised, bo):
    ana = make_agent("Ana")
    cy = make_customer("Cy", "cy@alpha.example")
    story = Story("2026-03-02 10:00", AddParticipant(cy.pk), agent=ana)
    other = Story("2026-03-02 10:00", requester=bo, agent=ana)
    story.reply("2026-03-02 10:10")
    by_mail(story, "2026-03-02 10:20", cy)
    asked = Message.objects.latest("pk")
    actor = Actor.agent(ana)

    with time_machine.travel(at("2026-03-02 10:30"), tick=False):
        merge_tickets(other.ticket.pk, story.ticket.pk, by=actor, via="web", copied=[bo.pk], confirmed=True)
        made = split_ticket(story.ticket.pk, asked.pk, "Hers", by=actor, via="web").made
        assert made.requester == cy
        undo_split(made.pk, by=actor, via="web")
    by_mail(story, "2026-03-02 10:40", cy)
    assert not story.ticket.sla_clocks.filter(metric="next_response").exists()
    by_mail(story, "2026-03-02 10:50", bo)
    assert marked()[-2:] == [True, False]
    assert story.clock("next_response").started_at == at("2026-03-02 10:50")
    with time_machine.travel(at("2026-03-02 11:00"), tick=False):
        undo_merge(other.ticket.pk, by=actor, via="web")
    story.do("2026-03-02 11:05", words(bo))
    assert marked()[-1]
    assert_sound(story.ticket, other.ticket, Ticket.objects.get(pk=made.pk))


def test_a_ticket_split_off_knows_by_itself_who_asks_there(promised, bo):
    ana = make_agent("Ana")
    story = Story("2026-03-02 09:00", AddParticipant(bo.pk), agent=ana)
    by_mail(story, "2026-03-02 10:00", bo)
    first = Message.objects.latest("pk")
    story.reply("2026-03-02 10:10")
    story.customer("2026-03-02 10:20")

    with time_machine.travel(at("2026-03-02 10:30"), tick=False):
        made = split_ticket(story.ticket.pk, first.pk, "His", onwards=True, by=Actor.agent(ana), via="web").made

    clocks = made.sla_clocks.order_by("pk").values_list("metric", "started_at", "state")
    assert list(clocks) == [("first_response", at("2026-03-02 10:00"), "met")]
    told = Event.objects.get(kind="split_from").data
    assert told["participants"] == [Message.objects.latest("pk").pk]
    assert_sound(story.ticket, made)


def test_words_that_an_agent_put_there_for_somebody_unknown_ask_and_so_does_their_writer_from_then_on(promised, bo):
    """They are mostly the requester, at another address; channels/test_threading.py puts them there."""
    ana = make_agent("Ana")
    story = Story("2026-03-02 10:00", AddParticipant(bo.pk), agent=ana)
    other = Story("2026-03-02 10:00", agent=ana)
    story.reply("2026-03-02 10:10")
    private = make_customer("Kim", "kim@home.example")
    by_mail(story, "2026-03-02 10:15", bo)
    of_bo = Message.objects.latest("pk")
    story.do("2026-03-02 10:20", AddParticipant(private.pk))

    story.do("2026-03-02 10:20", replace(words(private, "It still burns."), asks=True))
    assert story.clock("next_response").started_at == at("2026-03-02 10:20")
    story.reply("2026-03-02 10:30")
    by_mail(story, "2026-03-02 10:40", private)
    by_mail(story, "2026-03-02 10:45", bo)
    story.reply("2026-03-02 10:50")
    assert marked() == [False, False, True, False, False, True]
    assert runs(story) == [600, 600]

    # Whatever ticket those words stand on.
    with time_machine.travel(at("2026-03-02 11:00"), tick=False):
        merge_tickets(story.ticket.pk, other.ticket.pk, by=Actor.agent(ana), via="web", confirmed=True)
    assert has_asked(other.refreshed(), private.pk)
    assert not has_asked(other.ticket, bo.pk)
    with time_machine.travel(at("2026-03-02 11:10"), tick=False):
        undo_merge(story.ticket.pk, by=Actor.agent(ana), via="web")
        made = split_ticket(story.ticket.pk, of_bo.pk, "His", onwards=True, by=Actor.agent(ana), via="web").made
    assert made.requester == bo
    assert "participants" not in Event.objects.get(kind="split_from").data
    asks = [has_asked(ticket, private.pk) for ticket in (other.refreshed(), story.refreshed(), made)]
    assert asks == [False, False, True]
    assert_sound(story.ticket, other.ticket, made)
