"""Every URL of people x every persona: who gets in, who is sent to the sign-in, who is refused (E01)."""

import pytest
from django.urls import reverse

from agents.records import AccountMail, AgentAudit
from tests.factories import make_agent

EVERYBODY = {"lou", "ana", "mia", "leo", "otto", "root"}
TEAMS, ADMINS = {"otto", "root"}, {"root"}
GETS = {
    "agents:settings": EVERYBODY,
    "agents:profile": EVERYBODY,
    "agents:security": EVERYBODY,
    "agents:teams": TEAMS,
    "agents:new-team": TEAMS,
    "agents:team": TEAMS,
    "agents:roles": TEAMS,
    "agents:agents": ADMINS,
    "agents:invite": ADMINS,
    "agents:agent": ADMINS,
    "agents:audit": ADMINS,
}
POSTS = {
    "agents:profile": EVERYBODY,
    "agents:availability": EVERYBODY,
    "agents:end-sessions": EVERYBODY,
    "agents:new-team": TEAMS,
    "agents:team": TEAMS,
    "agents:members": TEAMS,
    "agents:archive-team": TEAMS,
    "agents:unarchive-team": TEAMS,
    "agents:invite": ADMINS,
    "agents:agent": ADMINS,
    "agents:disable": ADMINS,
    "agents:enable": ADMINS,
    "agents:invitation": ADMINS,
    "agents:two-factor-reset": ADMINS,
    "agents:sessions-end": ADMINS,
}
TEAM_URLS = {"agents:team", "agents:members", "agents:archive-team", "agents:unarchive-team"}
AGENT_URLS = {f"agents:{n}" for n in ("agent", "disable", "enable", "invitation", "two-factor-reset", "sessions-end")}


@pytest.fixture
def personas(lou, ana, mia, leo, otto, root):
    return {"lou": lou, "ana": ana, "mia": mia, "leo": leo, "otto": otto, "root": root}


def url_of(name, team, target):
    if name in TEAM_URLS:
        return reverse(name, args=[team.pk])
    return reverse(name, args=[target.pk] if name in AGENT_URLS else [])


def rows():
    return AgentAudit.objects.count(), AccountMail.objects.count()


@pytest.mark.parametrize(("method", "name", "allowed"), [
    *(("get", name, allowed) for name, allowed in GETS.items()),
    *(("post", name, allowed) for name, allowed in POSTS.items()),
])  # fmt: skip
def test_the_url_opens_for_whom_it_should_and_nobody_else(method, name, allowed, personas, billing, client):
    """E01, E16"""
    target = make_agent("Target", teams=[billing])
    url = url_of(name, billing, target)

    for persona, agent in personas.items():
        client.force_login(agent)
        before = rows()
        status = getattr(client, method)(url).status_code
        if persona in allowed:
            assert status in ({200} if method == "get" else {302, 422}), (persona, status)
        else:
            assert (status, rows()) == (403, before), persona

    client.logout()
    before = rows()
    response = getattr(client, method)(url)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={url}")
    assert rows() == before


@pytest.mark.parametrize("name", [name for name in GETS if name not in POSTS])
def test_a_page_that_only_shows_takes_no_post(name, client, root, billing):
    client.force_login(root)

    assert client.post(url_of(name, billing, root)).status_code == 405


@pytest.mark.parametrize("name", [name for name in POSTS if name not in GETS])
def test_a_link_changes_nothing(name, client, root, billing, ana):
    """I03: a GET from another site does nothing."""
    client.force_login(root)
    before = rows()

    assert client.get(url_of(name, billing, ana)).status_code == 405
    assert rows() == before


def test_what_does_not_exist_is_404(client, root):
    client.force_login(root)

    assert client.get("/settings/teams/987654/").status_code == 404
    assert client.get("/settings/agents/987654/").status_code == 404
    assert client.post("/settings/agents/987654/disable/").status_code == 404
    assert client.post("/settings/teams/987654/archive/").status_code == 404
    assert client.get("/settings/agents/99999999999999999999999/").status_code == 404


def test_a_post_from_another_site_is_refused(root, ana, billing):
    """I03"""
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(root)

    for name in POSTS:
        assert client.post(url_of(name, billing, ana)).status_code == 403, name
    assert client.post(reverse("account_login"), {"login": ana.email, "password": "x"}).status_code == 403
    assert client.post(reverse("account_logout")).status_code == 403
    ana.refresh_from_db()
    assert ana.is_active


@pytest.mark.parametrize("path", ["signup/", "email/", "password/set/", "inactive/", "confirm-email/x/", "setup/"])
def test_doors_that_this_house_does_not_have_are_absent(path, client, ana):
    """E17, F11: nobody signs up, nobody changes an address alone, nothing is set up by a page."""
    assert client.get(f"/accounts/{path}").status_code == 404
    client.force_login(ana)
    assert client.get(f"/accounts/{path}").status_code == 404
    assert client.post(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/setup/", "/install/", "/settings/setup/", "/admin/setup/"])
def test_no_page_sets_the_house_up(path, client, db):
    """E17"""
    assert client.get(path).status_code in {302, 404}
    assert client.post(path).status_code in {302, 404}


def test_pages_cannot_be_framed_or_cached(client, root):
    """I05, F14"""
    client.force_login(root)
    for url in ("/settings/", "/settings/agents/", "/accounts/password/change/"):
        response = client.get(url)
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert "no-store" in response["Cache-Control"]
