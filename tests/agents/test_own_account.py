"""One's own account: profile, availability, theme, password and sessions."""

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from agents.models import Agent
from agents.records import AccountMail, AgentAudit
from tests.agents.doors import is_signed_in, sign_in, signed_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "a quite different secret"


@pytest.fixture(autouse=True)
def _fresh_throttles(db):
    cache.clear()


def profile(**changes):
    return {"name": "Ana", "language": "en", "time_zone": "UTC", "theme": "system", "signature": "", **changes}


def change_password(client, old=PASSWORD, new=NEW):
    data = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), data)


@pytest.mark.parametrize(
    "bad",
    [{"name": "  "}, {"name": "x" * 121}, {"language": "xx"}, {"time_zone": "Mars/Base"}, {"theme": "neon"},
     {"signature": "x" * 2001}],
)  # fmt: skip
def test_a_profile_that_makes_no_sense_is_refused(client, ana, bad):
    client.force_login(ana)
    before = Agent.objects.values().get(pk=ana.pk)

    assert client.post(reverse("agents:profile"), profile(**bad)).status_code == 422
    assert Agent.objects.values().get(pk=ana.pk) == before


def test_a_stand_in_is_chosen_among_those_who_may_answer_and_never_oneself(client, ana, leo, lou):
    client.force_login(ana)

    client.post(reverse("agents:profile"), profile(stand_in_id=leo.pk))
    assert Agent.objects.get(pk=ana.pk).stand_in == leo

    for refused in (ana.pk, lou.pk, 10**9, "x"):
        assert client.post(reverse("agents:profile"), profile(stand_in_id=refused)).status_code == 422
    assert Agent.objects.get(pk=ana.pk).stand_in == leo
    client.post(reverse("agents:profile"), profile(stand_in_id=""))
    assert Agent.objects.get(pk=ana.pk).stand_in is None


def test_pages_speak_the_language_and_zone_of_the_agent(client, ana):
    Agent.objects.filter(pk=ana.pk).update(language="da", time_zone="Asia/Kathmandu", theme="dark")
    client.force_login(ana)

    page = client.get(reverse("agents:profile"))

    assert page["Content-Language"] == "da"
    assert '<html lang="da" data-theme="dark">' in page.content.decode()
    assert page.wsgi_request.theme == "dark"


def test_a_zone_or_language_that_is_gone_does_no_harm(client, ana):
    Agent.objects.filter(pk=ana.pk).update(language="tlh", time_zone="../../etc/passwd")
    client.force_login(ana)

    page = client.get(reverse("agents:security"))

    assert (page.status_code, page["Content-Language"]) == (200, "en")


def test_the_theme_is_kept_for_every_browser_of_the_agent(ana):
    first, second = signed_in(ana), signed_in(ana)

    first.post(reverse("theme"), {"theme": "dark"})

    assert first.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in second.get("/settings/").content.decode()


@pytest.mark.parametrize("value", ["online", "away", "offline"])
def test_an_agent_says_whether_they_are_there(client, ana, value):
    Agent.objects.filter(pk=ana.pk).update(availability="away" if value != "away" else "online")
    client.force_login(ana)
    with time_machine.travel("2026-11-22T08:00:00Z", tick=False):
        answer = client.post(reverse("agents:availability"), {"availability": value, "next": "/settings/"})

    ana.refresh_from_db()
    assert (ana.availability, ana.availability_changed_at.isoformat()) == (value, "2026-11-22T08:00:00+00:00")
    assert answer["Location"] == "/settings/"


