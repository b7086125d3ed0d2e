"""The pages of webhooks: made, tested, switched and read; the secret is shown once."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.urls import reverse

from agents.records import AgentAudit
from helpdesk.lib import vault
from tests.security.test_hostile_input import EVERYWHERE, HOSTILE
from tickets.actions import AddTag
from tickets.perform import perform
from webhooks import administration, signing
from webhooks.models import Webhook, WebhookDelivery
from webhooks.sending import send_webhooks

pytestmark = pytest.mark.django_db


def test_a_webhook_is_made_tested_changed_and_removed(client, root, receiver, ticket, as_kim):
    client.force_login(root)
    assert "No webhook yet" in client.get("/settings/webhooks/").content.decode()
    given = {"name": "Warehouse", "url": receiver.url, "query": "TEAM:billing", "kinds": ["tag_added"]}

    made = client.post("/settings/webhooks/new/", given)

    webhook = Webhook.objects.get()
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", made.content.decode())[0]
    assert made.status_code == 201
    assert vault.decrypt(signing.PURPOSE, webhook.secret) == secret
    assert secret not in webhook.secret
    assert (webhook.owner, webhook.kinds, webhook.query) == (root, ["tag_added"], "team:billing")
    page = reverse("webhooks:webhook", args=[webhook.pk])
    assert secret not in client.get(page).content.decode()

    tested = client.post(f"{page}test/", follow=True).content.decode()
    assert "The receiver accepted the test." in tested
    assert receiver.kinds() == ["webhook_test"]
    assert receiver.bodies[0]["actor_name"] == "Root"

    perform(ticket.pk, AddTag("one"), by=as_root(root), via="web")
    send_webhooks()
    log = client.get(f"{page}deliveries/?state=sent&ticket={ticket.pk}").content.decode()
    assert log.count("<code>tag_added</code>") == 1
    assert "webhook_test" not in log
    delivery = WebhookDelivery.objects.latest("pk")
    one = client.get(f"{page}deliveries/{delivery.pk}/").content.decode()
    assert "&quot;tag&quot;: &quot;one&quot;" in one
    client.post(f"{page}deliveries/{delivery.pk}/again/")
    said = client.post(
        f"{page}deliveries/again/",
        {"since": "2020-01-01T00:00", "until": "2099-01-01T00:00", "which": "all"},
        follow=True,
    )
    assert "0 deliveries are sent again." in said.content.decode()  # the one is queued already
    assert client.get("/settings/webhooks/").content.decode().count("Works") == 1

    assert client.post(page, given | {"name": "", "kinds": ["made_up"], "query": "x:"}).status_code == 422
    assert client.post(page, given | {"query": "priority:nothing"}).status_code == 422
    assert client.post(page, given | {"url": "https://10.0.0.1/"}).status_code == 422
    assert client.post(page, given | {"kinds": []}).status_code == 302
    anew = re.search(r"whsec_[A-Za-z0-9+/=]+", client.post(f"{page}secret/").content.decode())[0]
    assert anew != secret
    client.post(f"{page}switch/", {"to": "off"})
    assert WebhookDelivery.objects.get(pk=delivery.pk).state == "dropped"
    assert "Switch the webhook on first." in client.post(
        f"{page}deliveries/{delivery.pk}/again/", follow=True
    ).content.decode().replace("&#x27;", "'")
    assert "by hand" in client.get(page).content.decode()
    client.post(f"{page}switch/", {"to": "on"})
    assert Webhook.objects.get().active
    client.post(f"{page}remove/")
    assert not Webhook.objects.exists()
    assert not WebhookDelivery.objects.exists()
    kinds = list(AgentAudit.objects.filter(kind__startswith="webhook").order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "webhook_made",
        "webhook_edited",
        "webhook_secret_made",
        "webhook_switched_off",
        "webhook_switched_on",
        "webhook_removed",
    ]


def test_a_query_whose_words_mean_something_else_now_stands_in_the_audit_log_as_the_query(root, receiver, make_webhook):
    webhook = make_webhook(receiver)

    with transaction.atomic():
        held = administration.held(webhook.pk, as_root(root))
        administration.write(held, as_root(root), {"query": "", "parameters": {"team": ["7"]}})
        administration.write(held, as_root(root), {"query": "is:open", "parameters": {"is": ["open"]}})

    edits = AgentAudit.objects.filter(kind="webhook_edited").order_by("pk")
    assert [entry.data for entry in edits] == [{"fields": ["query"]}] * 2


def as_root(root):
    from agents.actors import Actor

    return Actor.agent(root)


def test_what_a_receiver_answers_is_words_on_the_page(client, root, make_receiver, make_webhook):
    """C02, H05: shown to admins only, never as markup."""

    def markup(door, _body):
        door.send_response(400)
        door.send_header("X-Bad", "<script>alert(1)</script>")
        door.end_headers()
        door.wfile.write(b"<img src=x onerror=alert(1)>")

    webhook = make_webhook(make_receiver(markup), name="<b>Warehouse</b>")
    client.force_login(root)

    page = client.post(f"/settings/webhooks/{webhook.pk}/test/", follow=True).content.decode()

    assert "The receiver did not accept the test: see below." in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<script>alert" not in page and "<img src=x" not in page and "<b>Warehouse" not in page


def test_the_pages_cost_the_same_with_more_rows(client, root, receiver, make_webhook, django_assert_max_num_queries):
    webhook = make_webhook(receiver)
    client.force_login(root)
    rows = [
        WebhookDelivery(
            webhook=webhook, kind="opened", message_id=f"m{n}", state="failed", give_up_at=webhook.created_at
        )
        for n in range(60)
    ]
    WebhookDelivery.objects.bulk_create(rows)

    with django_assert_max_num_queries(9):
        client.get("/settings/webhooks/")
    with django_assert_max_num_queries(9):
        assert "older=" in client.get(f"/settings/webhooks/{webhook.pk}/deliveries/").content.decode()
    with django_assert_max_num_queries(9):
        client.get(f"/settings/webhooks/{webhook.pk}/")


def test_nothing_that_is_typed_makes_a_form_crash(client, root, receiver, make_webhook):
    """K05, G01, G04: each field alone, in a form that is otherwise right."""
    webhook = make_webhook(receiver)
    client.force_login(root)
    page = reverse("webhooks:webhook", args=[webhook.pk])
    forms = {
        page: {"name": "n", "url": receiver.url, "query": "is:open", "kinds": "opened"},
        f"{page}deliveries/again/": {"since": "2026-01-01T00:00", "until": "2026-02-01T00:00", "which": "all"},
        f"{page}switch/": {"to": "on"},
    }

    crashed = [
        (url, name, kind)
        for url, given in forms.items()
        for name in given
        for kind in (*EVERYWHERE, "date after time", "line ends")
        if client.post(url, given | {name: HOSTILE[kind]}).status_code not in (302, 422)
    ]

    assert crashed == []
