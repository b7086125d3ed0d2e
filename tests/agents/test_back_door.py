"""The Django admin is a window, and the first admin comes from the command line."""

import io
import sys

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command

from agents.models import Agent
from agents.records import AgentAudit

pytestmark = pytest.mark.django_db
MODELS = [model for model in admin.site._registry if model._meta.app_label == "agents"]


@pytest.mark.parametrize("who", ["lou", "ana", "leo", "otto"])
def test_only_admins_look_through_the_window(client, request, who):
    """E16"""
    client.force_login(request.getfixturevalue(who))

    for path in ("/admin/", "/admin/agents/agent/"):
        assert client.get(path).status_code in {302, 403}
        assert "Back door" not in client.get(path, follow=True).content.decode()


def test_strangers_are_led_to_the_one_sign_in(client):
    """F05: Django's own form knows neither throttles nor second factors."""
    assert client.get("/admin/login/")["Location"].startswith("/accounts/login/")
    assert client.post("/admin/login/", {"username": "a", "password": "b"})["Location"].startswith("/accounts/login/")


def test_the_window_has_no_password_form_of_its_own(client, root):
    client.force_login(root)

    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    assert client.post("/admin/password_change/")["Location"] == "/accounts/password/change/"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_everything_can_be_looked_at_and_nothing_changed(client, root, ana, billing, model):
    from agents.audit import record
    from agents.mails import owe_mail

    record("agent_edited", by=None, agent=ana)
    owe_mail("reset", ana)
    client.force_login(root)
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    row = model._default_manager.first()
    before = list(model._default_manager.values())

    assert client.get(base).status_code == 200
    page = client.get(f"{base}{row.pk}/change/")
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    for path in (f"{base}add/", f"{base}{row.pk}/change/", f"{base}{row.pk}/delete/"):
        assert client.post(path, {"name": "x", "role": "admin"}).status_code == 403
    client.post(base, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert list(model._default_manager.values()) == before


def test_the_window_shows_no_hash_of_a_password(client, root, ana):
    client.force_login(root)

    page = client.get(f"/admin/agents/agent/{ana.pk}/change/").content.decode()

    assert ana.password not in page
    assert "md5$" not in page


def test_secrets_have_no_window(client, root):
    client.force_login(root)

    index = client.get("/admin/").content.decode()
    for path in ("mfa/authenticator", "usersessions/usersession", "account/emailaddress", "sessions/session"):
        assert path not in index
        assert client.get(f"/admin/{path}/").status_code == 404


def create_admin(monkeypatch, password, *args):
    monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
    said = io.StringIO()
    call_command("create_admin", *args, stdout=said)
    return said.getvalue()


def test_the_first_admin_is_made_on_the_command_line(client, monkeypatch):
    """E17"""
    said = create_admin(monkeypatch, "correct horse battery", "--email", " Boss@Desk.example", "--name", "Boss")

    boss = Agent.objects.get()
    assert (boss.email, boss.role, boss.check_password("correct horse battery")) == ("boss@desk.example", "admin", True)
    assert "Boss <boss@desk.example> is an admin" in said
    assert "correct horse" not in said
    assert AgentAudit.objects.get().kind == "admin_created"


@pytest.mark.parametrize(
    ("password", "email"), [("short", "boss@desk.example"), ("correct horse battery", "not an address"), ("", "b@x.dk")]
)
def test_nonsense_makes_no_admin(monkeypatch, password, email):
    with pytest.raises(CommandError):
        create_admin(monkeypatch, password, "--email", email)
    assert Agent.objects.count() == AgentAudit.objects.count() == 0


def test_an_existing_account_is_not_turned_into_an_admin(monkeypatch, ana):
    with pytest.raises(CommandError, match="There is an agent with the address"):
        create_admin(monkeypatch, "correct horse battery", "--email", "ANA@desk.example")

    ana.refresh_from_db()
    assert ana.role == "agent"


def test_a_password_is_never_an_argument(monkeypatch):
    """Arguments stand in the process list and in the history of the shell."""
    with pytest.raises((CommandError, TypeError)):
        create_admin(monkeypatch, "x", "--email", "b@x.dk", "--password", "correct horse battery")
    assert Agent.objects.count() == 0
