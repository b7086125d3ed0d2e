"""From an address to a person."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from agents.actors import Actor
from customers.matching import (
    customer_for_email,
    find_by_email,
    normalise_email,
    normalise_phone,
)
from customers.models import Address, Customer, CustomerChange, Organization, OrganizationDomain

pytestmark = pytest.mark.django_db


def organization(name: str, *domains: str) -> Organization:
    row = Organization.objects.create(name=name)
    OrganizationDomain.objects.bulk_create(OrganizationDomain(organization=row, domain=domain) for domain in domains)
    return row


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("  Kim@Alpha.Example ", "kim@alpha.example"),
        ("kim@bücher.example", "kim@xn--bcher-kva.example"),
        ("kim@XN--BCHER-KVA.example.", "kim@xn--bcher-kva.example"),
        ("kim+shop@alpha.example", "kim+shop@alpha.example"),
        ("k.im@gmail.com", "k.im@gmail.com"),
        ("kim@alpha.example\r\nBcc: victim@x.example", "kim@alpha.example bcc: victim@x.example"),
    ],
)
def test_addresses_are_compared_normalised_and_a_plus_stays(written: str, compared: str) -> None:
    assert normalise_email(written) == compared


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("+45 12 34-56.78", "+4512345678"),
        ("0045 12345678", "+4512345678"),
        ("(012) 345 678", "012345678"),
        ("١٢٣٤٥", "12345"),
        ("none", ""),
    ],
)
def test_numbers_are_compared_by_their_digits(written: str, compared: str) -> None:
    assert normalise_phone(written) == compared


def test_the_same_address_in_other_letters_is_the_same_person() -> None:
    kim = customer_for_email("Kim@Alpha.Example", "Kim Jensen")

    again = customer_for_email("kim@ALPHA.example.", "Somebody Else")

    assert again.pk == kim.pk
    assert (Customer.objects.count(), Address.objects.count()) == (1, 1)
    assert Customer.objects.get().name == "Kim Jensen"


def test_a_mail_fills_an_empty_name_and_says_so() -> None:
    kim = customer_for_email("kim@alpha.example")
    assert (kim.display_name, kim.sort_name) == ("kim@alpha.example", "kim@alpha.example")

    customer_for_email("kim@alpha.example", "Kim\r\nJensen", by=Actor.system("mail"))

    kim.refresh_from_db()
    assert (kim.name, kim.sort_name, kim.sort_family) == ("Kim Jensen", "kim jensen", "jensen kim")
    changes = list(CustomerChange.objects.order_by("pk").values_list("kind", "actor_kind", "actor_name"))
    assert changes == [("created", "system", "matching"), ("edited", "system", "mail")]


@pytest.mark.parametrize(
    ("address", "belongs"),
    [
        ("a@alpha.example", True),
        ("a@shop.alpha.example", True),
        ("a@notalpha.example", False),
        ("a@alpha.example.evil.example", False),
        ("a@example", False),
    ],
)
def test_an_organisation_is_known_by_its_domain_and_those_below_it(address: str, belongs: bool) -> None:
    alpha = organization("Alpha", "alpha.example")

    made = customer_for_email(address)

    assert made.organization_id == (alpha.pk if belongs else None)


def test_the_nearest_domain_wins() -> None:
    organization("Alpha", "alpha.example")
    shop = organization("Alpha Shop", "shop.alpha.example")

    assert customer_for_email("a@eu.shop.alpha.example").organization_id == shop.pk


def test_free_mail_never_makes_somebody_part_of_an_organisation() -> None:
    organization("Wrong", "gmail.com", "co.uk")

    assert customer_for_email("a@gmail.com").organization_id is None
    assert customer_for_email("a@yahoo.co.uk").organization_id is None


def test_an_international_domain_matches_in_either_spelling() -> None:
    books = organization("Bücher", "xn--bcher-kva.example")

    assert customer_for_email("eva@bücher.example").organization_id == books.pk


def test_a_merged_person_is_found_through_any_number_of_signposts() -> None:
    first, second, third = (Customer.objects.create(name=name) for name in ("One", "Two", "Three"))
    Address.objects.create(customer=first, value="one@x.example", normalised="one@x.example")
    Customer.objects.filter(pk=second.pk).update(merged_into=third)
    Customer.objects.filter(pk=first.pk).update(merged_into=second)

    assert find_by_email("one@x.example") == third


def test_a_ring_of_signposts_which_no_door_can_make_still_ends() -> None:
    first, second = (Customer.objects.create(name=name) for name in ("One", "Two"))
    Address.objects.create(customer=first, value="one@x.example", normalised="one@x.example")
    Customer.objects.filter(pk=first.pk).update(merged_into=second)
    Customer.objects.filter(pk=second.pk).update(merged_into=first)

    assert find_by_email("one@x.example") in (first, second)


@pytest.mark.django_db(transaction=True)
def test_twenty_mails_at_once_from_a_stranger_make_one_person() -> None:
    start, found, errors = threading.Barrier(20), [], []

    def arrive() -> None:
        try:
            start.wait(10)
            found.append(customer_for_email("new@alpha.example", "New Person").pk)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=arrive) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert errors == []
    assert len(found) == 20
    assert len(set(found)) == 1
    assert (Customer.objects.count(), Address.objects.count()) == (1, 1)
