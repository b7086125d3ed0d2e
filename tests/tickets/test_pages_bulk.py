"""One gesture on many tickets: each by itself, refusals told by number, unseen ones untouched."""

import pytest

from tests.factories import make_ticket
from tickets.actions import SetStatus
from tickets.models import Change

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def test_the_chosen_tickets_change_and_each_refusal_is_told(page, kim, billing, technical):
    """E05: a foreign ticket is untouched, and reported like one that never was."""
    good = [make_ticket(kim, team=billing) for _number in range(3)]
    closed = make_ticket(kim, SetStatus("solved"), SetStatus("closed"), team=billing)
    foreign = make_ticket(kim, team=technical)

    chosen = [t.pk for t in (*good, closed, foreign)]
    response = page.post("/tickets/bulk/", {"ticket": chosen, "do": "status:pending", "list": "view=open"})

    assert response["Location"] == "/tickets/?view=open"
    body = page.get(response["Location"]).content.decode()
    assert "3 tickets were changed." in body
    assert f"#{closed.pk} was not changed" in body
    assert f"#{foreign.pk}" not in body
    for ticket in good:
        ticket.refresh_from_db()
        assert ticket.status == "pending"
    foreign.refresh_from_db()
    assert foreign.status == "new"
    assert {change.via for change in Change.objects.filter(ticket__in=good, actor_kind="agent")} == {"bulk"}


@pytest.mark.parametrize(
    ("do", "field", "value"), [("assign:me", "assignee_id", "ana"), ("priority:high", "priority", 3)]
)
def test_a_choice_of_the_bar_is_done(page, ticket, ana, do, field, value):
    page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": do})

    ticket.refresh_from_db()
    assert getattr(ticket, field) == (ana.pk if value == "ana" else value)


@pytest.mark.parametrize("do", ["", "status:gone", "priority:9", "assign:1", "delete:all"])
def test_anything_else_is_refused_and_changes_nothing(page, ticket, do):
    before = Change.objects.count()

    assert page.post("/tickets/bulk/", {"ticket": ticket.pk, "do": do}).status_code == 422
    assert Change.objects.count() == before


def test_nothing_chosen_is_said(page, ticket):
    response = page.post("/tickets/bulk/", {"do": "status:solved", "ticket": ["x", "99999999999999999999"]})

    assert "Choose tickets first." in page.get(response["Location"]).content.decode()


def test_light_agents_have_no_bar_and_no_door(client, lou, ticket):
    client.force_login(lou)

    assert 'id="bulk"' not in client.get("/tickets/").content.decode()
    assert client.post("/tickets/bulk/", {"ticket": ticket.pk, "do": "status:solved"}).status_code == 403


def test_the_way_back_leads_nowhere_else(page, ticket):
    """I04"""
    response = page.post("/tickets/bulk/", {"do": "assign:me", "ticket": ticket.pk, "list": "\n//evil.example"})

    assert response["Location"].startswith("/tickets/")
