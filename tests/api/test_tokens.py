"""Tokens: shown once, kept as hashes, worth what their agent is worth at this moment."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from agents.actors import Actor
from agents.integrations import make_with_token
from agents.models import AgentAudit, ApiToken
from agents.sessions import end_all_sessions
from agents.tokens import find_token, make_token, revoke_token
from helpdesk.lib.errors import HelpdeskError, NotVisible
from tests.api.conftest import Program, program
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_page_shows_the_secret_once_and_the_house_keeps_only_its_hash(ana):
    """F10: nobody can read a token again."""
    client = Client()
    client.force_login(ana)

    answer = client.post("/settings/tokens/", {"name": "Nightly export", "scope": "read", "days": "90"})

    assert answer.status_code == 201
    secret = re.search(r"hd_[A-Za-z0-9_-]{43}", answer.content.decode())[0]
    token = ApiToken.objects.get()
    assert (token.agent, token.name, token.scope) == (ana, "Nightly export", "read")
    assert secret not in repr(ApiToken.objects.values_list())
    assert timedelta(days=89) < token.expires_at - now() < timedelta(days=90)
    assert secret.encode() not in client.get("/settings/tokens/").content
    assert Program(secret).get("/api/v1/me/").json()["name"] == "Ana"
    assert AgentAudit.objects.filter(kind="token_made", agent=ana).count() == 1


def test_the_form_is_refused_without_a_name_and_nothing_is_made(ana):
    client = Client()
    client.force_login(ana)

    assert client.post("/settings/tokens/", {"name": "", "scope": "read", "days": "90"}).status_code == 422
    assert client.post("/settings/tokens/", {"name": "x", "scope": "root", "days": "90"}).status_code == 422

    assert not ApiToken.objects.exists()


def test_nobody_ends_the_token_of_somebody_else_but_who_manages_agents(ana, mia, root):
    token, secret = make_token(Actor.agent(ana), name="Only of Ana", scope="read")

    with pytest.raises(NotVisible):
        revoke_token(token.pk, Actor.agent(mia))
    assert find_token(secret) == token
    client = Client()
    client.force_login(mia)
    assert client.post(f"/settings/tokens/{token.pk}/revoke/").status_code == 404
    assert b"Only of Ana" not in client.get("/settings/tokens/").content

    client.force_login(root)
    assert client.post(f"/settings/tokens/{token.pk}/revoke/").status_code == 302
    assert find_token(secret) is None


def worthless(agent, how):
    token, secret = make_token(Actor.agent(agent), name="x", scope="admin")
    how(token)
    return Program(secret).get("/api/v1/me/")


def disable(token):
    token.agent.is_active = False
    token.agent.save()


HOW = {
    "revoked": lambda token: revoke_token(token.pk, Actor.agent(token.agent)),
    "disabled": disable,
    "sessions ended": lambda token: end_all_sessions(token.agent),
    "expired": lambda token: ApiToken.objects.update(expires_at=now()),
    "gone": lambda token: token.delete(),
}


@pytest.mark.parametrize("how", HOW)
def test_a_token_that_was_ended_is_refused_at_the_next_request(ana, how):
    """E12: revoked, expired, disabled, all sessions ended: at once."""
    answer = worthless(ana, HOW[how])

    assert answer.status_code == 401
    assert answer.json()["code"] == "bad_token"
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def change_password(client, _agent):
    given = {"oldpassword": PASSWORD, "password1": "a wholly other phrase", "password2": "a wholly other phrase"}
    return client.post("/accounts/password/change/", given)


def end_other_sessions(client, _agent):
    return client.post("/settings/security/sessions/end/")


@pytest.mark.parametrize("how", [change_password, end_other_sessions])
def test_who_locks_everybody_else_out_locks_out_the_programs_too(ana, mia, how):
    """E12: a token that somebody else made in one's name does not outlive the password."""
    program_of_ana, program_of_mia = program(ana), program(mia)
    client = Client()
    client.force_login(ana)

    assert how(client, ana).status_code == 302

    assert program_of_ana.get("/api/v1/me/").status_code == 401
    assert program_of_mia.get("/api/v1/me/").status_code == 200
    assert client.get("/settings/tokens/").status_code == 200
    assert [audit.agent for audit in AgentAudit.objects.filter(kind="token_revoked")] == [ana]


