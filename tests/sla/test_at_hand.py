"""What a ticket in memory answers of a condition is what the database would find."""

from __future__ import annotations

import pytest

from customers.models import Organization
from sla.at_hand import meets
from sla.conditions import read_conditions
from sla.matching import HOUSE, policy_for
from tests.factories import make_customer, make_ticket
from tests.sla.making import make_calendar, make_policy
from tickets.actions import AssignTo, SetPriority, SetStatus, SetType
from tickets.filters import TicketFilter
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(ana, billing, technical):
    kim, bo = make_customer(), make_customer("Bo", "bo@b.example")
    return [
        make_ticket(kim, SetPriority("urgent"), AssignTo(ana.pk), team=billing),
        make_ticket(kim, SetPriority("low"), SetStatus("pending"), channel="phone"),
        make_ticket(bo, SetPriority("high"), SetType("incident"), team=technical),
        make_ticket(bo, SetStatus("solved")),
    ]


def conditions(ana, billing, technical, requester):
    words = [("status", "new"), ("status", "pending,solved"), ("type", "incident"), ("channel", "phone")]
    ranks = [("priority", value) for value in ("urgent", "low,high", ">=high", "<high", ">low,<urgent", ">=high,low")]
    keys = [
        ("team", str(billing.pk)),
        ("team", "none"),
        ("team", f"{technical.pk},none"),
        ("requester", str(requester)),
    ]
    others = [("assignee", str(ana.pk)), ("assignee", "none"), ("organization", "none"), ("organization", "7")]
    pairs = [*words, *ranks, *keys, *others]
    single = [{name: value.split(",")} for name, value in pairs]
    joined = [{name: [value]} for name, value in pairs if "," in value]
    away = [{f"not_{name}": value.split(",")} for name, value in pairs if not value.startswith((">", "<"))]
    both = [{"priority": [">=high"], "team": ["none", str(billing.pk)]}, {"status": ["new"], "not_team": ["none"]}]
    return [*single, *joined, *away, *both, {"status": []}]


def test_memory_and_database_agree_on_every_condition(tickets, ana, billing, technical):
    told = set()

    for parameters in conditions(ana, billing, technical, tickets[0].requester_id):
        asked = TicketFilter(parameters, queryset=Ticket.objects.all(), actor=HOUSE)
        if not asked.is_sound:
            continue
        found = set(asked.qs.values_list("pk", flat=True))
        for ticket in tickets:
            met = meets(ticket, parameters)
            assert met is (ticket.pk in found), parameters
            told.add(met)

    assert told == {True, False}


@pytest.mark.parametrize("parameters", [{"tag": ["vip"]}, {"is": ["open"]}, {"team": ["mine"]}, {"field_plan": ["x"]}])
def test_what_takes_the_database_is_not_guessed(tickets, parameters):
    assert meets(tickets[0], parameters) is None
    assert meets(tickets[0], {**parameters, "priority": ["low"]}) is False


def test_a_policy_of_a_tier_holds_for_the_tickets_of_its_organisations(kim):
    gold = make_policy("Gold", make_calendar(), resolution=60, conditions=read_conditions(["tier:gold"]))
    kim.organization = Organization.objects.create(name="Alpha", tier="Gold")
    kim.save()

    held = [policy_for(make_ticket(who)) for who in (kim, make_customer("Bo", "bo@b.example"))]

    assert [version and version.policy_id for version in held] == [gold.pk, None]
