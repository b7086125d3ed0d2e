"""Two rows become one person."""

from __future__ import annotations

import threading
from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.db import connection
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent, Team
from customers.matching import customer_for_email, find_by_email
from customers.merging import merge_customers
from customers.models import Address, Customer, CustomerChange, CustomerMerge, Organization
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from tests import factories
from tickets.actions import AddParticipant, AddReply, SetStatus
from tickets.customer_merging import follow_customer_merges
from tickets.models import Event, Message, Participant, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def private(kim: Customer) -> Customer:
    """Kim writing from home, as if somebody else."""
    return customer_for_email("kim@home.example", "K. Jensen")


def test_addresses_move_and_empty_fields_fill(kim: Customer, private: Customer, leo: Agent) -> None:
    alpha = Organization.objects.create(name="Alpha")
    Customer.objects.filter(pk=private.pk).update(
        organization=alpha, external_id="c-7", language="da", notes="Likes tea"
    )
    Customer.objects.filter(pk=kim.pk).update(language="en", notes="Calls on Mondays")

    winner = merge_customers(kim.pk, private.pk, Actor.agent(leo))

    winner.refresh_from_db()
    private.refresh_from_db()
    assert (winner.pk, winner.name, winner.organization, winner.external_id) == (kim.pk, "Kim Jensen", alpha, "c-7")
    assert (winner.language, winner.notes) == ("en", "Calls on Mondays\n\nLikes tea")
    assert (private.merged_into_id, private.external_id) == (kim.pk, None)
    assert list(winner.addresses.in_order().values_list("value", "is_primary")) == [
        ("kim@alpha.example", True),
        ("kim@home.example", False),
    ]
    assert find_by_email("kim@home.example") == winner


def test_a_merge_names_who_did_it_on_both_sides(kim: Customer, private: Customer, leo: Agent) -> None:
    merge_customers(kim.pk, private.pk, Actor.agent(leo))

    rows = CustomerChange.objects.filter(kind__startswith="merged").order_by("pk")
    assert list(rows.values_list("customer_id", "kind", "actor_id", "actor_name")) == [
        (kim.pk, "merged", leo.pk, "Leo"),
        (private.pk, "merged_away", leo.pk, "Leo"),
    ]
    assert rows[0].data["addresses"] == ["kim@home.example"]


def test_merging_again_keeps_every_signpost_one_step_long(kim: Customer, private: Customer, leo: Agent) -> None:
    third = customer_for_email("kim@club.example")
    by = Actor.agent(leo)

    merge_customers(private.pk, third.pk, by)
    merge_customers(kim.pk, private.pk, by)

    assert set(Customer.objects.exclude(merged_into=None).values_list("pk", "merged_into_id")) == {
        (third.pk, kim.pk),
        (private.pk, kim.pk),
    }
    assert find_by_email("kim@club.example") == kim


@pytest.mark.parametrize("turned", [False, True])
def test_who_may_not_merge_is_refused_in_either_direction(
    kim: Customer, private: Customer, ana: Agent, turned: bool
) -> None:
    """E06"""
    pair = (private.pk, kim.pk) if turned else (kim.pk, private.pk)

    with pytest.raises(Denied):
        merge_customers(*pair, Actor.agent(ana))

    assert Customer.objects.exclude(merged_into=None).count() == 0
    assert CustomerMerge.objects.count() == 0
    assert private.addresses.count() == 1


def test_the_second_row_is_checked_like_the_first(kim: Customer, private: Customer, leo: Agent) -> None:
    """E06: a merge that checks only one of the two rows was somebody's hole."""
    by = Actor.agent(leo)
    merge_customers(kim.pk, private.pk, by)
    other = customer_for_email("other@beta.example")

    for pair in ((other.pk, private.pk), (private.pk, other.pk)):
        with pytest.raises(HelpdeskError) as refused:
            merge_customers(*pair, by)
        assert refused.value.code == "merged"
    for pair in ((other.pk, 999_999), (999_999, other.pk)):
        with pytest.raises(NotVisible):
            merge_customers(*pair, by)
    with pytest.raises(HelpdeskError) as same:
        merge_customers(other.pk, other.pk, by)
    assert same.value.code == "same_person"
    assert CustomerMerge.objects.count() == 1
    assert other.addresses.count() == 1


