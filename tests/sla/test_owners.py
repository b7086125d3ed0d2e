"""Whom an escalation asks: the one who is meant, whoever stands in, and never nobody."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from agents.models import Membership
from agents.permissions import Role
from sla.models import Escalation
from sla.owners import those_asked, whom_to_ask
from tests.factories import make_agent

pytestmark = pytest.mark.django_db


def online(agent):
    agent.availability = "online"
    agent.save()
    return agent


def asked(ticket, *args, **more):
    found = whom_to_ask(ticket, *args, **more)
    return (found.owner.name if found.owner else None, found.team.name if found.team else None, found.cause)


@pytest.fixture
def zoe(billing):
    """Zoe leads Billing, as an agent."""
    zoe = make_agent("Zoe")
    Membership.objects.create(agent=zoe, team=billing, is_lead=True)
    return zoe


def test_the_one_who_is_meant_is_asked_when_online(ticket, leo):
    online(leo)

    assert asked(ticket, leo.pk) == ("Leo", "Billing", "owner")


def test_who_is_away_is_replaced_by_the_stand_in(ticket, leo, ana):
    leo.availability, leo.stand_in = "away", online(ana)
    leo.save()

    assert asked(ticket, leo.pk) == ("Ana", "Billing", "stand_in")


def test_the_stand_in_of_the_stand_in_is_asked_and_a_circle_ends(ticket, leo, ana, otto, zoe):
    leo.stand_in, ana.stand_in = ana, leo
    leo.save()
    ana.save()
    assert asked(ticket, leo.pk) == ("Leo", "Billing", "admins")
    ana.stand_in = online(otto)
    ana.save()

    assert asked(ticket, leo.pk) == ("Otto", "Billing", "stand_in")


def test_without_a_stand_in_the_team_lead_is_asked(ticket, leo, zoe):
    online(zoe)

    assert asked(ticket, leo.pk) == ("Zoe", "Billing", "team_lead")


def test_without_a_lead_any_supervisor_on_duty_is_asked(ticket, ana, otto):
    online(otto)

    assert asked(ticket, ana.pk) == ("Otto", "Billing", "on_duty")


def test_nobody_on_duty_tells_the_admins_and_the_log(ticket, leo, otto, root):
    with capture_logs() as logs:
        assert asked(ticket, leo.pk) == ("Leo", "Billing", "admins")

    assert [line["event"] for line in logs] == ["escalation_without_anybody_on_duty"]
    escalation = Escalation.objects.create(
        ticket=ticket, owner=leo, owner_cause="admins", source="agent", reason="other", raised_by_name="Ana"
    )
    assert {agent.name for agent in those_asked(escalation)} == {"Leo", "Otto", "Root"}


def test_without_anybody_meant_the_whole_team_is_asked(ticket, leo, zoe):
    online(leo)

    assert asked(ticket) == (None, "Billing", "owner")
    escalation = Escalation.objects.create(
        ticket=ticket, team=ticket.team, owner_cause="owner", source="agent", reason="other", raised_by_name="Ana"
    )
    assert {agent.name for agent in those_asked(escalation)} == {"Leo", "Zoe"}


def test_a_team_without_anybody_on_duty_goes_to_a_supervisor_who_is(ticket, leo, otto):
    online(otto)

    assert asked(ticket) == ("Otto", "Billing", "on_duty")


def test_another_team_can_be_asked(ticket, technical, leo):
    tina = make_agent("Tina", Role.SUPERVISOR, [technical, ticket.team])
    online(tina)

    assert asked(ticket, None, technical.pk) == (None, "Technical", "owner")


def test_nobody_is_asked_about_a_ticket_that_they_may_not_see(ticket, technical, otto):
    tina = make_agent("Tina", Role.SUPERVISOR, [technical])
    online(tina)

    assert asked(ticket, tina.pk) == ("Tina", "Billing", "admins")
    online(otto)
    assert asked(ticket, tina.pk) == ("Otto", "Billing", "on_duty")


def test_a_disabled_agent_and_a_light_one_are_never_meant(ticket, leo, lou, otto):
    online(otto)
    online(lou)
    leo.is_active = False
    online(leo)

    assert asked(ticket, leo.pk) == ("Otto", "Billing", "on_duty")
    assert asked(ticket, lou.pk) == ("Otto", "Billing", "on_duty")


def test_supervisors_are_asked_before_those_above_them(ticket, leo, otto, root):
    for agent in (root, otto, leo):
        online(agent)

    assert asked(ticket, level=2, passed={leo.pk}) == ("Otto", "Billing", "on_duty")
    assert asked(ticket, level=2, passed={leo.pk, otto.pk}) == ("Root", "Billing", "on_duty")


def test_the_top_level_is_the_ops_managers_and_admins(ticket, leo):
    online(leo)

    assert asked(ticket, level=3) == (None, "Billing", "admins")


def test_a_ticket_without_a_team_goes_to_a_supervisor_on_duty(kim, make_ticket, otto):
    online(otto)

    assert asked(make_ticket(kim)) == ("Otto", None, "on_duty")
