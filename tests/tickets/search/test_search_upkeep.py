"""Tickets from before the index get into it, and people and organisations are found by the names they have now."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now
from time_machine import travel

from agents.actors import Actor
from agents.permissions import Role
from customers.addresses import add_address
from customers.editing import edit_customer
from customers.merging import merge_customers
from customers.models import Organization
from customers.organizing import edit_organization
from tests.factories import make_agent, make_customer, make_ticket
from tickets.actions import AddParticipant
from tickets.customer_merging import follow_customer_merges
from tickets.models import SearchDebt, SearchProgress, Ticket
from tickets.search import matching
from tickets.search.upkeep import follow_people, index_older, keep_true, left_to_walk, pay_debts

pytestmark = pytest.mark.django_db


def found(text):
    return set(matching(Ticket.objects.all(), text).values_list("pk", flat=True))


@pytest.fixture
def boss(db):
    return Actor.agent(make_agent("Boss", role=Role.ADMIN))


def forget():
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {'tickets_search' if connection.vendor == 'sqlite' else 'tickets_searchdocument'}")


def later():
    """After the changes of a moment ago have settled."""
    return travel(now() + timedelta(seconds=30))


@pytest.fixture
def seven(settings):
    """Tickets from before there was an index."""
    settings.TICKET_SUBSCRIBERS = []
    made = [make_ticket(subject=f"Kettle {number}").pk for number in range(7)]
    settings.TICKET_SUBSCRIBERS = ["tickets.search.index_ticket"]
    forget()
    assert found("kettle") == set()
    return made


def test_the_sweep_indexes_what_was_there_before(seven):
    assert keep_true() == 7

    assert found("kettle") == set(seven)
    assert keep_true() == 0


def test_the_walk_goes_from_the_newest_down_in_batches_and_ends(seven):
    assert index_older(3) == 3
    assert found("kettle") == set(seven[-3:])
    assert left_to_walk() == seven[-3] - 1

    assert index_older(3) == 3
    assert index_older(3) == 1
    assert index_older(3) == 0
    assert found("kettle") == set(seven)
    assert left_to_walk() == 0


def test_a_new_ticket_of_a_house_that_is_walked_is_found_at_once(seven):
    index_older(3)

    new = make_ticket(subject="Kettle eight").pk

    assert new in found("kettle")


def test_rebuilding_goes_on_where_it_was_stopped_and_mends_what_is_wrong(seven):
    index_older(3)
    said = StringIO()

    call_command("rebuild_search", batch=2, stdout=said)

    assert said.getvalue().startswith(f"Going on at ticket {seven[-3] - 1}.\n4 tickets read in ")
    assert found("kettle") == set(seven)


def test_rebuilding_a_complete_index_reads_everything_anew(seven):
    keep_true()
    forget()
    said = StringIO()

    call_command("rebuild_search", stdout=said)

    assert said.getvalue().startswith("7 tickets read in ")
    assert found("kettle") == set(seven)


def test_rebuilding_may_begin_anew(seven):
    index_older(3)
    said = StringIO()

    call_command("rebuild_search", "--from-start", stdout=said)

    assert said.getvalue().startswith("7 tickets read in ")


def test_a_new_name_is_found_and_the_old_one_is_not(ticket, kim, boss):
    follow_people()
    edit_customer(kim.pk, boss, {"name": "Ada Lind"})

    with later():
        keep_true()

    assert found("ada lind") == {ticket.pk}
    assert found("jensen") == set()


def test_so_is_the_new_name_of_somebody_in_copy_and_of_an_organisation(kim, boss):
    organization = Organization.objects.create(name="Nordlys")
    kim.organization = organization
    kim.save()
    bo = make_customer("Bo Berg", "bo@b.example")
    ticket = make_ticket(kim, AddParticipant(bo.pk))
    follow_people()
    edit_customer(bo.pk, boss, {"name": "Ole Vik"})
    edit_organization(organization.pk, boss, {"name": "Sydvind"})

    with later():
        keep_true()

    assert found("ole vik sydvind") == {ticket.pk}
    assert found("berg") == found("nordlys") == set()


def test_a_new_address_is_found(ticket, kim, boss):
    follow_people()
    add_address(kim.pk, boss, "email", "kimberley@new.example")

    with later():
        keep_true()

    assert found("kimberley@new.example") == {ticket.pk}


def test_after_a_merge_tickets_are_found_by_the_one_who_stayed(ticket, kim, boss):
    ada = make_customer("Ada Lind", "ada@l.example")
    merge_customers(ada.pk, kim.pk, boss)

    follow_customer_merges()

    assert found("lind") == {ticket.pk}
    assert found("kim@alpha.example") == {ticket.pk}


def test_changes_that_may_still_have_an_unseen_elder_are_left_for_the_next_time(ticket, kim, boss):
    follow_people()
    edit_customer(kim.pk, boss, {"name": "Ada Lind"})
    before = SearchProgress.objects.get(name="people").position

    assert follow_people() == 0
    assert SearchProgress.objects.get(name="people").position == before

    with later():
        assert follow_people() == 1
    assert list(SearchDebt.objects.values_list("pk", flat=True)) == [ticket.pk]


def test_what_does_not_rename_owes_nothing(ticket, kim, boss):
    follow_people()
    edit_customer(kim.pk, boss, {"language": "da"})

    with later():
        assert follow_people() == 1

    assert not SearchDebt.objects.exists()


def test_debts_are_paid_in_batches_and_owed_once(kim, boss):
    made = [make_ticket(kim).pk for _number in range(5)]
    for pk in made:
        SearchDebt.objects.create(ticket_id=pk)

    assert [pay_debts(2), pay_debts(2), pay_debts(2), pay_debts(2)] == [2, 2, 1, 0]
    assert not SearchDebt.objects.exists()