def test_the_page_says_when_tokens_end_and_ends_all_of_ones_own_at_once(ana, mia, root):
    """E12, E05: one's own, whoever one is; not those of others, and not those of integrations."""
    mine, of_mia, of_root = [program(ana), program(ana)], program(mia), program(root)
    terms = {"role": "agent", "teams": [], "files_for_customers": False, "scope": "read", "expires_at": None}
    _service, of_service = make_with_token(Actor.agent(root), name="Billing system", **terms)
    client = Client()
    client.force_login(ana)
    page = client.get("/settings/tokens/").content.decode()
    assert "when you change your password, or sign out everywhere else" in page
    assert "End all 2 of your tokens" in page
    assert "ends your API tokens" in client.get("/settings/security/").content.decode()

    answer = client.post("/settings/tokens/end/", follow=True)

    assert "2 tokens do not work any more." in answer.content.decode()
    assert "tokens/end/" not in answer.content.decode()
    assert [one.get("/api/v1/me/").status_code for one in mine] == [401, 401]
    assert AgentAudit.objects.filter(kind="token_revoked", agent=ana).count() == 2
    client.force_login(root)
    client.post("/settings/tokens/end/")
    assert of_root.get("/api/v1/me/").status_code == 401
    assert of_mia.get("/api/v1/me/").status_code == 200
    assert Program(of_service).get("/api/v1/me/").status_code == 200


@pytest.mark.parametrize("secret", ["", "hd_", "x", "hd_" + "a" * 43, "hd_\u00e6", "hd_" + "a" * 10_000])
def test_a_made_up_token_is_refused(db, secret):
    answer = Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 401


def test_a_token_in_an_address_is_worth_nothing(ana):
    """F10: an address stands in logs and histories."""
    _token, secret = make_token(Actor.agent(ana), name="x", scope="read")

    for name in ("token", "access_token", "api_key"):
        assert Client().get("/api/v1/me/", {name: secret}).status_code == 401


def test_a_token_of_an_agent_who_owes_a_second_factor_is_refused(ana):
    """F05: no road around it."""
    program_of_ana = program(ana)
    ana.two_factor_required = True
    ana.save()

    answer = program_of_ana.get("/api/v1/me/")

    assert (answer.status_code, answer.json()["code"]) == (401, "two_factor_needed")


def test_a_demoted_agents_token_is_demoted_too(otto):
    program_of_otto = program(otto)
    assert program_of_otto.send("/api/v1/teams/", {"name": "One"}).status_code == 201

    otto.role = "light_agent"
    otto.save()

    assert program_of_otto.send("/api/v1/teams/", {"name": "Two"}).status_code == 403


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("write", 403), ("admin", 201)])
def test_a_scope_takes_away_but_never_gives(otto, ana, scope, status):
    assert program(otto, scope).send("/api/v1/teams/", {"name": "New"}).status_code == status
    assert program(ana, scope).send("/api/v1/teams/", {"name": "Other"}).status_code == 403


def test_use_is_noted_once_a_minute(ana):
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False) as clock:
        client = program(ana)
        client.get("/api/v1/me/")
        first = ApiToken.objects.get().last_used_at
        clock.shift(30)
        client.get("/api/v1/me/")
        assert ApiToken.objects.get().last_used_at == first == now() - timedelta(seconds=30)
        clock.shift(31)
        client.get("/api/v1/me/")
        assert ApiToken.objects.get().last_used_at == now()


def test_fifty_tokens_are_enough(as_ana):
    for number in range(50):
        make_token(as_ana, name=f"{number}", scope="read")

    with pytest.raises(HelpdeskError, match="fifty"):
        make_token(as_ana, name="more", scope="read")


def test_too_many_requests_are_told_when_to_come_back(ana, settings):
    """K04"""
    settings.API_REQUESTS_PER_MINUTE = 2
    with time_machine.travel("2026-11-22T10:00:20Z", tick=False) as clock:
        client = program(ana)
        answers = [client.get("/api/v1/me/") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
        assert answers[2]["Retry-After"] == "40"
        assert program(ana).get("/api/v1/me/").status_code == 200
        clock.shift(40)
        assert client.get("/api/v1/me/").status_code == 200


def test_a_session_may_use_the_api_and_needs_its_csrf_token_to_write(otto):
    client = Client(enforce_csrf_checks=True)
    client.force_login(otto)

    assert client.get("/api/v1/me/").json()["name"] == "Otto"
    answer = client.post("/api/v1/teams/", {"name": "x"}, content_type="application/json")

    assert answer.status_code == 403
