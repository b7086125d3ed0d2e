"""What the benchmarks fill agrees with the models, so that measurements speak of the product as it is."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent
from benchmarks import fill_sla
from benchmarks.fill import OPS_MANAGER, RARE_AGENT, RARE_TEAM, fill
from customers.models import Customer
from sla.models import SlaClock, SlaTrack
from sla.replay import check
from sla.sweep import due
from tests.factories import make_ticket
from tickets.models import Change, Event, Message, Ticket
from tickets.search.indexing import index_tickets
from tickets.timeline import timeline

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"), reason="PostgreSQL itself makes the rows"
    ),
]


def test_what_the_benchmarks_fill_is_what_the_doors_would_have_left():
    fill(200, check_keys=True)

    tickets = Ticket.objects.select_related("requester__organization", "team").prefetch_related("requester__addresses")
    assert Ticket.objects.count() == 200
    assert Message.objects.count() == 600
    assert {ticket.status for ticket in tickets} >= {"new", "open", "closed"}
    for ticket in tickets:
        ticket.full_clean()
        last = Change.objects.filter(ticket=ticket).latest("pk")
        events = list(Event.objects.of_ticket(ticket.pk))
        assert (ticket.version, ticket.activity_at) == (last.version, last.created_at)
        assert events[0].kind == "opened"
        moves = [event.data["to"] for event in events if event.kind == "status_changed"]
        assert ticket.status == (moves[-1] if moves else "new")
        assert ticket.organization_id == ticket.requester.organization_id
        assert bool(ticket.solved_at) == (ticket.status in ("solved", "closed"))
        assert bool(ticket.closed_at) == (ticket.status == "closed")
        assert not (ticket.waiting_since and not ticket.is_open)
        times = [change.created_at for change in Change.objects.filter(ticket=ticket).order_by("pk")]
        assert times == sorted(times)
        assert times[0] == ticket.created_at
        assert times[-1] <= now()
        shown = timeline(ticket, Actor.system("test"))
        assert sum(entry.message is not None for entry in shown.entries) == 3
        assert all(entry.author for entry in shown.entries)
    assert set(Ticket.objects.open()) == {ticket for ticket in tickets if ticket.is_open}
    assert set(Ticket.objects.snoozed()) == {ticket for ticket in tickets if ticket.is_snoozed}
    assert set(Ticket.objects.waiting_on_us()) == {ticket for ticket in tickets if ticket.waits_on_us}


def test_the_filled_people_have_the_keys_that_the_models_would_give_them():
    fill(200, check_keys=True)

    for customer in Customer.objects.prefetch_related("addresses"):
        before = (customer.sort_name, customer.sort_family)
        addresses = [(address.normalised, address.domain_key) for address in customer.addresses.all()]
        customer.save()
        for address in customer.addresses.all():
            address.full_clean()
            address.save()
        customer.refresh_from_db()
        assert (customer.sort_name, customer.sort_family) == before
        assert [(a.normalised, a.domain_key) for a in customer.addresses.order_by("pk")] == addresses
        assert customer.email == addresses[0][0]


def test_the_filled_documents_have_the_words_that_the_index_would_have_written():
    fill(200, check_keys=True)

    def words():
        """Without stems: of names and addresses the filler leaves them out."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT ticket_id, tsvector_to_array(vector) FROM tickets_searchdocument")
            return {pk: {word for word in found if not word.startswith("~")} for pk, found in cursor.fetchall()}

    filled = words()
    index_tickets(range(1, 201))

    assert len(filled) == 200
    assert filled == words()


def test_an_agent_sees_the_filled_tickets_of_their_teams_only():
    fill(200, check_keys=True)

    rare, ops = (Actor.agent(Agent.objects.get(pk=number)) for number in (RARE_AGENT, OPS_MANAGER))

    seen = Ticket.objects.visible_to(rare)
    assert Ticket.objects.visible_to(ops).count() == 200
    assert 0 < seen.count() < 40
    assert {ticket.team_id for ticket in seen.exclude(followers__agent_id=RARE_AGENT)} <= {RARE_TEAM, None}


def test_after_filling_the_next_ticket_gets_the_next_number():
    fill(200, check_keys=True)

    ticket = make_ticket()

    assert ticket.pk == 201
    assert ticket.messages.get().pk == 601


def test_the_filled_clocks_are_what_a_replay_of_the_filled_past_makes():
    fill(300, check_keys=True)

    fill_sla.fill(clocks=450, processes=1)

    tickets = list(Ticket.objects.open().values_list("pk", flat=True))
    going = SlaClock.objects.filter(ended_at=None)
    assert len(tickets) == int(450 / fill_sla.CLOCKS_OF_A_TICKET)
    assert set(SlaTrack.objects.values_list("pk", flat=True)) == {
        ticket.pk for ticket in Ticket.objects.all() if ticket.is_open
    }
    assert list(check(list(SlaTrack.objects.values_list("pk", flat=True)))) == []
    assert going.filter(state="breached_open").exists()
    assert not due(now()).exists()
    for ticket in Ticket.objects.filter(sla_track__isnull=False):
        assert ticket.version == Change.objects.filter(ticket=ticket).latest("pk").version
