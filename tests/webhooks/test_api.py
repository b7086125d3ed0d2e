"""Webhooks by the API: every answer fits the schema, the secret is told once, and only admins are let in."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from agents.models import RepeatedRequest
from tests.api.conftest import program
from tickets.actions import AddTag
from tickets.perform import perform
from webhooks import administration
from webhooks.models import Webhook, WebhookDelivery
from webhooks.sending import send_webhooks

pytestmark = pytest.mark.django_db
HERE = "/api/v1/webhooks/"


def test_a_program_sets_up_its_own_receiver(root, ticket, receiver, as_ana):
    desk = program(root)
    made = desk.send(HERE, {"name": "Mirror", "url": receiver.url, "kinds": ["tag_added"], "query": "team:billing"})
    here = f"{HERE}{made.json()['id']}/"
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    assert "secret" not in desk.get(here).json()
    assert [one["name"] for one in desk.get(HERE).json()["items"]] == ["Mirror"]

    tested = desk.send(f"{here}test/", {}).json()
    assert (tested["state"], tested["status"], tested["log"][0]["reason"]) == ("sent", 204, "")
    assert tested["body"] == receiver.bodies[0]
    perform(ticket.pk, AddTag("one"), by=as_ana, via="web")
    send_webhooks()
    (told,) = desk.get(f"{here}deliveries/?ticket_id={ticket.pk}&state=sent").json()["items"]
    whole = desk.get(f"{here}deliveries/{told['id']}/").json()
    assert whole["body"] == receiver.bodies[1]
    assert whole["body"] in desk.get("/api/v1/events/").json()["items"]

    assert desk.send(f"{here}deliveries/{told['id']}/again/", {}).json()["state"] == "queued"
    refused = desk.send(f"{here}deliveries/{told['id']}/again/", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "still_owed")
    span = {"since": "2020-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z"}
    assert desk.send(f"{here}deliveries/again/", span | {"states": ["sent"]}).json() == {"count": 0}
    assert desk.send(f"{here}deliveries/again/", {"since": span["until"], "until": span["since"]}).status_code == 422

    changed = desk.send(here, {"active": False, "kinds": []}, "PATCH").json()
    assert (changed["active"], changed["off_because"], changed["kinds"]) == (False, "by_hand", [])
    assert desk.send(here, {"active": True}, "PATCH").json()["off_because"] == ""
    assert desk.send(f"{here}secret/", {}).json()["secret"] != made.json()["secret"]
    for wrong in ({"url": "https://10.0.0.1/"}, {"kinds": ["made_up"]}, {"query": "team:nobody-here"}, {"name": ""}):
        assert desk.send(here, wrong, "PATCH").status_code == 422
    assert desk.delete(here).status_code == 204
    assert desk.get(here).status_code == 404
    assert not Webhook.objects.exists()


def test_edits_at_once_lose_nothing_and_a_name_stays_of_one(root, receiver, make_webhook, as_root):
    """L02: of a form that was read before somebody else's edit only what it says is written; whoever names the version
    that was read is told."""
    desk = program(root)
    webhook = make_webhook(receiver)
    make_webhook(receiver, name="Other")
    here = f"{HERE}{webhook.pk}/"
    read = desk.get(here)
    stale = Webhook.objects.get(pk=webhook.pk)
    faster = desk.send(here, {"query": "is:open", "active": False}, "PATCH", **{"If-Match": read["ETag"]})
    assert (faster.status_code, faster["ETag"] != read["ETag"]) == (200, True)

    administration.change(stale, as_root, {"name": "Depot"})

    webhook.refresh_from_db()
    assert (webhook.name, webhook.query, webhook.parameters) == ("Depot", "is:open", {"is": ["open"]})
    late = desk.send(here, {"kinds": ["opened"], "active": True}, "PATCH", **{"If-Match": read["ETag"]})
    assert (late.status_code, late.json()["code"]) == (412, "stale")
    webhook.refresh_from_db()
    assert (webhook.kinds, webhook.active) == ([], False)
    # The state of deliveries is no edit.
    now_known = desk.get(here)["ETag"]
    Webhook.objects.update(failing_since=now())
    assert desk.get(here)["ETag"] == now_known
    for send in (
        lambda: desk.send(here, {"name": "Other"}, "PATCH"),
        lambda: desk.send(HERE, {"name": "Other", "url": receiver.url}),
    ):
        taken = send()
        assert (taken.status_code, taken.json()["code"]) == (422, "name_taken")
    assert Webhook.objects.count() == 2


def test_a_repeated_request_makes_one_webhook_and_keeps_no_secret(root, receiver):
    """F13."""
    desk = program(root)
    body = {"name": "Mirror", "url": receiver.url}

    first, second = (desk.send(HERE, body, **{"Idempotency-Key": "k1"}) for _time in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json() | {"secret": None}
    assert Webhook.objects.count() == 1
    assert "whsec_" not in RepeatedRequest.objects.get().body


def test_only_admins_with_a_token_for_it_are_let_in(root, otto, receiver, make_webhook):
    webhook = make_webhook(receiver)
    for desk in (program(otto), program(root, "write"), program(root, "read")):
        for url in (HERE, f"{HERE}{webhook.pk}/", f"{HERE}{webhook.pk}/deliveries/"):
            assert desk.get(url).status_code == 403
        assert desk.send(HERE, {"name": "x", "url": receiver.url}).status_code == 403
        assert desk.send(f"{HERE}{webhook.pk}/test/", {}).status_code == 403
    assert Webhook.objects.count() == 1
    assert not WebhookDelivery.objects.exists()
    assert receiver.bodies == []
