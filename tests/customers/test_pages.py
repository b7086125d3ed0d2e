"""The pages of people and organisations, through their doors."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from agents.actors import Actor
from agents.models import Agent, Team
from customers.matching import customer_for_email
from customers.models import Address, Customer, CustomerChange, CustomerMerge, Organization, OrganizationDomain
from customers.organizing import add_domain, new_organization
from tests import factories
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.REQUIRE_TWO_FACTOR_ROLES = ()


@pytest.fixture
def as_agent(client: Client, ana: Agent) -> Client:
    client.force_login(ana)
    return client


@pytest.fixture
def as_leo(client: Client, leo: Agent) -> Client:
    client.force_login(leo)
    return client


@pytest.fixture
def alpha(leo: Agent) -> Organization:
    organization = new_organization(Actor.agent(leo), name="Alpha")
    add_domain(organization.pk, Actor.agent(leo), "alpha.example")
    return organization


@pytest.fixture
def bo(db: None) -> Customer:
    return customer_for_email("bo@beta.example", "Bo Ek")


def rows() -> dict[str, int]:
    models = (Customer, Address, Organization, OrganizationDomain, CustomerChange, CustomerMerge)
    return {model.__name__: model.objects.count() for model in models}


# --- who may ------------------------------------------------------------------------------------------------------

READ = {"list", "detail", "organizations", "organization"}
LOOK_UP = {"lookup"}
MERGE = {"merge"}
ANSWERS = {  # of a GET, or of a POST where the URL takes nothing else
    "anon": (302, 302, 302, 302),
    "lou": (200, 403, 403, 403),
    "ana": (200, 200, 200, 403),
    "mia": (200, 200, 200, 403),
    "leo": (200, 200, 200, 200),
    "otto": (200, 200, 200, 200),
    "root": (200, 200, 200, 200),
}
NAMES = sorted(pattern.name for pattern in get_resolver("customers.urls").url_patterns)
POST_ONLY = {"address_primary", "address_removal", "domain_removal", "claim"}


@pytest.mark.once
@pytest.mark.parametrize("persona", ANSWERS)
def test_every_address_answers_every_persona_by_the_table(
    client: Client, kim: Customer, alpha: Organization, persona: str, request: Any
) -> None:
    if persona != "anon":
        client.force_login(request.getfixturevalue(persona))
    second = Address.objects.create(customer=kim, value="kim@two.example", normalised="kim@two.example")
    known = {
        "customer_id": kim.pk,
        "organization_id": alpha.pk,
        "address_id": second.pk,
        "domain_id": alpha.domains.get().pk,
    }
    read, look_up, edit, merge = ANSWERS[persona]
    before, seen, expected = rows(), {}, {}

    for pattern in get_resolver("customers.urls").url_patterns:
        name = pattern.name
        url = reverse(f"customers:{name}", kwargs={key: known[key] for key in pattern.pattern.converters})
        if name in POST_ONLY and edit == 200:
            seen[name], expected[name] = client.get(url).status_code, 405
            continue
        answered = client.post(url) if name in POST_ONLY else client.get(url)
        seen[name] = answered.status_code
        expected[name] = read if name in READ else look_up if name in LOOK_UP else merge if name in MERGE else edit

    assert seen == expected
    assert rows() == before


@pytest.mark.parametrize("persona", ["anon", "lou"])
def test_who_may_only_read_writes_nothing_through_any_address(
    client: Client, kim: Customer, alpha: Organization, persona: str, request: Any
) -> None:
    if persona != "anon":
        client.force_login(request.getfixturevalue(persona))
    before = rows()
    person, house = f"/customers/{kim.pk}", f"/customers/organizations/{alpha.pk}"
    sent = {
        "/customers/new/": {"name": "X", "email": "x@x.example"},
        f"{person}/edit/": {"name": "X"},
        f"{person}/notes/": {"notes": "X"},
        f"{person}/addresses/": {"kind": "email", "value": "x@x.example"},
        f"{person}/addresses/{kim.addresses.get().pk}/removal/": {},
        f"{person}/merge/": {"loser": "1", "confirmed": "on"},
        "/customers/organizations/new/": {"name": "X"},
        f"{house}/edit/": {"name": "X"},
        f"{house}/notes/": {"notes": "X"},
        f"{house}/domains/": {"domain": "x.example"},
        f"{house}/domains/{alpha.domains.get().pk}/removal/": {},
        f"{house}/claim/": {},
    }

    answers = {url: client.post(url, data).status_code for url, data in sent.items()}

    assert set(answers.values()) == {302 if persona == "anon" else 403}
    assert rows() == before
    kim.refresh_from_db()
    assert (kim.name, kim.notes) == ("Kim Jensen", "")


def test_buttons_are_drawn_only_for_those_who_may(
    client: Client, kim: Customer, lou: Agent, ana: Agent, leo: Agent
) -> None:
    drawn = {}
    for agent in (lou, ana, leo):
        client.force_login(agent)
        page = client.get(f"/customers/{kim.pk}/").content.decode()
        drawn[agent.name] = (f"/customers/{kim.pk}/edit/" in page, f"/customers/{kim.pk}/merge/" in page)

    assert drawn == {"Lou": (False, False), "Ana": (True, False), "Leo": (True, True)}


# --- the list -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["kim", "KIM JEN", "jen", "kim@al", "@alpha.example", "@example", "+45 12", "0045 12 3"]
)
def test_people_are_found_by_the_beginning_of_what_is_known(
    as_agent: Client, kim: Customer, bo: Customer, query: str
) -> None:
    Address.objects.create(customer=kim, kind="phone", value="+45 1234", normalised="+451234")
    Customer.objects.filter(pk=bo.pk).update(sort_name="zz", sort_family="zz")
    if query == "@example":
        bo.addresses.update(domain_key="test.")

    page = as_agent.get("/customers/", {"q": query}, headers=HX)

    assert [person.pk for person in page.context["customers"]] == [kim.pk]


@pytest.mark.parametrize("query", ["im jensen", "ensen", "alpha.example", "%", "_", "kim\x00jenx", "\U0010ffff"])
def test_the_middle_of_a_word_and_wildcards_find_nobody(as_agent: Client, kim: Customer, query: str) -> None:
    page = as_agent.get("/customers/", {"q": query})

    assert (page.status_code, list(page.context["customers"])) == (200, [])


def test_accents_do_not_hide_anybody(as_agent: Client) -> None:
    åse = customer_for_email("aase@x.example", "Åse Lind")

    assert [p.pk for p in as_agent.get("/customers/?q=ase").context["customers"]] == [åse.pk]
    assert [p.pk for p in as_agent.get("/customers/?q=Åse").context["customers"]] == [åse.pk]


def test_pages_follow_each_other_in_order_without_gap_or_repeat(as_agent: Client) -> None:
    names = ["Same Name"] * 30 + [f"Person {number:02d}" for number in range(30)]
    Customer.objects.bulk_create(Customer(name=name) for name in names)
    expected = list(Customer.objects.order_by("sort_name", "pk").values_list("pk", flat=True))

    seen, url, pages = [], "/customers/", []
    while url:
        page = as_agent.get(url)
        pages.append(url)
        seen += [person.pk for person in page.context["customers"]]
        url = f"/customers/{page.context['after']}" if page.context.get("after") else ""
    back = as_agent.get(pages[-1]).context["before"]

    assert seen == expected
    assert [p.pk for p in as_agent.get(f"/customers/{back}").context["customers"]] == expected[25:50]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhXHUwMDAwIiwxXQ", "WzEsMV0", "a" * 5000])
def test_a_page_link_that_was_not_made_here_is_refused(as_agent: Client, cursor: str) -> None:
    assert as_agent.get("/customers/", {"after": cursor}).status_code == 422


def test_the_list_narrows_to_an_organisation(as_agent: Client, alpha: Organization, bo: Customer) -> None:
    kim = customer_for_email("kim@alpha.example", "Kim")
    customer_for_email("kim@beta.example", "Kim Beta")

    everybody = as_agent.get(f"/customers/?organization={alpha.pk}").context["customers"]
    searched = as_agent.get(f"/customers/?organization={alpha.pk}&q=kim").context["customers"]

    assert [p.pk for p in everybody] == [p.pk for p in searched] == [kim.pk]


def test_lookup_answers_at_most_eight_with_id_name_and_address(as_agent: Client, kim: Customer) -> None:
    for number in range(9):
        customer_for_email(f"pat{number}@x.example", f"Pat {number}")

    assert as_agent.get("/customers/lookup/?q=kim@").json() == {
        "customers": [{"id": kim.pk, "name": "Kim Jensen", "email": "kim@alpha.example"}]
    }
    assert len(as_agent.get("/customers/lookup/?q=pat").json()["customers"]) == 8
    assert as_agent.get("/customers/lookup/?q=k").json() == {"customers": []}


def test_a_tier_is_written_alike_everywhere_and_finds_its_tickets(
    as_agent: Client, alpha: Organization, kim: Customer, bo: Customer, billing: Team
) -> None:
    beta = Organization.objects.create(name="Beta", tier="Gold")
    edit = f"/customers/organizations/{alpha.pk}/edit/"

    saved = as_agent.post(edit, {"initial-name": "Alpha", "name": "Alpha", "initial-tier": "", "tier": " gold "})

    alpha.refresh_from_db()
    assert (saved.status_code, alpha.tier) == (302, "Gold")
    assert alpha.changes.latest("pk").data == {"tier": {"from": "", "to": "Gold"}}
    assert 'value="Gold"' in as_agent.get(edit).content.decode()
    assert ">Gold</span>" in as_agent.get(f"/customers/organizations/{alpha.pk}/").content.decode()
    for wrong in ("None", "a,b", '"x"', "-x", "x" * 41):
        refused = as_agent.post(edit, {"initial-name": "Alpha", "name": "Alpha", "initial-tier": "Gold", "tier": wrong})
        assert (refused.status_code, Organization.objects.get(pk=alpha.pk).tier) == (422, "Gold"), wrong

    Customer.objects.filter(pk=kim.pk).update(organization=alpha)
    kim.refresh_from_db()
    ours, nobodys = (factories.make_ticket(requester=who, team=billing) for who in (kim, bo))
    found = {}
    for query in ("tier:GOLD", "-tier:gold", "tier:none", "tier:gold,none", "tier:silver"):
        page = as_agent.get("/tickets/", {"view": "all", "query": query})
        found[query] = {ticket.pk for ticket in page.context["tickets"]}
    both = {ours.pk, nobodys.pk}
    assert list(found.values()) == [{ours.pk}, {nobodys.pk}, {nobodys.pk}, both, set()]
    assert ">Gold</span>" in as_agent.get(f"/tickets/{ours.pk}/").content.decode()
    as_agent.post(edit, {"initial-name": "Alpha", "name": "Alpha", "initial-tier": "Gold", "tier": ""})
    assert list(Organization.objects.order_by("pk").values_list("tier", flat=True)) == [None, beta.tier]


# --- one person ---------------------------------------------------------------------------------------------------


def test_a_new_customer_joins_the_organisation_of_the_domain(as_agent: Client, alpha: Organization, ana: Agent) -> None:
    answer = as_agent.post("/customers/new/", {"name": "Eva", "email": "Eva@shop.Alpha.example", "phone": "+45 12 34"})

    eva = Customer.objects.get(name="Eva")
    assert (answer.status_code, answer["Location"]) == (302, f"/customers/{eva.pk}/")
    assert eva.organization_id == alpha.pk
    assert list(eva.addresses.in_order().values_list("kind", "normalised", "is_primary")) == [
        ("email", "eva@shop.alpha.example", True),
        ("phone", "+451234", True),
    ]
    assert list(eva.changes.values_list("kind", "actor_id")) == [("created", ana.pk)]


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"name": "Eva"}, "email", "Give a mail address"),
        ({"email": "not an address"}, "email", "not a mail address"),
        ({"email": "a@x.example, victim@x.example"}, "email", "not a mail address"),
        ({"email": "a@x.example\r\nBcc: victim@x.example"}, "email", "not a mail address"),
        ({"phone": "call me"}, "phone", "not a telephone number"),
        ({"email": "KIM@alpha.example"}, "email", "belongs to Kim Jensen"),
        ({"email": "e@x.example", "organization": "Nowhere"}, "organization", "no organisation of that name"),
        ({"email": "e@x.example", "external_id": "c-1"}, "external_id", "Kim Jensen has this id"),
        ({"email": "e@x.example", "time_zone": "Mars/Base"}, "time_zone", "Select a valid choice"),
    ],
)
def test_wrong_words_are_refused_at_their_field_and_nothing_is_kept(
    as_agent: Client, kim: Customer, sent: dict[str, str], field: str, words: str
) -> None:
    """G02 for the addresses: one address is one recipient."""
    Customer.objects.filter(pk=kim.pk).update(external_id="c-1")
    before = rows()

    answer = as_agent.post("/customers/new/", sent)

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert rows() == before


@pytest.mark.parametrize(
    "extra",
    ["id", "created_at", "merged_into", "notes", "role", "is_staff", "org", "team", "email_verified", "sort_name"],
)
@pytest.mark.parametrize("place", ["new", "edit", "notes", "addresses", "merge", "organization", "domains", "primary"])
def test_a_field_that_was_not_offered_stops_the_request(
    as_leo: Client, kim: Customer, bo: Customer, alpha: Organization, place: str, extra: str
) -> None:
    """E09"""
    person, house = f"/customers/{kim.pk}", f"/customers/organizations/{alpha.pk}"
    url, sent = {
        "new": ("/customers/new/", {"email": "x@x.example"}),
        "edit": (f"{person}/edit/", {"name": "X"}),
        "notes": (f"{person}/notes/", {"basis": "", "notes": "X"}),
        "addresses": (f"{person}/addresses/", {"kind": "email", "value": "x@x.example"}),
        "merge": (f"{person}/merge/", {"loser": str(bo.pk), "confirmed": "on"}),
        "organization": (f"{house}/edit/", {"name": "X"}),
        "domains": (f"{house}/domains/", {"domain": "x.example"}),
        "primary": (f"{person}/addresses/{kim.addresses.get().pk}/primary/", {}),
    }[place]
    if extra in sent or (extra == "notes" and place == "notes"):
        extra = "assignee"
    before = rows()

    answer = as_leo.post(url, {**sent, extra: "1"})

    assert answer.status_code == 400
    assert rows() == before
    kim.refresh_from_db()
    assert (kim.name, kim.notes, kim.merged_into_id) == ("Kim Jensen", "", None)


def test_editing_notes_what_changed_and_leaves_a_colleagues_edit_alone(
    as_agent: Client, kim: Customer, alpha: Organization, ana: Agent
) -> None:
    shown = {f"initial-{name}": "" for name in ("organization", "language", "time_zone", "external_id")}
    shown |= {"initial-name": "Kim Jensen", "name": "Kim Jensen"}
    Customer.objects.filter(pk=kim.pk).update(language="da")

    answer = as_agent.post(f"/customers/{kim.pk}/edit/", {**shown, "organization": "alpha", "external_id": "c-9"})

    kim.refresh_from_db()
    assert answer.status_code == 302
    assert (kim.name, kim.organization_id, kim.external_id, kim.language) == ("Kim Jensen", alpha.pk, "c-9", "da")
    change = kim.changes.latest("pk")
    assert (change.kind, change.actor_id) == ("edited", ana.pk)
    assert change.data == {
        "organization": {"from": None, "to": {"id": alpha.pk, "name": "Alpha"}},
        "external_id": {"from": "", "to": "c-9"},
    }


def test_two_organisations_of_one_name_are_told_apart_by_number(as_agent: Client, kim: Customer) -> None:
    one, two = (Organization.objects.create(name="Twin") for _number in range(2))

    refused = as_agent.post(f"/customers/{kim.pk}/edit/", {"name": "Kim Jensen", "organization": "Twin"})
    accepted = as_agent.post(f"/customers/{kim.pk}/edit/", {"name": "Kim Jensen", "organization": f"Twin #{two.pk}"})

    assert (refused.status_code, accepted.status_code) == (422, 302)
    assert f"Twin #{one.pk}, Twin #{two.pk}" in str(refused.context["form"].errors)
    kim.refresh_from_db()
    assert kim.organization_id == two.pk


def test_an_address_of_somebody_else_is_refused_with_the_owner_named(
    as_agent: Client, kim: Customer, bo: Customer
) -> None:
    answer = as_agent.post(f"/customers/{kim.pk}/addresses/", {"kind": "email", "value": "BO@beta.example"}, headers=HX)

    assert answer.status_code == 422
    assert f"BO@beta.example belongs to Bo Ek (no. {bo.pk})" in answer.content.decode()
    assert (kim.addresses.count(), bo.addresses.count()) == (1, 1)


def test_addresses_are_added_made_primary_and_removed(as_agent: Client, kim: Customer, ana: Agent) -> None:
    place = f"/customers/{kim.pk}/addresses/"
    first = kim.addresses.get()
    Address.objects.filter(pk=first.pk).update(bounced_at="2026-11-01T00:00Z", bounce_reason="no such user")

    added = as_agent.post(place, {"kind": "email", "value": "kim@home.example"}, headers=HX)
    second = kim.addresses.get(value="kim@home.example")
    chosen = as_agent.post(f"{place}{second.pk}/primary/", headers=HX)
    assert "no such user" in chosen.content.decode()
    removed = as_agent.post(f"{place}{first.pk}/removal/", headers=HX)
    last = as_agent.post(f"{place}{second.pk}/removal/", headers=HX)

    assert (added.status_code, chosen.status_code, removed.status_code, last.status_code) == (200, 200, 200, 422)
    assert list(kim.addresses.values_list("value", "is_primary")) == [("kim@home.example", True)]
    kinds = list(kim.changes.order_by("pk").values_list("kind", "actor_id"))[1:]
    assert kinds == [("address_added", ana.pk), ("address_made_primary", ana.pk), ("address_removed", ana.pk)]


def test_the_address_of_another_person_is_absent_below_this_one(as_agent: Client, kim: Customer, bo: Customer) -> None:
    theirs = bo.addresses.get()

    answers = [
        as_agent.post(f"/customers/{kim.pk}/addresses/{theirs.pk}/{what}/").status_code
        for what in ("primary", "removal")
    ]

    assert answers == [404, 404]
    assert bo.addresses.count() == 1


def test_notes_are_written_in_place_and_never_over_a_colleagues_words(
    as_agent: Client, kim: Customer, ana: Agent
) -> None:
    place = f"/customers/{kim.pk}/notes/"
    saved = as_agent.post(place, {"basis": "", "notes": "Likes tea\r\nand cake"}, headers=HX)
    stale = as_agent.post(place, {"basis": "", "notes": "Hates tea"}, headers=HX)

    kim.refresh_from_db()
    assert (saved.status_code, stale.status_code) == (200, 409)
    assert kim.notes == "Likes tea\nand cake"
    assert "Hates tea" in stale.content.decode()
    assert "Likes tea" in stale.content.decode()
    kept = stale.context["form"]["basis"].value()
    assert as_agent.post(place, {"basis": kept, "notes": "Hates tea"}, headers=HX).status_code == 200
    assert list(kim.changes.order_by("pk").values_list("kind", flat=True)) == ["created"] + ["notes_written"] * 2


def test_hostile_words_are_shown_as_words(as_agent: Client, bo: Customer) -> None:
    bad = '"><script>alert(1)</script>'
    Customer.objects.filter(pk=bo.pk).update(name=bad, notes=bad)

    for url in (f"/customers/{bo.pk}/", "/customers/", f"/customers/{bo.pk}/edit/", f"/customers/{bo.pk}/notes/"):
        assert "<script>alert" not in as_agent.get(url).content.decode()


# --- merging ------------------------------------------------------------------------------------------------------


def test_a_merge_is_chosen_previewed_and_confirmed(as_leo: Client, kim: Customer, bo: Customer, billing: Team) -> None:
    ticket = factories.make_ticket(bo, team=billing)
    place = f"/customers/{kim.pk}/merge/"

    found = as_leo.get(place, {"q": "bo"})
    preview = as_leo.get(place, {"with": bo.pk})
    count = as_leo.get(f"/tickets/of-customer/{bo.pk}/?count", headers=HX)
    unsure = as_leo.post(place, {"loser": bo.pk})
    assert Customer.objects.get(pk=bo.pk).merged_into_id is None
    merged = as_leo.post(place, {"loser": bo.pk, "confirmed": "on"})

    assert [person.pk for person in found.context["found"]] == [bo.pk]
    assert "bo@beta.example" in preview.content.decode()
    assert ">1<" in count.content.decode()
    assert (unsure.status_code, merged.status_code, merged["Location"]) == (422, 302, f"/customers/{kim.pk}/")
    assert as_leo.get(f"/customers/{bo.pk}/")["Location"] == f"/customers/{kim.pk}/"
    # At once, before any worker followed the merge:
    panel = as_leo.get(f"/tickets/of-customer/{kim.pk}/", headers=HX)
    assert [row.pk for row in panel.context["tickets"]] == [ticket.pk]


def test_an_agent_without_the_permission_merges_in_neither_direction(
    as_agent: Client, kim: Customer, bo: Customer
) -> None:
    """E06"""
    answers = [
        as_agent.post(f"/customers/{one.pk}/merge/", {"loser": other.pk, "confirmed": "on"}).status_code
        for one, other in ((kim, bo), (bo, kim))
    ]

    assert answers == [403, 403]
    assert CustomerMerge.objects.count() == 0
    assert set(Customer.objects.values_list("merged_into", flat=True)) == {None}


# --- tickets of a person ------------------------------------------------------------------------------------------


def test_the_tickets_of_a_person_are_those_that_the_reader_may_see(
    client: Client, kim: Customer, billing: Team, technical: Team, ana: Agent, otto: Agent
) -> None:
    ours = factories.make_ticket(kim, team=billing)
    theirs = factories.make_ticket(kim, team=technical, subject="Secret of others")
    seen = {}

    for agent in (ana, otto):
        client.force_login(agent)
        page = client.get(f"/tickets/of-customer/{kim.pk}/")
        seen[agent.name] = [row.pk for row in page.context["tickets"]]
        count = client.get(f"/tickets/of-customer/{kim.pk}/?count").content.decode()
        assert f">{len(seen[agent.name])}<" in count

    assert seen == {"Ana": [ours.pk], "Otto": [theirs.pk, ours.pk]}


def test_tickets_of_an_organisation(as_agent: Client, alpha: Organization, bo: Customer, billing: Team) -> None:
    ours = factories.make_ticket(customer_for_email("x@alpha.example"), team=billing)
    factories.make_ticket(bo, team=billing)

    page = as_agent.get(f"/tickets/of-organization/{alpha.pk}/", headers=HX)

    assert [row.pk for row in page.context["tickets"]] == [ours.pk]
    assert as_agent.get("/tickets/of-organization/999999/").status_code == 404
    assert as_agent.get("/tickets/of-customer/999999/").status_code == 404


# --- organisations ------------------------------------------------------------------------------------------------


def test_people_of_a_new_domain_are_offered_and_taken_in(
    as_agent: Client, kim: Customer, bo: Customer, ana: Agent
) -> None:
    deep = customer_for_email("x@shop.alpha.example")
    gamma = Organization.objects.create(name="Gamma")
    elsewhere = customer_for_email("y@alpha.example")
    Customer.objects.filter(pk=elsewhere.pk).update(organization=gamma)
    as_agent.post("/customers/organizations/new/", {"name": "Alpha"})
    alpha = Organization.objects.get(name="Alpha")
    house = f"/customers/organizations/{alpha.pk}/"

    added = as_agent.post(f"{house}domains/", {"domain": "@Alpha.example"}, headers=HX)
    assert "2 people have an address here" in added.content.decode()
    as_agent.post(f"{house}claim/")

    assert set(alpha.customers.values_list("pk", flat=True)) == {kim.pk, deep.pk}
    assert Customer.objects.get(pk=elsewhere.pk).organization_id == gamma.pk
    assert Customer.objects.get(pk=bo.pk).organization_id is None
    assert "have an address here" not in as_agent.get(house).content.decode()
    assert list(alpha.changes.order_by("pk").values_list("kind", "actor_id")) == [
        ("created", ana.pk),
        ("domain_added", ana.pk),
        ("people_claimed", ana.pk),
    ]


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("gmail.com", "Anybody can have an address at gmail.com"),
        ("alpha.example", "belongs to Alpha already"),
        ("ALPHA.example.", "belongs to Alpha already"),
        ("example", "not a mail domain"),
        ("a b.example", "not a mail domain"),
        ("-x.example", "not a mail domain"),
        ("x.example/../y", "not a mail domain"),
    ],
)
def test_a_wrong_domain_is_refused_with_the_reason(
    as_agent: Client, alpha: Organization, domain: str, words: str
) -> None:
    other = Organization.objects.create(name="Other")

    answer = as_agent.post(f"/customers/organizations/{other.pk}/domains/", {"domain": domain})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert OrganizationDomain.objects.count() == 1


def test_an_international_domain_is_kept_in_its_ascii_form(as_agent: Client, alpha: Organization) -> None:
    as_agent.post(f"/customers/organizations/{alpha.pk}/domains/", {"domain": "bücher.example"})

    assert customer_for_email("eva@xn--bcher-kva.example").organization_id == alpha.pk


# --- what pages cost ----------------------------------------------------------------------------------------------


def many(count: int, organization: Organization) -> None:
    people = Customer.objects.bulk_create(
        Customer(name=f"Person {number}", organization=organization) for number in range(count)
    )
    Address.objects.bulk_create(
        Address(customer=person, value=f"p{person.pk}@x.example", normalised=f"p{person.pk}@x.example", is_primary=True)
        for person in people
    )


@pytest.mark.parametrize(
    ("url", "cost"),
    [
        ("/customers/", 5),
        ("/customers/?q=person", 8),
        ("/customers/organizations/", 5),
        ("/customers/organizations/{organization}/", 9),
        ("/customers/{customer}/", 6),
        ("/customers/lookup/?q=person", 8),
        ("/tickets/of-customer/{customer}/", 6),
    ],
)
def test_pages_cost_the_same_at_one_and_at_twenty_five_rows(
    as_agent: Client, kim: Customer, alpha: Organization, billing: Team, url: str, cost: int,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    url = url.format(customer=kim.pk, organization=alpha.pk)
    many(1, alpha)
    factories.make_ticket(kim, team=billing)
    as_agent.get(url)
    with django_assert_num_queries(cost):
        as_agent.get(url)

    many(24, alpha)
    for number in range(24):
        organization = Organization.objects.create(name=f"House {number}")
        OrganizationDomain.objects.create(organization=organization, domain=f"h{number}.example")
        Address.objects.create(customer=kim, kind="phone", value=str(number), normalised=f"+{number}")
        factories.make_ticket(kim, team=billing)
    with django_assert_num_queries(cost):
        as_agent.get(url)
    assert Ticket.objects.count() == 25