def test_htmx_gets_the_menu_alone(client, ana):
    client.force_login(ana)

    answer = client.post(reverse("agents:availability"), {"availability": "away"}, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith("<details")
    assert 'value="away" aria-current="true"' in answer.content.decode()


def test_saying_the_same_again_does_not_move_the_clock(client, ana):
    Agent.objects.filter(pk=ana.pk).update(availability="online", availability_changed_at=None)
    client.force_login(ana)

    client.post(reverse("agents:availability"), {"availability": "online"})

    ana.refresh_from_db()
    assert ana.availability_changed_at is None


@pytest.mark.parametrize(("value", "target"), [("asleep", "/"), ("", "/")])
def test_an_availability_that_does_not_exist_is_refused(client, ana, value, target):
    client.force_login(ana)

    assert client.post(reverse("agents:availability"), {"availability": value}).status_code == 422
    ana.refresh_from_db()
    assert ana.availability == "offline"


def test_the_way_back_after_availability_stays_in_the_house(client, ana):
    """I04"""
    client.force_login(ana)

    answer = client.post(reverse("agents:availability"), {"availability": "away", "next": "//evil.example/"})

    assert answer["Location"] == "/"


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(ana):
    """E12, F03"""
    here, elsewhere = signed_in(ana), signed_in(ana)
    key = here.cookies["session"].value

    assert change_password(here)["Location"] == reverse("agents:security")

    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert here.cookies["session"].value != key
    assert AgentAudit.objects.filter(kind="password_changed", actor_id=ana.pk).count() == 1
    assert AccountMail.objects.get(agent=ana).kind == "password_changed"
    assert len(here.get(reverse("agents:security")).context["sessions"]) == 1


def test_the_old_password_is_needed(ana):
    client = signed_in(ana)

    change_password(client, old="wrong")

    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_changing_the_password_writes_nothing_but_the_password(ana):
    """A page that was open while an admin changed the role must not write the old role back."""
    client = signed_in(ana)
    from agents.adapters import AccountAdapter

    request = client.get(reverse("agents:profile")).wsgi_request
    stale = Agent.objects.get(pk=ana.pk)
    Agent.objects.filter(pk=ana.pk).update(role="light_agent", name="Renamed")
    from allauth.core import context

    with context.request_context(request):
        AccountAdapter(request).set_password(stale, NEW)

    fresh = Agent.objects.get(pk=ana.pk)
    assert (fresh.role, fresh.name, fresh.check_password(NEW)) == ("light_agent", "Renamed", True)


@pytest.mark.parametrize("weak", ["short", "password123", "1234567890123"])
def test_a_weak_password_is_refused(ana, weak):
    client = signed_in(ana)

    change_password(client, new=weak)

    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_an_agent_ends_one_session(ana):
    here, elsewhere = signed_in(ana), signed_in(ana)
    other = UserSession.objects.get(session_key=elsewhere.cookies["session"].value)

    here.post(reverse("agents:end-session", args=[other.pk]))

    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert AgentAudit.objects.filter(kind="session_ended", actor_id=ana.pk).count() == 1


def test_nobody_ends_the_session_of_another(ana, mia):
    mias = signed_in(mia)
    session = UserSession.objects.get(user=mia)

    assert signed_in(ana).post(reverse("agents:end-session", args=[session.pk])).status_code == 404
    assert is_signed_in(mias)


def test_an_agent_signs_out_everywhere_else(ana):
    here, others = signed_in(ana), [signed_in(ana), signed_in(ana)]

    here.post(reverse("agents:end-sessions"))

    assert is_signed_in(here)
    assert [is_signed_in(other) for other in others] == [False, False]


def test_the_page_of_sessions_shows_which_is_this_one(ana):
    sign_in(elsewhere := Client(), ana, headers={"user-agent": "Phone <b>"})
    here = signed_in(ana)

    page = here.get(reverse("agents:security"))

    assert len(page.context["sessions"]) == 2
    assert page.context["here"] == here.cookies["session"].value
    assert "Phone &lt;b&gt;" in page.content.decode()
    assert elsewhere.cookies["session"].value not in page.content.decode()


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
            "Chrome, Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("curl/8.0", "curl/8.0"),
        ("", "?"),
    ],
)
def test_a_session_is_called_by_its_browser_and_machine(user_agent, device):
    from agents.sessions import device as device_of

    assert device_of(user_agent) == device
