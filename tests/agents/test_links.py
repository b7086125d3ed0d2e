"""Mailed links: for one use, for one address, for a short time, to the configured host (F02, F04, B09)."""

import re

import pytest
import time_machine
from django.core import mail, signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from agents import links, mails
from agents.actors import Actor
from agents.administration import invite_agent
from agents.links import make_link, read_link
from agents.models import Agent
from agents.records import AccountMail, AgentAudit
from tests.agents.doors import is_signed_in, sign_in, signed_in
from tests.factories import PASSWORD

NEW = "a quite different secret"
HOST = "http://localhost:8000"


@pytest.fixture(autouse=True)
def _fresh_throttles(db):
    cache.clear()


def token_of(url):
    return url.rsplit("/", 2)[1]


def open_link(url, client=None):
    client = client or Client()
    return client, client.get(url.removeprefix(HOST))


def choose(client, password=NEW):
    return client.post(reverse("agents:choose-password"), {"password1": password, "password2": password})


def ask(email, **extra):
    return Client().post(reverse("account_reset_password"), {"email": email}, **extra)


def mailed_link():
    return re.search(r"http\S+/accounts/link/\S+/", mail.outbox[-1].body)[0]


def test_a_forgotten_password_is_replaced_by_mail(ana):
    response = ask(" ANA@desk.example")
    assert response["Location"] == reverse("account_reset_password_done")
    assert len(mail.outbox) == 0  # nothing is sent from a request

    assert mails.send_owed() == 1
    assert mail.outbox[0].to == [ana.email]
    client, opened = open_link(mailed_link())
    assert opened["Location"] == reverse("agents:choose-password")
    assert choose(client)["Location"] == reverse("account_login")

    assert not is_signed_in(client)
    sign_in(client, ana, NEW)
    assert is_signed_in(client)
    assert AccountMail.objects.filter(agent=ana, kind="password_reset").count() == 1
    assert AgentAudit.objects.filter(kind="password_set", agent=ana).count() == 1


def test_the_token_leaves_the_address_bar(ana):
    """F12"""
    client, _ = open_link(url := make_link(ana, "reset"))

    page = client.get(reverse("agents:choose-password"))

    assert token_of(url) not in page.content.decode()


def test_looking_at_a_link_uses_nothing_up(ana):
    url = make_link(ana, "reset")
    open_link(url)
    open_link(url)

    client, opened = open_link(url)

    assert opened.status_code == 302
    assert choose(client).status_code == 302


def test_a_link_works_once(ana):
    """F04"""
    url = make_link(ana, "reset")
    first, _ = open_link(url)
    second, _ = open_link(url)
    choose(first)

    answer = choose(second, "yet another long secret")

    assert answer.status_code == 410
    assert open_link(url)[1].status_code == 410
    ana.refresh_from_db()
    assert ana.check_password(NEW)


@pytest.mark.parametrize(("purpose", "life"), [("reset", 3600), ("invitation", 7 * 24 * 3600)])
def test_a_link_dies_of_age(ana, purpose, life):
    """F04: an hour, or a week for an invitation."""
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as clock:
        token = token_of(make_link(ana, purpose))
        clock.shift(life - 1)
        assert read_link(token) is not None
        clock.shift(2)
        assert read_link(token) is None


@pytest.mark.parametrize(
    "change",
    [
        {"email": "other@desk.example"},
        {"password": "x"},
        {"is_active": False},
        {"link_epoch": 77},
    ],
)
def test_a_change_of_the_account_spoils_the_link(ana, change):
    """F04: after a newer request, a new password, a new address, or when disabled."""
    token = token_of(make_link(ana, "reset"))
    assert read_link(token) is not None

    Agent.objects.filter(pk=ana.pk).update(**change)

    assert read_link(token) is None


def test_a_newer_link_spoils_the_older(ana):
    """F04"""
    older = make_link(ana, "reset")
    newer = make_link(ana, "reset")

    assert open_link(older)[1].status_code == 410
    assert open_link(newer)[1].status_code == 302


def test_an_altered_or_stripped_token_is_refused(ana, mia):
    """F04"""
    token = token_of(make_link(ana, "reset"))
    payload, stamp, signature = token.rsplit(":", 2)
    forged = signing.dumps([mia.pk, "reset", "0" * 64], salt="agents.links", key="guessed")
    other_salt = signing.dumps([ana.pk, "reset", links._fingerprint(ana, "reset")], salt="session")

    bad = ["", "x", payload, f"{payload}:{signature}", f"{payload}::{signature}", f"{payload}:zzzzzz:{signature}"]
    for attempt in [*bad, token[:-1], token + "a", forged, other_salt, f"{payload}:{stamp}:", "a" * 5000]:
        assert read_link(attempt) is None, attempt


