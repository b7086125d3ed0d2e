"""The settings page of chat channels: the address is typed once, checked, and never seen again."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import reverse

from agents.actors import Actor
from agents.audit import phrase
from agents.records import AgentAudit
from helpdesk.lib import vault
from helpdesk.lib.errors import NotVisible
from notifications import chat, chat_settings
from notifications.chat_models import ChatDelivery, ChatHook

pytestmark = pytest.mark.django_db

URL = "http://127.0.0.1:9/services/T000/B000/verysecretxYz9"


@pytest.fixture(autouse=True)
def allowed(settings):
    settings.OUTWARD_ALLOWED = ["127.0.0.1"]


def filled(**changes):
    return {
        "name": "#desk",
        "program": "slack",
        "url": URL,
        "kinds": ["escalated", "breached"],
        "with_words": "on",
        "active": "on",
        **changes,
    }


@pytest.fixture
def hook(client, otto) -> ChatHook:
    client.force_login(otto)
    client.post(reverse("notifications:new_chat_hook"), filled())
    return ChatHook.objects.get()


def test_a_channel_is_kept_and_its_address_only_encrypted(hook, otto):
    assert (hook.name, hook.program, hook.kinds, hook.created_by) == ("#desk", "slack", ["escalated", "breached"], otto)
    assert "verysecret" not in hook.url_secret
    assert vault.decrypt(chat.PURPOSE, hook.url_secret) == URL
    assert hook.url_shown == "127.0.0.1/…xYz9"


def test_each_change_of_a_channel_stands_in_the_audit_log_without_its_address(client, hook, otto, billing):
    page = reverse("notifications:chat_hook", args=[hook.pk])
    client.post(page, filled(url=""))
    client.post(page, filled(name="#other", teams=[billing.pk], url=URL + "new"))
    client.post(reverse("notifications:remove_chat_hook", args=[hook.pk]))

    assert not ChatHook.objects.exists()
    log = AgentAudit.objects.filter(kind__startswith="chat_channel_").order_by("pk")
    assert [phrase(entry) for entry in log] == [
        "Otto made the chat channel #desk",
        "Otto changed the chat channel #other: name, address, teams",
        "Otto removed the chat channel #other",
    ]
    assert "verysecret" not in str([entry.data for entry in log])


def test_no_page_shows_the_address_again(client, hook):
    for page in (reverse("notifications:chat"), reverse("notifications:chat_hook", args=[hook.pk])):
        answer = client.get(page)
        assert "127.0.0.1/…xYz9" in answer.content.decode()
        assert "verysecret" not in answer.content.decode()


def test_an_empty_address_keeps_the_stored_one(client, hook):
    client.post(reverse("notifications:chat_hook", args=[hook.pk]), filled(url="", name="#other"))

    hook.refresh_from_db()
    assert hook.name == "#other"
    assert vault.decrypt(chat.PURPOSE, hook.url_secret) == URL


def test_a_new_channel_needs_an_address_and_something_to_be_told(client, otto):
    client.force_login(otto)

    answer = client.post(reverse("notifications:new_chat_hook"), filled(url="", kinds=[]))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"url", "kinds"}
    assert not ChatHook.objects.exists()


@pytest.mark.parametrize("url", ["https://10.0.0.1/x", "https://169.254.169.254/latest", "https://2130706433/", "x"])
def test_an_address_inside_is_refused_when_saved(client, otto, url):
    """H01, H04."""
    client.force_login(otto)

    answer = client.post(reverse("notifications:new_chat_hook"), filled(url=url))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"url"}
    assert not ChatHook.objects.exists()


def test_agents_and_supervisors_have_no_such_page(client, hook, leo):
    client.force_login(leo)

    for page in (reverse("notifications:chat"), reverse("notifications:chat_hook", args=[hook.pk])):
        assert client.get(page).status_code == 403
    assert client.post(reverse("notifications:remove_chat_hook", args=[hook.pk])).status_code == 403
    assert ChatHook.objects.exists()


def test_the_test_button_tells_how_it_went(client, hook):
    answer = client.post(reverse("notifications:test_chat_hook", args=[hook.pk]), follow=True)

    delivery = ChatDelivery.objects.get()
    assert (delivery.is_test, delivery.state, delivery.last_error) == (True, "failed", "connection")
    assert "the host could not be reached" in answer.content.decode()


def test_a_removed_channel_is_gone_with_its_messages(client, hook):
    client.post(reverse("notifications:test_chat_hook", args=[hook.pk]))

    client.post(reverse("notifications:remove_chat_hook", args=[hook.pk]))

    assert not ChatHook.objects.exists()
    assert not ChatDelivery.objects.exists()


def test_a_channel_is_removed_once_under_the_name_that_it_has_by_then(hook, otto):
    """The second of two removals, and of a change and a removal, had read it before."""
    by = Actor.agent(otto)
    ChatHook.objects.filter(pk=hook.pk).update(name="#renamed")
    also_read = ChatHook.objects.get()

    chat_settings.remove_hook(hook, by)
    with pytest.raises(NotVisible):
        chat_settings.remove_hook(also_read, by)

    removals = AgentAudit.objects.filter(kind="chat_channel_removed")
    assert [entry.subject for entry in removals] == ["#renamed"]


def test_addresses_move_to_a_new_key(hook, settings, capsys):
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a new key, which is long enough to be taken for one"
    settings.SECRET_KEY_FALLBACKS = [old]

    call_command("rotate_chat_secrets")

    assert capsys.readouterr().out == "1 addresses are under today's key.\n"
    settings.SECRET_KEY_FALLBACKS = []
    hook.refresh_from_db()
    assert vault.decrypt(chat.PURPOSE, hook.url_secret) == URL
    settings.SECRET_KEY = "a third one, under which nothing was ever encrypted"
    call_command("rotate_chat_secrets")
    assert capsys.readouterr().err.startswith("#desk: its address was encrypted under a key that is gone")


def test_a_secret_under_a_lost_key_asks_to_be_typed_again(client, hook, settings):
    settings.SECRET_KEY = "another key altogether, with enough characters in it"
    chat.send_one(ChatDelivery.objects.create(hook=hook, is_test=True))

    assert ChatDelivery.objects.get().last_error == "secret_lost"
