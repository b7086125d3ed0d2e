"""The page of a ticket reads what hangs on it in one statement, and nothing of it differs from asking one by one."""

import pytest

from customers.models import Address, Customer
from tests.factories import make_customer, make_ticket
from tickets.actions import AddNote, AddParticipant, AddTag, Follow
from tickets.linking import link_tickets
from tickets.models import FieldDefinition, Ticket
from tickets.perform import perform
from tickets.views.loading import load

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(kim, leo, ana, as_ana, billing):
    """With several of everything, and among the copies a person without a name and one who was merged away."""
    bo, cy = make_customer("Bo", "bo@b.example"), make_customer("", "cy@c.example")
    Address.objects.create(customer=kim, kind="phone", value="+45 1", normalised="+451")
    Address.objects.create(customer=bo, kind="email", value="old@b.example", is_primary=False)
    gone = Customer.objects.create(name="Gone")
    ticket = make_ticket(kim, AddTag("zebra"), AddTag("apple"), team=billing)
    everything = [Follow(leo.pk), Follow(ana.pk), *(AddParticipant(who.pk) for who in (bo, cy, gone))]
    perform(ticket.pk, *everything, by=as_ana, via="web")
    Customer.objects.filter(pk=gone.pk).update(merged_into=bo)
    other = make_ticket(kim, team=billing)
    link_tickets(ticket.pk, other.pk, "related", by=as_ana, via="web")
    FieldDefinition.objects.create(key="plan", label="Plan", kind="text")
    return ticket


def told(ticket):
    copied, addresses = ticket.participants.all(), ticket.requester.addresses.all()
    return {
        "tags": [(tag.pk, tag.name) for tag in ticket.tags.all()],
        "followers": sorted((one.pk, one.agent_id, one.agent.name) for one in ticket.followers.all()),
        "copied": sorted((p.pk, p.customer_id, p.customer.display_name, p.customer.email) for p in copied),
        "addresses": sorted((a.pk, a.kind, a.value, a.is_primary, a.bounced_at) for a in addresses),
        "requester": (ticket.requester.display_name, ticket.requester.email),
    }


def test_it_says_the_same_as_asking_for_each(full, as_ana):
    assert told(load(full.pk, as_ana)) == told(Ticket.objects.get(pk=full.pk))
    assert len(told(load(full.pk, as_ana))["copied"]) == 3


def test_a_plain_ticket_has_nothing_hanging_on_it(kim, billing, as_ana):
    plain = make_ticket(kim, team=billing)

    found = told(load(plain.pk, as_ana))

    assert (found["tags"], found["followers"], found["copied"]) == ([], [], [])
    assert found == told(Ticket.objects.get(pk=plain.pk))


def test_what_was_read_can_still_be_narrowed(full, as_ana):
    ticket = load(full.pk, as_ana)

    assert [tag.name for tag in ticket.tags.filter(name="apple")] == ["apple"]
    assert ticket.participants.filter(customer__name="Bo").count() == 1


def test_it_takes_two_statements_however_much_hangs_there(full, as_ana, django_assert_num_queries):
    with django_assert_num_queries(2):
        ticket = load(full.pk, as_ana)
        list(ticket.tags.all()), list(ticket.followers.all()), ticket.requester.email
        [copied.customer.display_name for copied in ticket.participants.all()]


def test_the_page_of_a_ticket_with_everything_takes_less_than_twelve(
    full, client, ana, as_ana, django_assert_max_num_queries
):
    perform(full.pk, AddNote("A note"), by=as_ana, via="web")
    client.force_login(ana)

    with django_assert_max_num_queries(11):
        page = client.get(f"/tickets/{full.pk}/")

    assert page.status_code == 200
    assert page.content.decode().count("chip__remove") == 8  # tags, followers, copies, link
