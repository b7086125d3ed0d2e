"""Searches by beginning ride their indexes on both databases, so that a million people cost no more than ten."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection

from customers.models import Address, Customer, CustomerMerge, Organization
from customers.querysets import beginning
from tests.plans import explained

pytestmark = pytest.mark.django_db


def plan(queryset: Any) -> str:
    """The index that the database chooses among those that fit, told by its own plan."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # With a handful of rows reading all of them is cheaper; here we ask whether the index can serve at all.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    return explained(queryset)


# SQLite names the index of a constraint by itself.
UNIQUE = {"sqlite": "sqlite_autoindex_customers_address_1", "postgresql": "address_belongs_to_one_person"}


def by(column: str, text: str) -> Any:
    return Customer.objects.filter(beginning(column, text)).order_by(column, "pk")[:9]


def addresses(text: str) -> Any:
    return Address.objects.beginning_with(text).order_by("kind", "normalised")[:9]


@pytest.mark.parametrize(
    ("queryset", "index"),
    [
        (lambda: by("sort_name", "kim"), "customer_by_sort_name"),
        (lambda: by("sort_family", "jen"), "customer_by_sort_family"),
        (lambda: Customer.objects.in_organization(1).order_by("sort_name", "pk")[:9], "customer_in_organization"),
        (lambda: addresses("kim@"), UNIQUE[connection.vendor]),
        (lambda: addresses("+45 12"), UNIQUE[connection.vendor]),
        (lambda: Address.objects.in_domain("alpha.example"), "address_by_domain"),
        (lambda: Organization.objects.beginning_with("al")[:9], "organization_by_sort_name"),
        (lambda: CustomerMerge.objects.to_follow()[:9], "merge_to_follow"),
    ],
    ids=["name", "family", "organization", "email", "phone", "domain", "organizations", "merges"],
)
def test_the_plan_names_the_index(queryset: Any, index: str) -> None:
    told = plan(queryset())

    assert index in told, told
    assert not re.search(r"Seq Scan|SCAN customers_\w+$|TEMP B-TREE", told), told


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite compares by code point by itself")
def test_the_keys_are_compared_by_code_point_whatever_the_locale_of_the_database() -> None:
    """In another collation "a b" may stand between "ab" and "ac", and a range would lose or add people."""
    keys = ["sort_name", "sort_family", "normalised", "domain_key"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, collation_name FROM information_schema.columns"
            " WHERE table_name LIKE 'customers_%%' AND column_name = ANY(%s) ORDER BY 1, 2",
            [keys],
        )
        told = cursor.fetchall()

    assert told == [
        ("customers_address", "domain_key", "C"),
        ("customers_address", "normalised", "C"),
        ("customers_customer", "sort_family", "C"),
        ("customers_customer", "sort_name", "C"),
        ("customers_organization", "sort_name", "C"),
    ]


def test_a_range_finds_exactly_what_begins_so() -> None:
    names = ["ab", "a b", "a-b", "a", "b", "ab c", "åb", "ac"]
    Customer.objects.bulk_create(Customer(name=name) for name in names)

    found = Customer.objects.filter(beginning("sort_name", "a")).order_by("sort_name")

    assert [row.sort_name for row in found] == ["a", "a b", "a-b", "ab", "ab", "ab c", "ac"]
