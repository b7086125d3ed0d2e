"""The inbox: who sees which rows, standing views and their counts, filters, paging, search, and single live rows."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from agents.actors import Actor
from agents.models import Agent
from customers.models import Address, Customer
from tests.factories import make_customer, make_ticket
from tickets.actions import AddTag, AssignTo, SetPriority, SetStatus, SetSubject, Snooze
from tickets.models import FieldDefinition, Ticket
from tickets.perform import perform
from tickets.standing_views import VIEWS, counts, tickets_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return lambda address="/tickets/", **headers: client.get(address, headers=headers)


def shown(response):
    return [ticket.pk for ticket in response.context["tickets"]]


def test_a_stranger_is_led_to_the_sign_in_and_back(client):
    response = client.get("/tickets/?view=mine")

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/tickets/%3Fview%3Dmine"


def test_htmx_is_told_to_leave_instead_of_showing_the_sign_in_inside_a_page(client):
    response = client.get(
        "/tickets/rows/", headers={"HX-Request": "true", "HX-Current-URL": "http://evil.example/tickets/?view=mine"}
    )

    assert response.status_code == 204
    assert response["HX-Redirect"] == "/accounts/login/?next=/tickets/%3Fview%3Dmine"


def test_the_list_shows_what_one_may_see_newest_activity_first(page, kim, billing, technical, as_ana):
    first = make_ticket(kim, team=billing, subject="First")
    second = make_ticket(kim, team=billing, subject="Second")
    make_ticket(kim, team=technical, subject="Not for Ana")
    perform(first.pk, AddTag("vip"), by=as_ana, via="web")

    response = page()

    assert shown(response) == [first.pk, second.pk]
    assert b"Not for Ana" not in response.content


def test_names_and_subjects_are_words_and_never_markup(page, billing):
    """C02"""
    customer = make_customer("O'Neil & <Sons>", "oneil@x.example")
    make_ticket(customer, team=billing, subject="<script>alert(1)</script> & more")

    body = page().content.decode()

    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in body
    assert "O&#x27;Neil &amp; &lt;Sons&gt;" in body


@pytest.mark.parametrize("slug", [slug for slug, view in VIEWS.items() if view.counted])
def test_each_count_is_what_its_view_shows(slug, kim, billing, ana, as_ana):
    _one_of_each(kim, billing, ana)

    numbers = counts(as_ana)

    filtered = tickets_of(VIEWS[slug], QueryDict(), as_ana)
    assert filtered.form.is_valid()
    assert numbers[slug] == filtered.qs.count() > 0


def _one_of_each(kim, billing, ana):
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    make_ticket(kim, team=billing)
    make_ticket(kim, AssignTo(ana.pk), team=billing)
    make_ticket(kim, SetStatus("pending"), team=billing)
    make_ticket(kim, SetStatus("on_hold"), team=billing)
    make_ticket(kim, SetStatus("solved"), team=billing)
    asleep = make_ticket(kim, Snooze(tomorrow), team=billing)
    Ticket.objects.filter(pk=asleep.pk).update(next_due_at=timezone.now(), escalated_at=timezone.now())


def test_the_page_names_its_views_and_the_numbers_come_by_themselves(page, kim, billing):
    make_ticket(kim, team=billing)

    whole = page("/tickets/?view=open").content.decode()
    side = page("/tickets/views/?view=open", **{"HX-Request": "true"}).content.decode()

    assert 'hx-trigger="load, counts throttle:4s"' in whole
    assert '<span class="side__count">1</span>' not in whole
    assert 'hx-trigger="counts throttle:4s"' in side
    assert side.count('<span class="side__count">1</span>') == 3  # waiting for us, unassigned, all open
    assert 'id="view-open" href="/tickets/?view=open" aria-current="page"' in side


def test_the_page_says_from_which_change_on_it_wants_to_hear(page, ticket):
    assert page().context["newest_change"] == ticket.changes.latest("pk").pk


def test_a_person_without_a_name_is_listed_by_address_also_after_a_merge(page, billing, as_ana):
    nameless = make_customer("", "first@x.example")
    Address.objects.create(customer=nameless, kind="email", value="Second@x.example", is_primary=False)
    taken_over = Customer.objects.create(merged_into=nameless)
    nobody = Customer.objects.create()
    tickets = [make_ticket(who, team=billing) for who in (nameless, taken_over, nobody)]

    rows = {row.pk: row.requester_name for row in page("/tickets/?view=open").context["tickets"]}

    assert rows == {ticket.pk: ticket.requester.display_name for ticket in tickets}
    assert list(rows.values()) == ["Unknown", "first@x.example", "first@x.example"]


def test_a_row_names_tags_in_order_and_says_whose_it_is(page, kim, ana, billing):
    make_ticket(kim, AssignTo(ana.pk), AddTag("zebra"), AddTag("apple"), AddTag("moon"), team=billing)

    body = page("/tickets/?view=open").content.decode()

    assert page("/tickets/?view=open").context["tickets"][0].tags == ("apple", "moon", "zebra")
    assert '<span class="chip is-wide-only">apple</span><span class="chip is-wide-only">moon</span>' in body
    assert "zebra" not in body
    assert f"Assigned to {ana.name}" in body
    assert "Waiting for us:" in body


def test_a_remembered_row_follows_every_change_and_every_reader(page, client, kim, ana, leo, billing, as_ana):
    ticket = make_ticket(kim, team=billing, subject="Before")
    assert "Before" in page().content.decode()

    perform(ticket.pk, SetSubject("After <b>"), AssignTo(leo.pk), by=as_ana, via="web")
    kim.name = "Kim New"
    kim.save()
    changed = page().content.decode()
    Agent.objects.filter(pk=ana.pk).update(language="da", time_zone="Pacific/Auckland")
    elsewhere = page().content.decode()

    assert "Before" not in changed
    assert "After &lt;b&gt;" in changed
    assert "Kim New" in changed
    assert f"Assigned to {leo.name}" in changed
    assert " UTC" in changed
    assert " NZDT" in elsewhere


def test_counts_take_one_statement(kim, billing, ana, as_ana, django_assert_num_queries):
    _one_of_each(kim, billing, ana)

    with django_assert_num_queries(1):
        counts(as_ana)


def test_a_count_stops_at_its_limit(kim, billing, as_ana, monkeypatch):
    monkeypatch.setattr("tickets.standing_views.COUNT_UP_TO", 2)
    for _number in range(5):
        make_ticket(kim, team=billing)

    numbers = counts(as_ana)

    assert numbers["open"] == 3


def test_an_address_narrows_the_view_and_wins_over_it(page, kim, billing, ana):
    urgent = make_ticket(kim, SetPriority("urgent"), team=billing)
    mine = make_ticket(kim, AssignTo(ana.pk), team=billing)

    assert shown(page("/tickets/?view=open&priority=urgent")) == [urgent.pk]
    assert shown(page("/tickets/?view=mine")) == [mine.pk]
    assert shown(page("/tickets/?view=mine&assignee=none")) == [urgent.pk]


def test_a_custom_field_filters_the_list_and_is_named_in_words(page, kim, billing):
    FieldDefinition.objects.create(key="plan", label="Plan", kind="choice", choices=["Plus", "Basic"])
    plus = make_ticket(kim, team=billing)
    make_ticket(kim, team=billing)
    Ticket.objects.filter(pk=plus.pk).update(custom={"plan": "Plus"})

    response = page("/tickets/?view=open&field_plan=Plus")

    assert shown(response) == [plus.pk]
    assert response.context["query"].text == "is:open plan:Plus"


def test_a_wrong_filter_is_said_and_breaks_nothing(page, ticket):
    response = page("/tickets/?view=open&status=nonsense&created_after=soon")

    assert response.status_code == 200
    assert [piece for piece, message in response.context["query"].marked if message] == ["nonsense", "soon"]


def test_pages_follow_each_other_without_gap_or_double(page, kim, billing):
    tickets = [make_ticket(kim, team=billing, subject=f"Number {n}") for n in range(30)]

    first = page("/tickets/?view=open")
    second = page(f"/tickets/{first.context['older']}")
    again = page(f"/tickets/{second.context['newer']}")

    newest_first = [ticket.pk for ticket in reversed(tickets)]
    assert shown(first) == newest_first[:25]
    assert shown(second) == newest_first[25:]
    assert shown(again) == newest_first[:25]
    assert first.context["newer"] == ""
    assert second.context["older"] == ""
    assert "view=open" in first.context["older"]


def test_a_made_up_cursor_gets_a_page_that_leads_to_the_same_list(page, ticket):
    response = page("/tickets/?status=open&older=nonsense")

    assert response.status_code == 422
    assert b"<h1>This page of the list is gone</h1>" in response.content
    assert b'href="/tickets/?status=open"' in response.content


@pytest.mark.parametrize("query", ["%23{}", "{}"])
def test_a_number_in_the_search_opens_that_ticket(page, ticket, query):
    response = page(f"/tickets/?q={query.format(ticket.pk)}")

    assert response.status_code == 302
    assert response["Location"] == f"/tickets/{ticket.pk}/"


def test_the_number_of_an_unseen_ticket_finds_nothing(page, kim, technical):
    """E01"""
    foreign = make_ticket(kim, team=technical)

    response = page(f"/tickets/?q={foreign.pk}")

    assert response.status_code == 200
    assert shown(response) == []


def test_the_search_finds_words_of_the_subject_and_addresses(page, kim, billing):
    wanted = make_ticket(kim, team=billing, subject="The invoice is wrong")
    other = make_ticket(make_customer("Bo", "bo@beta.example"), team=billing, subject="Something else")

    assert shown(page("/tickets/?q=INVOICE+wrong")) == [wanted.pk]
    assert shown(page("/tickets/?q=bo@beta")) == [other.pk]
    assert shown(page("/tickets/?q=invoice+nothing")) == []


def test_single_rows_come_only_while_they_belong_to_the_list(page, kim, billing, technical):
    here = make_ticket(kim, team=billing)
    solved = make_ticket(kim, SetStatus("solved"), team=billing)
    foreign = make_ticket(kim, team=technical)

    ids = f"id={here.pk}&id={solved.pk}&id={foreign.pk}&id=x"
    response = page(f"/tickets/rows/?view=open&{ids}", **{"HX-Request": "true"})

    assert shown(response) == [here.pk]
    assert "<html" not in response.content.decode()


def test_the_filter_form_is_a_page_or_a_piece_of_one(page, ticket):
    whole = page("/tickets/narrow/?view=open&priority=high")
    piece = page("/tickets/narrow/?view=open&priority=high", **{"HX-Request": "true"})

    assert "<html" in whole.content.decode()
    assert "<html" not in piece.content.decode()
    assert 'value="high" checked' in piece.content.decode()
    assert "HX-Request" in piece["Vary"]


def test_a_light_agent_is_offered_no_new_ticket(client, lou, ticket):
    client.force_login(lou)

    assert "/tickets/new/" not in client.get("/tickets/").content.decode()
    assert client.get("/tickets/new/").status_code == 403


def test_an_agent_without_teams_still_gets_a_page(client, mia, kim):
    mia.memberships.all().delete()
    client.force_login(mia)
    teamless = make_ticket(kim)

    assert shown(client.get("/tickets/")) == [teamless.pk]
    assert Actor.agent(mia).team_ids == frozenset()
