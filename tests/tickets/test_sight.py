"""Who sees a ticket, asked for many people at once, and what telling many of them costs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.actors import Actor
from agents.permissions import Role
from notifications.models import Notification
from notifications.reactions import tell_agents
from sla.models import Escalation
from sla.owners import those_asked
from tests.factories import make_agent, make_ticket
from tickets.actions import AddCustomerMessage
from tickets.models import Follower, Ticket
from tickets.perform import perform
from tickets.sight import who_see

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("everybody", [False, True])
def test_asking_for_many_agrees_with_the_gate_for_each(kim, billing, technical, settings, everybody):
    """E01: every role of every team, the disabled too, at tickets of a team, of none, assigned and followed."""
    settings.AGENTS_SEE_ALL = everybody
    people = [make_agent(f"{role} {team}", role=role, teams=[team]) for role in Role for team in (billing, technical)]
    gone = make_agent("Gone", role=Role.ADMIN, teams=[billing])
    gone.is_active = False
    gone.save()
    assignee, follower = people[3], people[1]
    tickets = [make_ticket(kim, team=team) for team in (billing, None, billing, billing)]
    Ticket.objects.filter(pk=tickets[2].pk).update(assignee=assignee)
    Follower.objects.create(ticket=tickets[3], agent=follower)
    actors = {agent.pk: Actor.agent(agent) for agent in [*people, gone]}
    sizes = []

    for ticket in tickets:
        seen = {agent.pk for agent in who_see(ticket.pk, actors)}
        assert seen == {pk for pk, actor in actors.items() if Ticket.objects.is_visible(ticket.pk, actor)}
        assert {agent.pk for agent in who_see(ticket.pk, [assignee.pk])} == seen & {assignee.pk}
        sizes.append(len(seen))

    assert sizes == ([10, 10, 10, 10] if everybody else [7, 10, 8, 8])


def test_telling_many_of_a_change_costs_as_much_as_telling_few(ticket, kim, billing):
    costs = []
    for crowd in (5, 20):
        agents = [make_agent(f"F{crowd} {number}", teams=[billing]) for number in range(crowd)]
        Follower.objects.bulk_create(Follower(ticket=ticket, agent=agent) for agent in agents)
        words = AddCustomerMessage(kim.pk, kim.name, f"Still burning, {crowd}.", from_address=kim.email)
        change = perform(ticket.pk, words, by=Actor.customer(kim.pk, kim.name), via="email")
        Notification.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            tell_agents(change)
        costs.append((len(asked), Notification.objects.filter(change=change).count()))

    assert costs == [(5, 5), (5, 25)]


def test_those_whom_an_escalation_asks_are_found_in_as_many_statements_however_many_they_are(ticket, billing):
    escalation = Escalation(ticket=ticket, team=billing, owner_cause="owner")
    costs = []
    for crowd in (5, 20):
        for number in range(crowd):
            make_agent(f"L{crowd} {number}", role=Role.SUPERVISOR, teams=[billing])
        with CaptureQueriesContext(connection) as asked:
            costs.append((len(those_asked(escalation)), len(asked)))

    assert costs == [(5, 2), (25, 2)]
