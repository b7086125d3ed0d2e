"""Facts say of which organisation they are: told with the ticket, brought to old rows, read without its ticket."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction

from agents.actors import Actor
from customers.merging import merge_customers
from customers.models import Customer, Organization
from reports.asking import Asked
from reports.checking import differences
from reports.keeping import keep
from reports.metrics import KPIS
from reports.models import Fact, Kind, Span
from reports.pages import customers
from reports.selection import Period, Selection
from reports.zone import start_of
from tests.factories import make_customer, make_ticket
from tests.plans import count_anew
from tests.sla.making import at
from tickets.actions import AddReply, SetRequester, SetStatus
from tickets.customer_merging import follow_customer_merges
from tickets.models import Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db
fill = import_module("reports.migrations.0010_organisations_of_facts").fill
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
BEFORE = Period(date(2025, 1, 1), date(2026, 1, 1))


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(at("2026-03-02 10:00")):
        yield


@pytest.fixture
def firms():
    return [Organization.objects.create(name=name, tier=tier) for name, tier in (("Alpha", "Gold"), ("Beta", None))]


def of(customer: Customer, firm: Organization | None) -> Customer:
    customer.organization = firm
    customer.save(update_fields=["organization"])
    return customer


def told() -> set[int | None]:
    """Of all facts and spans, which say the same of it as the tickets."""
    while keep():
        pass
    tickets = list(Ticket.objects.values_list("pk", flat=True))
    assert list(differences(tickets)) == []
    of_rows = {*Fact.objects.values_list("organization_id", flat=True), *_of_spans()}
    assert of_rows == set(Ticket.objects.values_list("organization_id", flat=True))
    return of_rows


def _of_spans() -> set[int | None]:
    return set(Span.objects.values_list("organization_id", flat=True))


def test_every_way_in_which_a_ticket_comes_to_another_organisation_tells_it_anew(root, firms):
    """Opened, given to another requester, taken back from them, and after two people became one."""
    alpha, beta = firms
    ada, ben = of(make_customer("Ada", "ada@alpha.example"), alpha), of(make_customer("Ben", "ben@beta.example"), beta)
    ticket, by = make_ticket(ada).pk, Actor.agent(root)
    perform(ticket, AddReply("It is out."), by=by, via="web")
    assert told() == {alpha.pk}

    perform(ticket, SetRequester(ben.pk), by=by, via="web")
    assert told() == {beta.pk}
    perform(ticket, SetRequester(ada.pk), by=by, via="web")
    assert told() == {alpha.pk}

    # What a person belongs to from now on alters no ticket of theirs, nor do its facts.
    of(ada, None)
    assert told() == {alpha.pk}
    merge_customers(ben.pk, ada.pk, by)
    follow_customer_merges()
    assert told() == {beta.pk}

    perform(ticket, SetRequester(make_customer("Cy", "cy@gamma.example").pk), by=by, via="web")
    assert told() == {None}

    perform(ticket, SetRequester(ben.pk), by=by, via="web")
    told()
    whole = Selection(start_of(YEAR.first), start_of(YEAR.last))
    assert [KPIS["created"].figure(whole.narrowed("tier", value)).n for value in ("Gold", None)] == [0, 1]
    # An organisation that is gone is none of a ticket, and of none of its facts.
    beta.delete()
    assert told() == {None}


def test_rows_of_before_are_brought_to_their_organisation_and_a_second_time_alters_nothing(firms):
    for n, firm in enumerate((*firms, None)):
        make_ticket(of(make_customer(f"C{n}", f"c{n}@x.example"), firm), SetStatus("solved"), SetStatus("open"))
    told()
    before = [sorted(model.objects.values_list("pk", "organization_id")) for model in (Fact, Span)]
    for model in (Fact, Span):
        model.objects.update(organization=None)

    for _time in range(2):
        fill(apps, connection.schema_editor())

        assert [sorted(model.objects.values_list("pk", "organization_id")) for model in (Fact, Span)] == before


def test_numbers_that_lie_far_apart_cost_no_statements(firms, django_assert_max_num_queries):
    """After an import tickets may go on at a million."""
    make_ticket(of(make_customer(), firms[0]))
    Ticket.objects.bulk_create([Ticket(pk=10**6, subject="Far", requester=make_customer("B", "b@x.example"))])

    with django_assert_max_num_queries(8):
        fill(apps, connection.schema_editor())


def test_who_wrote_most_comes_first_equal_ones_by_their_number_and_none_of_them_last(root, firms):
    people = [make_customer(f"C{n}", f"c{n}@x.example") for n in range(4)]
    for one, firm in zip(people, (None, firms[1], firms[0], firms[0]), strict=True):
        of(one, firm)
    for n in (0, 0, 0, 1, 2, 3, 1):
        make_ticket(people[n])
    told()
    asked = Asked(YEAR, at("2026-12-01 00:00"), Actor.agent(root))
    alpha, beta = (firm.pk for firm in firms)

    assert customers._first("organization", asked, 25) == ([alpha, beta, None], 3)
    assert customers._first("organization", asked, 1) == ([alpha], 3)
    assert customers._first("customer", asked, 2) == ([people[0].pk, people[1].pk], 4)
    assert customers._first("customer", asked, 4) == ([one.pk for one in people], 4)
    assert customers._first("customer", Asked(BEFORE, asked.at, asked.actor), 4) == ([], 0)


def test_customers_and_organisations_are_found_and_ranked_by_indexes(root):
    """fact_who_wrote alone for the order; fact_by_customer and fact_by_organization for the figures of a few."""
    make_ticket(None, SetStatus("solved"), SetStatus("open"))
    told()
    asked = Asked(YEAR, at("2026-12-01 00:00"), Actor.agent(root))
    ranked = [customers._ranked(by, asked) for by in ("organization", "customer")]
    first = {key: asked.selection.narrowed(key, 1).facts(Kind.FIRST_REPLY) for key in ("customer", "organization")}
    standing = Span.objects.filter(ended=None, imported=False, began__lt=asked.at).values_list("status").order_by()
    count_anew(Fact.objects.all(), Span.objects.all())

    for key, rows in first.items():
        assert f"fact_by_{key}" in _plan_by(f"fact_by_{key}", rows)
    # SQLite reads the row for what is the same in all of an index, and cannot tell that it is what is bound.
    if connection.vendor == "postgresql":
        for index, rows in (("span_standing", standing), *(("fact_who_wrote", rows) for rows in ranked)):
            assert f"Index Only Scan using {index}" in _plan_by(index, rows)


def _plan_by(name, rows):
    """Of so few rows every index is as good as another: the others are left out."""
    with transaction.atomic(), connection.cursor() as cursor:
        for index in rows.model._meta.indexes:
            if index.name != name:
                cursor.execute(f"DROP INDEX {index.name}")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        plan = rows.explain()
        transaction.set_rollback(True)
    return plan