def test_tickets_follow_through_the_one_door(kim: Customer, private: Customer, leo: Agent, billing: Team) -> None:
    asked = factories.make_ticket(private, team=billing)
    copied = factories.make_ticket(customer_for_email("boss@alpha.example"), AddParticipant(private.pk), team=billing)
    own = factories.make_ticket(kim, AddParticipant(private.pk), team=billing)
    before = {ticket.pk: ticket.activity_at for ticket in (asked, copied, own)}

    merge_customers(kim.pk, private.pk, Actor.agent(leo))
    moved = follow_customer_merges()

    assert moved == 3
    assert Ticket.objects.get(pk=asked.pk).requester_id == kim.pk
    assert list(Participant.objects.values_list("ticket_id", "customer_id")) == [(copied.pk, kim.pk)]
    named = {"from": {"id": private.pk, "name": "K. Jensen"}, "to": {"id": kim.pk, "name": "Kim Jensen"}}
    events = Event.objects.filter(kind__endswith="_merged").order_by("change__ticket_id")
    assert list(events.values_list("change__ticket_id", "kind", "change__actor_name")) == [
        (asked.pk, "requester_merged", "customer-merge"),
        (copied.pk, "participant_merged", "customer-merge"),
        (own.pk, "participant_merged", "customer-merge"),
    ]
    assert events[0].data == {"from": {"id": private.pk, "name": ANY}, "to": named["to"]}
    assert {t.pk: t.activity_at for t in Ticket.objects.all()} == before
    assert follow_customer_merges() == 0


def test_a_ticket_opened_for_the_loser_just_after_the_merge_follows_too(
    kim: Customer, private: Customer, leo: Agent
) -> None:
    merge_customers(kim.pk, private.pk, Actor.agent(leo))
    follow_customer_merges()
    late = factories.make_ticket(private)

    assert CustomerMerge.objects.to_follow().count() == 1
    assert follow_customer_merges() == 1
    assert Ticket.objects.get(pk=late.pk).requester_id == kim.pk

    CustomerMerge.objects.update(created_at=now() - timedelta(minutes=11))
    follow_customer_merges()
    assert CustomerMerge.objects.to_follow().count() == 0


def test_a_reply_before_the_tickets_followed_still_reaches_the_person(
    kim: Customer, private: Customer, leo: Agent, billing: Team
) -> None:
    """L08: a reply at the moment of a merge is neither lost nor sent to nobody."""
    ticket = factories.make_ticket(private, team=billing)
    merge_customers(kim.pk, private.pk, Actor.agent(leo))

    perform(ticket.pk, AddReply("Here it is."), by=Actor.agent(leo), via="web")

    assert Message.objects.filter(author_kind="agent").get().to == ["kim@alpha.example"]


def test_a_closed_ticket_follows_and_stays_closed(kim: Customer, private: Customer, leo: Agent) -> None:
    ticket = factories.make_ticket(private, SetStatus("solved"), SetStatus("closed"))

    merge_customers(kim.pk, private.pk, Actor.agent(leo))
    follow_customer_merges()

    ticket.refresh_from_db()
    assert (ticket.requester_id, ticket.status) == (kim.pk, "closed")


@pytest.mark.django_db(transaction=True)
def test_merges_in_opposite_directions_end_with_one_of_them_refused(
    kim: Customer, private: Customer, leo: Agent
) -> None:
    by, start, done, refused = Actor.agent(leo), threading.Barrier(8), [], []

    def merge(winner: int, loser: int) -> None:
        try:
            start.wait(10)
            done.append(merge_customers(winner, loser, by).pk)
        except HelpdeskError as error:
            refused.append(error.code)
        finally:
            connection.close()

    pairs = [(kim.pk, private.pk), (private.pk, kim.pk)] * 4
    threads = [threading.Thread(target=merge, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert (len(done), refused) == (1, ["merged"] * 7)
    assert Customer.objects.exclude(merged_into=None).count() == 1
    assert set(Address.objects.values_list("customer_id", flat=True)) == {done[0]}
    assert CustomerMerge.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_mails_that_arrive_during_a_merge_all_end_with_the_winner(kim: Customer, private: Customer, leo: Agent) -> None:
    by, start, errors = Actor.agent(leo), threading.Barrier(6), []

    def mail() -> None:
        try:
            start.wait(10)
            factories.make_ticket(customer_for_email("kim@home.example"))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=mail) for _number in range(5)]
    for thread in threads:
        thread.start()
    start.wait(10)
    merge_customers(kim.pk, private.pk, by)
    for thread in threads:
        thread.join(60)
    follow_customer_merges()

    assert errors == []
    assert list(Ticket.objects.values_list("requester_id", flat=True)) == [kim.pk] * 5