def test_a_link_of_one_purpose_is_none_of_another(ana):
    token = token_of(make_link(ana, "reset"))
    payload = signing.loads(token, salt="agents.links")
    payload[1] = "invitation"

    assert read_link(signing.dumps(payload, salt="agents.links")) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_FORWARDED": "host=evil.example"},
        {"HTTP_X_ORIGINAL_HOST": "evil.example"},
        {"HTTP_HOST": "localhost"},
    ],
)
def test_mailed_links_name_the_configured_host_only(ana, headers):
    """F02"""
    ask(ana.email, **headers)
    mails.send_owed()

    assert mailed_link().startswith(f"{HOST}/accounts/link/")
    assert "evil" not in mail.outbox[0].body


def test_a_foreign_host_name_is_refused(ana):
    """F02"""
    response = ask(ana.email, HTTP_HOST="evil.example")

    assert response.status_code == 400
    assert AccountMail.objects.count() == 0


def test_known_unknown_and_disabled_addresses_get_the_same_answer(ana, mia, django_assert_num_queries):
    """F01: same status, same place, same number of statements; only the worker knows the difference."""
    Agent.objects.filter(pk=mia.pk).update(is_active=False)

    answers = []
    for email in ("nobody@desk.example", mia.email, ana.email):
        cache.clear()
        before = AccountMail.objects.count()
        response = ask(email)
        answers.append((response.status_code, response["Location"], AccountMail.objects.count() - before))

    assert answers == [(302, "/accounts/password/reset/done/", 1)] * 3
    assert mails.send_owed() == 1
    assert [message.to for message in mail.outbox] == [[ana.email]]
    assert AccountMail.objects.filter(ended_at=None).count() == 0


def test_nobody_is_bombed_with_resets(ana):
    """B09: at most five an hour for one address, in any spelling and from any machine."""
    statuses = []
    with time_machine.travel("2026-11-22T08:00:00Z", tick=True):
        for number in range(40):
            email = ana.email.upper() if number % 2 else ana.email
            statuses.append(ask(email, REMOTE_ADDR=f"192.0.2.{number + 1}").status_code)
            mails.send_owed()

    assert statuses == [302] * 5 + [429] * 35
    assert len(mail.outbox) == 5


def test_several_asks_before_the_worker_comes_give_one_mail(ana):
    for _ in range(3):
        ask(ana.email)

    assert mails.send_owed() == 1
    assert open_link(mailed_link())[1].status_code == 302


def test_plus_and_dot_variants_are_other_addresses(ana):
    """B09"""
    for email in ("ana+x@desk.example", "a.na@desk.example"):
        ask(email)

    assert mails.send_owed() == 0


def test_choosing_a_password_ends_every_session(ana):
    elsewhere = signed_in(ana)
    client, _ = open_link(make_link(ana, "reset"))

    choose(client)

    assert not is_signed_in(elsewhere)


@pytest.mark.parametrize("password", ["short", "password123", "1234567890123", "ana@desk.example"])
def test_a_weak_password_is_refused_and_the_link_kept(ana, password):
    client, _ = open_link(make_link(ana, "reset"))

    assert choose(client, password).status_code == 422
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)
    assert choose(client).status_code == 302


def test_a_giant_password_is_refused_here_too(ana):
    """F09: a stranger's body of a megabyte is turned away unread; a long password that fits is refused unhashed."""
    client, _ = open_link(make_link(ana, "reset"))

    assert choose(client, "x" * 1_100_000).status_code == 413
    assert choose(client, "x" * 300).status_code == 422


def test_an_invited_agent_chooses_a_password_and_signs_in(root, billing):
    new = invite_agent(by=Actor.agent(root), email="Nia@Desk.example", name="Nia", role="agent", teams=[billing])
    assert new.is_invited
    mails.send_owed()
    assert mail.outbox[0].to == ["nia@desk.example"]
    assert "Root" in mail.outbox[0].body
    client, _ = open_link(mailed_link())
    assert "Welcome, Nia" in client.get(reverse("agents:choose-password")).content.decode()

    choose(client)

    new.refresh_from_db()
    assert not new.is_invited
    sign_in(client, new, NEW)
    assert is_signed_in(client)
    assert open_link(mailed_link())[1].status_code == 410


def test_nobody_signs_in_to_an_invited_account_without_the_link(root, client):
    new = invite_agent(by=Actor.agent(root), email="nia@desk.example", name="Nia", role="agent")

    for password in ("!", new.password, "x"):
        sign_in(client, new, password)

    assert not is_signed_in(client)
