"""Integrations: programs of the house that outlive whoever made them, do what they were given, and are nobody."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from agents import integrations
from agents.actors import Actor
from agents.administration import disable_agent
from agents.models import Agent, AgentAudit, ApiToken, Service
from agents.permissions import ROLE_PERMISSIONS, WITHHELD_FROM_SERVICES, Permission, Role
from agents.tokens import find_token
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible
from tests.factories import make_agent
from tickets.actions import AddNote, AddReply, AssignTo, Follow, SetStatus
from tickets.models import BulkJob, Change, Message
from tickets.perform import perform
from tickets.timeline import timeline

pytestmark = pytest.mark.django_db
URL = "/settings/tokens/services/"


def make(by: Agent, name: str = "Billing system", **given) -> tuple[Service, str]:
    wanted = {"role": "agent", "teams": [], "files_for_customers": False, "scope": "write", "expires_at": None}
    return integrations.make_with_token(Actor.agent(by), name=name, **(wanted | given))


def test_an_admin_makes_an_integration_on_the_page_and_sees_its_token_once(client, root, ana, billing):
    """F10"""
    client.force_login(root)

    body = {"name": "Billing system", "role": "agent", "teams": [billing.pk], "scope": "write", "days": "90"}
    made = client.post(URL, body)

    assert made.status_code == 201
    secret = re.search(r"hd_[\w-]{43}", made.content.decode()).group()
    service, token = Service.objects.get(), ApiToken.objects.get()
    assert (token.agent, token.name, token.scope) == (service.account, "Billing system", "write")
    assert secret not in client.get(URL).content.decode() + client.get(f"{URL}{service.pk}/").content.decode()
    assert {(row.kind, row.actor_name) for row in AgentAudit.objects.filter(agent=service.account)} == {
        ("service_made", "Root"),
        ("service_token_made", "Root"),
    }
    assert Actor.agent(service.account) == Actor(
        "service",
        service.account.pk,
        "Billing system",
        ROLE_PERMISSIONS[Role.AGENT],
        frozenset({billing.pk}),
    )
    # Another token while the first goes on; then the first is revoked, and at last all ends.
    again = client.post(f"{URL}{service.pk}/tokens/", {"scope": "read", "days": ""})
    other = re.search(r"hd_[\w-]{43}", again.content.decode()).group()
    assert (again.status_code, find_token(secret).scope, find_token(other).scope) == (201, "write", "read")
    client.post(f"/settings/tokens/{token.pk}/revoke/")
    assert (find_token(secret), find_token(other).scope) == (None, "read")
    assert client.post(f"{URL}{service.pk}/", {"role": "light_agent"}).status_code == 302
    service = Service.objects.get()
    assert (Actor.agent(service.account).team_ids, service.account.role) == (frozenset(), "light_agent")
    assert client.post(f"{URL}{service.pk}/end/").status_code == 302
    assert find_token(other) is None
    assert client.post(f"{URL}{service.pk}/tokens/", {"scope": "read", "days": ""}).status_code == 422
    assert "Ended" in client.get(URL).content.decode()
    assert "Root ended the integration Billing system" in client.get("/settings/audit/").content.decode()
    client.force_login(ana)
    assert {client.get(url).status_code for url in (URL, f"{URL}{service.pk}/")} == {403}
    assert client.post(URL, body).status_code == 403


def test_an_integration_outlives_whoever_made_it_but_a_personal_token_does_not(root, otto):
    boss = make_agent("Boss", role=Role.ADMIN)
    _service, secret = make(boss)

    disable_agent(boss.pk, by=Actor.agent(root))

    assert find_token(secret).agent.name == "Billing system"


def test_an_integration_is_given_no_more_than_its_maker_has_and_never_accounts(root, ana, billing, technical):
    """E09: neither by whoever makes it, nor by its own role."""
    service, _secret = make(root, role="admin")
    chief = Actor.agent(service.account)

    assert chief.permissions == ROLE_PERMISSIONS[Role.ADMIN] - WITHHELD_FROM_SERVICES
    for by in (chief, Actor.agent(ana)):
        with pytest.raises(Denied):
            integrations.make_service(by, name="More", role="agent", teams=[], files_for_customers=False)
        with pytest.raises(Denied):
            integrations.end_service(service.pk, by)
    few = Actor("agent", root.pk, "Root", frozenset({Permission.MANAGE_AGENTS, *ROLE_PERMISSIONS[Role.AGENT]}))
    for given in ({"role": "admin"}, {"role": "agent", "files_for_customers": True}, {"teams": [technical]}):
        with pytest.raises(Denied):
            integrations.make_service(
                few, **({"name": "More", "role": "agent", "teams": [], "files_for_customers": False} | given)
            )
    with pytest.raises(HelpdeskError) as taken:
        make(root, name="BILLING system")
    assert taken.value.code == "name_taken"
    with pytest.raises(HelpdeskError) as scope:
        integrations.make_service_token(service.pk, Actor.agent(root), scope="file")
    assert scope.value.code == "bad_scope"
    assert Service.objects.count() == 1


def test_nobody_meets_an_integration_where_people_are_listed(client, root, leo, ana, billing, ticket, settings):
    """E01: it cannot sign in, be assigned, follow, be mentioned, be a member, or be counted."""
    settings.REQUIRE_TWO_FACTOR_ROLES = ["supervisor"]
    service, secret = make(root, name="Robot", role="supervisor", teams=[billing])
    account = service.account
    account.set_password("correct horse battery staple")  # even so
    account.save()

    assert find_token(secret) is not None
    for question in (Agent.objects.active(), Agent.objects.assignable(), Agent.objects.for_settings()):
        assert account not in question
    stranger = Client()
    assert stranger.login(username=account.email, password="correct horse battery staple") is False
    answer = stranger.post(
        "/accounts/login/", {"login": account.email, "password": "correct horse battery staple"}, follow=True
    )
    assert not answer.wsgi_request.user.is_authenticated
    by = Actor.agent(leo)
    with pytest.raises(HelpdeskError):
        perform(ticket.pk, AssignTo(account.pk), by=by, via="web")
    with pytest.raises(HelpdeskError):
        perform(ticket.pk, Follow(account.pk), by=by, via="web")
    client.force_login(root)
    settings.REQUIRE_TWO_FACTOR_ROLES = []
    for url in ("/settings/agents/", f"/settings/teams/{billing.pk}/", "/tickets/", f"/tickets/{ticket.pk}/"):
        assert b"Robot" not in client.get(url).content, url
    change = perform(ticket.pk, AddNote("@Robot look"), by=by, via="web")
    assert [(fact.kind, "mentions" in fact.data) for fact in change.facts] == [("message_added", False)]
    assert client.get(f"/settings/agents/{account.pk}/").status_code == 404
    assert client.post(f"/settings/agents/{account.pk}/disable/").status_code == 404
    members = {"members": [ana.pk, account.pk], "leads": []}
    client.post(f"/settings/teams/{billing.pk}/members/", members)
    assert not account.memberships.exists()


def test_what_an_integration_does_is_told_in_its_name_and_answers_nobody(root, billing, ticket):
    """Its words are automatic: they stop no clock, and the history says that a program wrote them."""
    service, _secret = make(root, teams=[billing])
    by = Actor.agent(service.account)

    change = perform(ticket.pk, AddReply("The money is on its way."), SetStatus("pending"), by=by, via="api")

    assert (change.actor_kind, change.actor_id, change.actor_name) == ("service", by.id, "Billing system")
    message = Message.objects.get(ticket=ticket, author_kind="system")
    assert (message.author_name, message.agent_id, message.public) == ("Billing system", None, True)
    assert change.facts[0].data["author"] == "system"
    ticket.refresh_from_db()
    told = timeline(ticket, Actor.agent(root)).entries
    assert {entry.author for entry in told if entry.change_id == change.pk} == {"Billing system (API)"}
    with pytest.raises(NotVisible):  # no longer, once it is out of its teams
        integrations.edit_service(service.pk, Actor.agent(root), role="agent", teams=[], files_for_customers=False)
        perform(ticket.pk, SetStatus("open"), by=Actor.agent(Agent.objects.get(pk=by.id)), via="api")
    assert Change.objects.filter(actor_kind="service").count() == 1
    assert not BulkJob.objects.visible_to(by).exists()
