"""How many statements each page about people costs: the same for one row and for twenty-five."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.actors import Actor
from agents.audit import record
from agents.integrations import make_service, make_service_token
from tests.factories import make_agent, make_team

pytestmark = pytest.mark.django_db

# Session and agent are two of them; the teams of the actor, asked by the rail, the third.
EXACT = {
    "agents:settings": 3,
    "agents:profile": 5,
    "agents:security": 5,
    "agents:teams": 5,
    "agents:team": 6,
    "agents:new-team": 3,
    "agents:agents": 5,
    "agents:agent": 7,
    "agents:invite": 4,
    "agents:roles": 3,
    "agents:audit": 4,
    "agents:services": 6,
    "agents:service": 7,
}


def fill(root, rows):
    for number in range(rows):
        team = make_team(f"Team {number}")
        make_agent(f"Agent {number}", teams=[team])
        given = {"role": "agent", "teams": [team], "files_for_customers": False}
        service = make_service(Actor.agent(root), name=f"Service {number}", **given)
        make_service_token(service.pk, Actor.agent(root), scope="read")
        record("agent_edited", by=Actor.agent(root), subject=f"{number}")
    return team, service


def count(client, url):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("rows", [1, 25])
def test_pages_cost_this_many_statements(client, root, rows):
    team, service = fill(root, rows)
    client.force_login(root)
    args = {"agents:service": [service.pk], "agents:team": [team.pk], "agents:agent": [team.agents.first().pk]}

    costs = {name: count(client, reverse(name, args=args.get(name, []))) for name in EXACT}

    assert costs == EXACT


def test_a_request_that_asks_nothing_of_the_actor_does_not_look_up_teams(client, ana):
    client.force_login(ana)

    assert count(client, reverse("account_change_password")) == 2


def test_a_stranger_costs_no_statement(client):
    assert count(client, reverse("account_login")) == 0
