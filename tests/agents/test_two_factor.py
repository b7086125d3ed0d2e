"""The second factor: set up, asked for, and not to be walked around (F05)."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from agents.models import Agent
from agents.records import AccountMail, AgentAudit
from tests.agents.doors import code, give_two_factor, has_totp, is_signed_in, sign_in, signed_in, wrong_code
from tests.factories import PASSWORD


@pytest.fixture(autouse=True)
def _fresh_throttles(db):
    cache.clear()


def enter(client, value):
    return client.post(reverse("mfa_authenticate"), {"code": value})


@pytest.mark.django_db(transaction=True)
def test_an_agent_switches_it_on_with_the_key_of_the_picture(ana):
    client = signed_in(ana)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret

    response = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})

    assert response["Location"] == reverse("mfa_view_recovery_codes")
    assert has_totp(ana)
    assert secret in page.content.decode()
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    codes = client.get(response["Location"]).context["unused_codes"]
    assert len(codes) == 10
    assert AgentAudit.objects.filter(kind="two_factor_added", actor_id=ana.pk).count() == 1
    assert AccountMail.objects.filter(kind="totp_activated", agent=ana).count() == 1


def test_a_wrong_code_switches_nothing_on(ana):
    client = signed_in(ana)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    client.post(reverse("mfa_activate_totp"), {"code": wrong_code(secret)})

    assert not has_totp(ana)


def test_the_key_is_not_kept_in_the_clear(ana):
    client = signed_in(ana)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})

    assert secret not in str(Authenticator.objects.get(user=ana, type="totp").data)


def test_a_new_secret_key_with_the_old_one_as_fallback_locks_nobody_out(ana, client, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    give_two_factor(ana)
    settings.SECRET_KEY = "another-key-that-is-long-enough-for-everything-0123456789"

    sign_in(client, ana)
    enter(client, code())

    assert is_signed_in(client)


def test_after_the_password_the_code_is_asked_for(client, ana):
    give_two_factor(ana)

    response = sign_in(client, ana)

    assert response["Location"].startswith(reverse("mfa_authenticate"))
    assert not is_signed_in(client)
    before = client.cookies["session"].value
    assert enter(client, code())["Location"] == "/"
    assert is_signed_in(client)
    assert client.cookies["session"].value != before  # F03


def test_a_code_works_once(ana):
    """F05: replay."""
    give_two_factor(ana)
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False):
        first, second = Client(), Client()
        sign_in(first, ana)
        sign_in(second, ana)

        enter(first, code())
        enter(second, code())

        assert is_signed_in(first)
        assert not is_signed_in(second)


def test_a_recovery_code_works_once(ana):
    """F05"""
    spare = give_two_factor(ana)[0]
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, ana)
        enter(client, spare)

    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_five_wrong_codes_close_the_door_for_a_while(client, ana):
    """F05"""
    give_two_factor(ana)
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as clock:
        sign_in(client, ana)
        for _ in range(5):
            enter(client, wrong_code())
        enter(client, code())
        assert not is_signed_in(client)

        clock.shift(301)
        sign_in(client, ana)
        enter(client, code())
        assert is_signed_in(client)


@pytest.mark.parametrize("path", ["/settings/", "/settings/security/", "/tickets/", "/accounts/2fa/totp/deactivate/"])
def test_no_page_opens_between_password_and_code(client, ana, path):
    """F05"""
    give_two_factor(ana)
    sign_in(client, ana)

    assert client.get(path)["Location"].startswith("/accounts/")
    assert has_totp(ana)


def test_a_password_reset_does_not_skip_the_code(client, ana):
    """F05"""
    from agents.links import make_link

    give_two_factor(ana)
    client.get(make_link(ana, "reset").removeprefix("http://localhost:8000"))
    new = "a quite different secret"
    client.post(reverse("agents:choose-password"), {"password1": new, "password2": new})
    assert not is_signed_in(client)

    sign_in(client, ana, new)

    assert not is_signed_in(client)
    assert has_totp(ana)


@pytest.mark.parametrize("name", ["mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"])
def test_changing_the_factor_needs_proof_that_is_fresh(ana, name):
    """F05: a session left open is not enough."""
    spares = give_two_factor(ana)
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as clock:
        client = Client()
        sign_in(client, ana)
        enter(client, spares[0])
        clock.shift(3600)

        response = client.get(reverse(name))
        assert response["Location"].startswith(reverse("account_reauthenticate"))
        client.post(f"{reverse('account_reauthenticate')}?next={reverse(name)}", {"password": "wrong"})
        assert client.get(reverse(name)).status_code == 302
        client.post(f"{reverse('account_reauthenticate')}?next={reverse(name)}", {"password": PASSWORD})
        assert client.get(reverse(name)).status_code == 200


def test_an_old_session_cannot_switch_it_off(ana):
    """F05"""
    spares = give_two_factor(ana)
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False) as clock:
        client = Client()
        sign_in(client, ana)
        enter(client, spares[0])
        clock.shift(3600)

        client.post(reverse("mfa_deactivate_totp"))
        client.post(reverse("mfa_generate_recovery_codes"))

    assert has_totp(ana)
    assert AgentAudit.objects.filter(kind__in=["two_factor_removed", "recovery_codes_made"]).count() == 0


def test_switching_it_off_after_proof_works_and_is_told(ana):
    give_two_factor(ana)
    client = Client()
    sign_in(client, ana)
    enter(client, code())

    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.filter(user=ana).exists()
    assert AgentAudit.objects.filter(kind="two_factor_removed", actor_id=ana.pk).count() == 1
    assert AccountMail.objects.filter(kind="totp_deactivated", agent=ana).count() == 1


def test_who_must_have_it_is_led_to_it_before_anything_else(ana):
    Agent.objects.filter(pk=ana.pk).update(two_factor_required=True)
    client = signed_in(ana)

    for path in ("/settings/", "/settings/profile/", "/tickets/", "/admin/", "/accounts/password/change/"):
        assert client.get(path)["Location"] == reverse("mfa_activate_totp"), path
    fragment = client.get("/settings/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, reverse("mfa_activate_totp"))
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    client.post(reverse("mfa_activate_totp"), {"code": code(page.context["form"].secret)})
    assert client.get("/settings/").status_code == 200


def test_who_must_have_it_may_still_sign_out(ana):
    Agent.objects.filter(pk=ana.pk).update(two_factor_required=True)
    client = signed_in(ana)

    client.post(reverse("account_logout"))

    assert client.get("/settings/")["Location"].startswith(reverse("account_login"))


def test_a_role_can_be_made_to_use_it(ana, leo, settings):
    settings.REQUIRE_TWO_FACTOR_ROLES = ["supervisor"]

    assert client_goes_to(leo) == reverse("mfa_activate_totp")
    assert client_goes_to(ana) is None


def client_goes_to(agent):
    return signed_in(agent).get("/settings/").headers.get("Location")


def test_who_must_have_it_cannot_switch_it_off(ana):
    Agent.objects.filter(pk=ana.pk).update(two_factor_required=True)
    give_two_factor(ana)
    client = Client()
    sign_in(client, ana)
    enter(client, code())

    client.post(reverse("mfa_deactivate_totp"))

    assert has_totp(ana)
