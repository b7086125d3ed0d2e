"""Teams: made, changed, archived, and who belongs to them."""

import pytest
from django.urls import reverse

from agents import teams
from agents.actors import Actor
from agents.models import Membership, Team
from agents.records import AgentAudit
from helpdesk.lib.errors import Denied, HelpdeskError
from tests.factories import make_ticket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_otto(otto):
    return Actor.agent(otto)


def places(team):
    return set(Membership.objects.filter(team=team).values_list("agent__name", "is_lead"))


def test_an_ops_manager_makes_a_team(client, otto):
    client.force_login(otto)

    response = client.post(reverse("agents:new-team"), {"name": "Night shift", "description": "After ten"})

    made = Team.objects.get()
    assert (made.name, made.slug, made.description) == ("Night shift", "night-shift", "After ten")
    assert response["Location"] == reverse("agents:team", args=[made.pk])
    assert AgentAudit.objects.get().kind == "team_made"


@pytest.mark.parametrize("data", [{"name": "Billing"}, {"name": "Other", "slug": "billing"}])
def test_a_name_is_used_once(client, otto, billing, data):
    client.force_login(otto)

    response = client.post(reverse("agents:new-team"), data)

    assert response.status_code == 422
    assert Team.objects.count() == 1
    assert AgentAudit.objects.count() == 0


def test_members_and_leads_become_exactly_those_chosen(client, otto, billing, ana, leo, mia):
    client.force_login(otto)

    client.post(reverse("agents:members", args=[billing.pk]), {"members": [ana.pk, mia.pk], "leads": [mia.pk]})

    assert places(billing) == {("Ana", False), ("Mia", True)}
    kinds = sorted(AgentAudit.objects.values_list("kind", "agent__name"))
    assert kinds == [("lead_set", "Mia"), ("member_added", "Mia"), ("member_removed", "Leo")]
    assert set(AgentAudit.objects.values_list("actor_id", flat=True)) == {otto.pk}


def test_a_member_who_does_not_exist_changes_nothing(client, otto, billing, ana):
    client.force_login(otto)

    client.post(reverse("agents:members", args=[billing.pk]), {"members": [987654]})

    assert places(billing) == {("Ana", False)}


def test_leaving_a_team_closes_its_tickets_at_once(otto, billing, ana, kim, as_otto):
    """E11, E12: what one may see is asked anew each time."""
    ticket = make_ticket(kim, team=billing)
    assert Ticket.objects.visible_to(Actor.agent(ana)).filter(pk=ticket.pk).exists()

    teams.set_members(billing.pk, [], [], by=as_otto)

    assert not Ticket.objects.visible_to(Actor.agent(ana)).filter(pk=ticket.pk).exists()


def test_archiving_hides_the_team_from_choosing_and_keeps_its_tickets(billing, ana, kim, as_otto):
    ticket = make_ticket(kim, team=billing)

    teams.archive_team(billing.pk, by=as_otto)

    assert billing not in Team.objects.active()
    ticket.refresh_from_db()
    assert ticket.team_id == billing.pk
    assert Ticket.objects.visible_to(Actor.agent(ana)).filter(pk=ticket.pk).exists()


def test_an_archived_team_comes_back(billing, as_otto):
    teams.archive_team(billing.pk, by=as_otto)
    teams.archive_team(billing.pk, by=as_otto)

    teams.unarchive_team(billing.pk, by=as_otto)

    assert billing in Team.objects.active()
    assert list(AgentAudit.objects.order_by("pk").values_list("kind", flat=True)) == [
        "team_archived",
        "team_unarchived",
    ]


@pytest.mark.parametrize("who", ["lou", "ana", "leo"])
def test_only_those_who_manage_teams_do(who, request, billing):
    by = Actor.agent(request.getfixturevalue(who))
    before = places(billing)

    for act in (
        lambda: teams.make_team(by=by, name="X", slug="x"),
        lambda: teams.edit_team(billing.pk, by=by, name="X", slug="x", description=""),
        lambda: teams.archive_team(billing.pk, by=by),
        lambda: teams.unarchive_team(billing.pk, by=by),
        lambda: teams.set_members(billing.pk, [], [], by=by),
    ):
        with pytest.raises(Denied):
            act()

    assert (Team.objects.get().name, places(billing), AgentAudit.objects.count()) == ("Billing", before, 0)


def test_renaming_to_a_taken_name_is_refused_whole(billing, technical, as_otto):
    with pytest.raises(HelpdeskError) as refused:
        teams.edit_team(billing.pk, by=as_otto, name="Technical", slug="new", description="new")

    assert (refused.value.code, refused.value.field) == ("name_taken", "name")
    billing.refresh_from_db()
    assert (billing.name, billing.slug) == ("Billing", "billing")
