"""Customers and organisations by program."""

from __future__ import annotations

import pytest

from customers.models import Customer, CustomerChange, Organization
from tests.api.conftest import program
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


def test_a_customer_is_added_found_and_changed(ana_program):
    organization = ana_program.send("/api/v1/organizations/", {"name": "Alpha", "external_id": "crm-3"}).json()
    made = ana_program.send(
        "/api/v1/customers/",
        {"name": "Kim", "email": "Kim@alpha.example", "external_id": "crm-1", "organization_id": organization["id"]},
    )
    url = f"/api/v1/customers/{made.json()['id']}/"

    assert made.status_code == 201
    for question in ("email=kim@alpha.example", "external_id=crm-1", f"organization_id={organization['id']}"):
        assert [row["id"] for row in ana_program.get(f"/api/v1/customers/?{question}").json()["items"]] == [
            made.json()["id"]
        ]
    assert ana_program.get("/api/v1/customers/?email=nobody@x.example").json()["items"] == []
    changed = ana_program.send(url, {"language": "da", "organization_id": None}, "PATCH").json()
    assert (changed["language"], changed["organization_id"], changed["name"]) == ("da", None, "Kim")
    assert CustomerChange.objects.filter(kind="edited", actor_name="Ana").count() == 1


def test_who_read_an_old_customer_is_refused(ana_program, kim):
    url = f"/api/v1/customers/{kim.pk}/"
    etag = ana_program.get(url)["ETag"]
    ana_program.send(url, {"language": "da"}, "PATCH", **{"If-Match": etag})

    answer = ana_program.send(url, {"language": "pl"}, "PATCH", **{"If-Match": etag})

    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    kim.refresh_from_db()
    assert kim.language == "da"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "x"}, "no_address"),
        ({"email": "kim@alpha.example"}, "address_taken"),
        ({"email": "x"}, "invalid"),
        ({"email": "a@x.example", "time_zone": "Mars/Base"}, "invalid"),
        ({"email": "a@x.example", "organization_id": 99}, "no_such_organization"),
        ({"email": "a@x.example", "merged_into_id": 1}, "invalid"),
        ({"email": "a@x.example", "language": "'; --"}, "invalid"),
    ],
)
def test_a_customer_that_cannot_be_is_refused_and_not_added(ana_program, kim, body, code):
    answer = ana_program.send("/api/v1/customers/", body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert Customer.objects.count() == 1


def test_two_organisations_do_not_share_an_external_id(ana_program):
    first = ana_program.send("/api/v1/organizations/", {"name": "Alpha", "external_id": "x"}).json()
    second = ana_program.send("/api/v1/organizations/", {"name": "Beta", "external_id": "x"})
    changed = ana_program.send(f"/api/v1/organizations/{first['id']}/", {"time_zone": "Europe/Oslo"}, "PATCH").json()

    assert (second.status_code, second.json()["code"]) == (422, "external_id_taken")
    assert (changed["time_zone"], changed["name"]) == ("Europe/Oslo", "Alpha")
    assert [row["name"] for row in ana_program.get("/api/v1/organizations/?external_id=x").json()["items"]] == ["Alpha"]


def test_the_tier_of_an_organisation_is_set_taken_away_and_asked_for(ana_program):
    first, second = (
        ana_program.send("/api/v1/organizations/", {"name": name, "tier": tier}).json()
        for name, tier in (("Alpha", "Gold"), ("Beta", "GOLD"))
    )
    url = f"/api/v1/organizations/{first['id']}/"

    assert (first["tier"], second["tier"]) == ("Gold", "Gold")
    listed = ana_program.get("/api/v1/organizations/?tier=gold").json()["items"]
    assert [row["name"] for row in listed] == ["Alpha", "Beta"]
    assert ana_program.send(url, {"tier": "a,b"}, "PATCH").json()["code"] == "bad_tier"
    assert ana_program.send(url, {"tier": None}, "PATCH").json()["tier"] is None
    assert [row["name"] for row in ana_program.get("/api/v1/organizations/?tier=gold").json()["items"]] == ["Beta"]


def test_a_light_agent_reads_and_changes_nothing(lou, kim):
    client = program(lou)

    assert client.get(f"/api/v1/customers/{kim.pk}/").status_code == 200
    assert client.send(f"/api/v1/customers/{kim.pk}/", {"name": "x"}, "PATCH").status_code == 403
    assert client.send("/api/v1/customers/", {"email": "a@x.example"}).status_code == 403
    assert client.send("/api/v1/organizations/", {"name": "x"}).status_code == 403

    kim.refresh_from_db()
    assert (kim.name, Organization.objects.count()) == ("Kim Jensen", 0)


def test_a_page_of_customers_takes_as_many_statements_as_one(ana_program, django_assert_num_queries):
    """The token with its agent, teams, rows, addresses."""
    ana_program.get("/api/v1/customers/")
    for number in range(5):
        make_customer(f"C{number}", f"c{number}@x.example")
    with django_assert_num_queries(4):
        assert len(ana_program.get("/api/v1/customers/").json()["items"]) == 5
