"""What webhooks are told: the right events, signed, in order, again until they arrive, and all of it in the log."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from agents.actors import Actor
from agents.records import AccountMail
from helpdesk.lib import vault
from helpdesk.lib.errors import HelpdeskError
from tests.factories import make_ticket
from tickets.actions import AddNote, AddTag, SetField, SetPriority
from tickets.models import Change, FieldDefinition, OutboxEntry
from tickets.perform import perform
from tickets.told_events import tell_events
from webhooks import administration, outcomes, sending
from webhooks.models import SenderSeat, Webhook, WebhookAttempt, WebhookDelivery
from webhooks.sending import send_webhooks
from webhooks.signing_secrets import new_secret
from webhooks.switching import switch_off, switch_on

pytestmark = pytest.mark.django_db


def do(ticket, *actions, by=None):
    return perform(ticket.pk, *actions, by=by or Actor.system("test"), via="test")


def due_now():
    WebhookDelivery.objects.filter(state="queued").update(due_at=now())


def checked_by_hand(secret: str, headers: dict[str, str], raw: bytes) -> list[bool]:
    """The specification of Standard Webhooks, read anew: which of the signatures is right."""
    assert secret.startswith("whsec_")
    signed = headers["webhook-id"] + "." + headers["webhook-timestamp"] + "." + raw.decode("utf-8")
    mac = hmac.new(base64.b64decode(secret[6:]), signed.encode("utf-8"), hashlib.sha256)
    wanted = "v1," + base64.b64encode(mac.digest()).decode()
    return [one == wanted for one in headers["webhook-signature"].split(" ")]


def test_events_arrive_as_the_feed_tells_them_and_signed(ticket, receiver, make_webhook):
    """H06."""
    webhook = make_webhook(receiver)
    change = do(ticket, SetPriority("high"), AddTag("vip"))

    assert send_webhooks() == 2

    change = Change.objects.get(pk=change.pk)
    assert [body["kind"] for body in receiver.bodies] == ["priority_changed", "tag_added"]
    told = [{**body, "at": body["at"]} for body in receiver.bodies]
    assert told == [dict(one) for one in tell_events([change])]
    for headers, raw in zip(receiver.headers, receiver.raw, strict=True):
        assert headers["content-type"] == "application/json"
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
        assert checked_by_hand(webhook.shown_secret, headers, raw) == [True]
        assert checked_by_hand(webhook.shown_secret, headers, raw + b" ") == [False]
    ids = [headers["webhook-id"] for headers in receiver.headers]
    assert ids == [f"evt_{webhook.pk}_{body['id']}" for body in receiver.bodies]
    delivery = WebhookDelivery.objects.earliest("pk")
    attempt = delivery.log.get()
    assert (delivery.state, delivery.status, delivery.attempts, attempt.url) == ("sent", 204, 1, receiver.url)
    assert ["Content-Length", "0"] in attempt.answer_headers
    assert send_webhooks() == 0


def test_old_secrets_sign_too_until_each_ends(ticket, receiver, make_webhook, as_root, time_machine):
    """Whoever makes two in one day has the first at a receiver already: it is not the one that ends."""
    time_machine.move_to("2026-11-23T10:00:00Z", tick=False)
    webhook = make_webhook(receiver)
    second = new_secret(webhook, as_root)
    time_machine.move_to("2026-11-23T16:00:00Z", tick=False)
    third = new_secret(webhook, as_root)
    seen = []
    for moment in ("24T09:59:59Z", "24T10:00:00Z", "24T16:00:00Z"):
        time_machine.move_to(f"2026-11-{moment}", tick=False)
        do(ticket, AddTag(f"at {moment}"))
        send_webhooks()
        told = receiver.headers[-1], receiver.raw[-1]
        webhook.refresh_from_db()
        known = [any(checked_by_hand(secret, *told)) for secret in (webhook.shown_secret, second, third)]
        seen.append((known, webhook.old_secret_until and webhook.old_secret_until.day))

    assert seen == [([True, True, True], 24), ([False, True, True], 24), ([False, False, True], None)]


def test_only_chosen_events_of_matching_tickets_that_the_owner_sees_are_told(
    ticket, kim, technical, receiver, make_receiver, make_webhook, ana
):
    webhook = make_webhook(receiver, kinds=["tag_added"], query="team:billing")
    other = make_ticket(kim, team=technical)
    do(ticket, AddTag("one"), SetPriority("high"))
    do(other, AddTag("two"))
    perform(ticket.pk, AddNote("of old"), by=Actor.system("test"), via="import", at=now() - timedelta(days=9))

    send_webhooks()

    assert [(body["kind"], body["ticket_id"]) for body in receiver.bodies] == [("tag_added", ticket.pk)]
    # Whoever owned it is no admin any more (E11): nothing is told, and it is off.
    Webhook.objects.update(owner=ana)
    do(ticket, AddTag("three"))
    send_webhooks()
    webhook.refresh_from_db()
    assert len(receiver.bodies) == 1
    assert (webhook.active, webhook.off_because) == (False, "owner")


@pytest.mark.parametrize("gone", [{"active": False}, {"choices": ["us"]}])
def test_a_query_that_cannot_be_read_any_more_tells_nothing_and_its_owner_learns(
    ticket, receiver, make_webhook, as_root, root, gone
):
    """E11: a field that is switched off, or a choice that is removed, does not widen it to all tickets."""
    from agents.mails import compose

    field = FieldDefinition.objects.create(key="region", label="Region", kind="choice", choices=["eu", "us"])
    webhook = make_webhook(receiver, query="region:eu")
    turned = make_webhook(receiver, name="Turned", query="-region:eu")
    do(ticket, SetField("region", "eu"))
    assert send_webhooks() == 1
    FieldDefinition.objects.filter(pk=field.pk).update(**gone)
    do(ticket, AddTag("secret"))

    assert send_webhooks() == 0

    assert receiver.kinds() == ["field_changed"]
    for one in (webhook, turned):
        one.refresh_from_db()
        assert (one.active, one.off_because) == (False, "query")
    letter = compose(AccountMail.objects.earliest("pk"))
    assert (letter.to, "custom field or a choice that is gone" in letter.body) == ([root.email], True)
    with pytest.raises(HelpdeskError, match="field or a choice that is gone"):
        switch_on(webhook, as_root)
    administration.change(webhook, as_root, {"name": "It may be renamed"})
    administration.change(webhook, as_root, {"query": "tag:secret"})
    webhook.refresh_from_db()
    switch_on(webhook, as_root)
    do(ticket, AddTag("told"))
    assert send_webhooks() == 1


def test_a_ticket_that_the_owner_lost_sight_of_is_not_told(ticket, receiver, make_webhook, monkeypatch):
    """E11: what was seen when it was queued is looked at again when it is sent."""
    make_webhook(receiver)
    receiver.behave = lambda _door, _body: 500
    do(ticket, AddTag("one"))
    send_webhooks()
    due_now()
    monkeypatch.setattr(sending, "tickets_seen", lambda _actor, _ids: set())

    send_webhooks()

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.reason, len(receiver.bodies)) == ("dropped", "unseen", 1)


def test_what_happened_before_is_not_told_and_the_past_costs_nothing(ticket, receiver, make_webhook):
    """Without webhooks the write path has not one statement more, and the beat asks once."""
    with CaptureQueriesContext(
        connection,
    ) as none:
        do(ticket, AddTag("before"))
    with CaptureQueriesContext(connection) as idle:
        send_webhooks()
    assert len(idle) == 1
    make_webhook(receiver)
    with CaptureQueriesContext(connection) as some:
        do(ticket, AddTag("after"))

    assert len(some) == len(none)
    assert not OutboxEntry.objects.filter(reaction__contains="webhook").exists()
    send_webhooks()
    assert [body["data"]["tag"] for body in receiver.bodies] == ["after"]


def test_a_failing_delivery_holds_back_its_ticket_and_no_other(ticket, kim, billing, receiver, make_webhook):
    make_webhook(receiver)
    other = make_ticket(kim, team=billing)
    refuse = {ticket.pk}
    receiver.behave = lambda _door, body: 500 if body["ticket_id"] in refuse else 200
    do(ticket, AddTag("first"))
    do(ticket, AddTag("second"))
    do(other, AddTag("third"))
    WebhookDelivery.objects.all().delete()

    send_webhooks()
    told = [(body["ticket_id"], body["data"].get("tag")) for body in receiver.bodies if body["kind"] == "tag_added"]
    assert sorted(told) == sorted([(ticket.pk, "first"), (other.pk, "third")])
    first = WebhookDelivery.objects.filter(ticket=ticket).earliest("pk")
    assert (first.state, first.status, first.reason, first.failures) == ("queued", 500, "status", 1)
    assert timedelta(seconds=2) < first.due_at - now() <= timedelta(seconds=5)
    send_webhooks()
    assert len(told) == len([body for body in receiver.bodies if body["kind"] == "tag_added"])

    refuse.clear()
    due_now()
    send_webhooks()

    mine = [body["data"]["tag"] for body in receiver.bodies if body["ticket_id"] == ticket.pk][-3:]
    assert mine == ["first", "first", "second"]
    ids = [
        one["webhook-id"]
        for one, body in zip(receiver.headers, receiver.bodies, strict=True)
        if body["data"].get("tag") == "first"
    ]
    assert len(ids) == 2 and len(set(ids)) == 1
    assert [attempt.status for attempt in first.log.all()] == [500, 200]


def test_the_wait_grows_hears_the_receiver_and_ends_after_a_day(ticket, receiver, make_webhook, time_machine):
    make_webhook(receiver)
    time_machine.move_to("2026-11-23T10:00:00Z", tick=False)
    do(ticket, AddTag("one"))
    receiver.behave = lambda _door, _body: 503
    waits, begun = [], now()
    while (delivery := WebhookDelivery.objects.first()) is None or delivery.state == "queued":
        send_webhooks()
        delivery = WebhookDelivery.objects.get()
        if delivery.state == "queued":
            waits.append(int((delivery.due_at - now()).total_seconds()))
            time_machine.move_to(delivery.due_at, tick=False)

    assert waits[:8] == [5, 30, 120, 600, 1800, 3600, 7200, 7200]
    assert sum(waits) == 24 * 3600
    assert (delivery.state, delivery.ended_at - begun) == ("failed", timedelta(hours=24))
    assert WebhookAttempt.objects.count() == delivery.attempts == len(receiver.bodies)


def test_a_receiver_that_asks_for_time_is_given_it_and_one_that_is_gone_is_left(ticket, receiver, make_webhook, root):
    webhook = make_webhook(receiver)

    def busy(door, _body):
        door.send_response(429)
        door.send_header("Retry-After", "1800")
        door.end_headers()

    receiver.behave = busy
    do(ticket, AddTag("one"))
    send_webhooks()
    delivery = WebhookDelivery.objects.get()
    assert timedelta(minutes=29) < delivery.due_at - now() <= timedelta(minutes=30)

    receiver.behave = lambda _door, _body: 410
    due_now()
    send_webhooks()

    webhook.refresh_from_db()
    assert (webhook.active, webhook.off_because) == (False, "gone")
    mail = AccountMail.objects.get()
    assert (mail.agent, mail.kind, mail.data["because"]) == (root, "webhook_stopped", "gone")


def given_up_now():
    WebhookDelivery.objects.filter(state="queued").update(due_at=now(), give_up_at=now())


def test_days_of_nothing_but_failure_switch_it_off_and_its_owner_is_told(ticket, receiver, make_webhook, root):
    from agents.mails import compose

    webhook = make_webhook(receiver)
    receiver.behave = lambda _door, _body: 500
    do(ticket, AddTag("one"))
    send_webhooks()
    Webhook.objects.update(failing_since=now() - timedelta(days=2, hours=23))
    given_up_now()
    send_webhooks()
    webhook.refresh_from_db()
    assert webhook.active
    assert WebhookDelivery.objects.get().state == "failed"
    # Nothing was due for a while. One failure then is not days of them: this delivery is tried for its day as well.
    Webhook.objects.update(failing_since=now() - timedelta(days=3))
    do(ticket, AddTag("two"))
    do(ticket, AddTag("three"))
    send_webhooks()
    webhook.refresh_from_db()
    assert webhook.active
    assert WebhookDelivery.objects.get(pk=WebhookDelivery.objects.first().pk + 1).state == "queued"
    given_up_now()

    send_webhooks()

    webhook.refresh_from_db()
    assert (webhook.active, webhook.off_because) == (False, "failing")
    assert [one.state for one in WebhookDelivery.objects.order_by("pk")] == ["failed", "failed", "dropped"]
    letter = compose(AccountMail.objects.get())
    assert letter.to == [root.email]
    assert "“Warehouse” was switched off" in letter.body
    assert f"/settings/webhooks/{webhook.pk}/" in letter.body
    do(ticket, AddTag("four"))
    assert send_webhooks() == 0


def test_one_success_ends_the_failing(ticket, receiver, make_webhook):
    webhook = make_webhook(receiver)
    Webhook.objects.update(failing_since=now() - timedelta(days=5), unreached=7)
    do(ticket, AddTag("one"))

    send_webhooks()

    webhook.refresh_from_db()
    assert (webhook.failing_since, webhook.unreached, webhook.active) == (None, 0, True)


def test_a_delivery_is_sent_again_by_hand_and_by_range(ticket, receiver, make_webhook, as_root):
    webhook = make_webhook(receiver)
    do(ticket, AddTag("one"))
    do(ticket, AddTag("two"))
    send_webhooks()
    first = WebhookDelivery.objects.earliest("pk")

    administration.send_again(first, as_root)
    send_webhooks()
    assert [body["data"]["tag"] for body in receiver.bodies] == ["one", "two", "one"]
    assert receiver.headers[0]["webhook-id"] == receiver.headers[2]["webhook-id"]
    assert [attempt.number for attempt in first.log.all()] == [1, 2]

    begin, end = now() - timedelta(minutes=5), now() + timedelta(minutes=5)
    assert administration.send_range_again(webhook, as_root, begin, end) == 0
    assert administration.send_range_again(webhook, as_root, begin, end, ["sent"]) == 2
    send_webhooks()
    assert [body["data"]["tag"] for body in receiver.bodies][3:] == ["one", "two"]


def test_a_sender_that_was_killed_has_lost_nothing(ticket, receiver, make_webhook):
    """F14: claimed and then nothing more, the seat still held; both end by themselves, and the log says so."""
    make_webhook(receiver)
    do(ticket, AddTag("one"))
    sending.gather()
    delivery = WebhookDelivery.objects.for_detail().get()
    assert sending.take(delivery)
    sending._take_seat()
    assert send_webhooks() == 0
    SenderSeat.objects.update(held_until=now())
    assert send_webhooks() == 0
    WebhookDelivery.objects.update(claimed_until=now())

    assert send_webhooks() == 1

    assert [attempt.reason for attempt in WebhookDelivery.objects.get().log.all()] == ["interrupted", ""]
    # The first one wakes up after all: it may not undo what the second did.
    assert not sending.settle(delivery, sending.Outcome(now(), receiver.url, "timeout"))
    assert WebhookDelivery.objects.get().state == "sent"


def test_a_test_whose_sender_died_ends(receiver, make_webhook, as_root, monkeypatch):
    """Also while its webhook is off. Nobody sends it again: whoever pressed the button is not there any more."""
    webhook = make_webhook(receiver)
    switch_off(webhook, Webhook.Off.BY_HAND, as_root)
    with monkeypatch.context() as dies:
        dies.setattr(sending, "_post", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            administration.test(webhook, as_root)
    assert send_webhooks() == 0
    assert WebhookDelivery.objects.get().state == "sending"
    WebhookDelivery.objects.update(claimed_until=now())

    send_webhooks()

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.reason, delivery.has_ended) == ("failed", "interrupted", True)
    assert delivery.ended_at is not None and delivery.log.get().reason == "interrupted"
    assert not Webhook.objects.at_work().exists()
    assert receiver.bodies == []

    # One that died before it began: nobody had claimed the test.
    WebhookDelivery.objects.update(state="queued", attempts=0, claimed_until=None, ended_at=None)
    assert not Webhook.objects.at_work().exists()
    WebhookDelivery.objects.update(created_at=now() - outcomes.LEASE)
    send_webhooks()
    assert WebhookDelivery.objects.get().state == "failed"


@pytest.mark.django_db(transaction=True)
def test_a_webhook_that_is_removed_while_it_is_told_leaves_the_others_settled(
    ticket, receiver, make_webhook, as_root, monkeypatch
):
    gone, stays = make_webhook(receiver), make_webhook(receiver, name="Other")
    do(ticket, AddTag("one"))
    really, removed = sending.settle, []

    def settle(delivery, outcome):
        if delivery.webhook_id == gone.pk and not removed:
            removed.append(delivery.pk)
            administration.remove(gone, as_root)
        return really(delivery, outcome)

    monkeypatch.setattr(sending, "settle", settle)

    assert send_webhooks() == 1

    assert len(removed) == 1
    delivery = WebhookDelivery.objects.get()
    assert (delivery.webhook, delivery.state) == (stays, "sent")
    assert WebhookAttempt.objects.get().delivery == delivery


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_who_make_the_last_webhook_at_once_make_one(receiver, as_root, monkeypatch):
    """L01: each finds room before the other has taken it, unless it waits."""
    monkeypatch.setattr(administration, "MOST", 1)
    both, said = threading.Barrier(2), []

    def encrypt(purpose, secret):
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.5)
        return vault.encrypt(purpose, secret)

    def make(name):
        try:
            administration.make(as_root, {"name": name, "url": receiver.url})
        except HelpdeskError as error:
            said.append(error.code)
        finally:
            connections.close_all()

    monkeypatch.setattr(administration, "vault", SimpleNamespace(encrypt=encrypt))
    threads = [threading.Thread(target=make, args=(name,)) for name in ("One", "Other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Webhook.objects.count(), said) == (1, ["too_many"])


@pytest.mark.django_db(transaction=True)
def test_an_interrupted_delivery_whose_webhook_is_removed_is_not_taken(ticket, receiver, make_webhook, as_root):
    webhook = make_webhook(receiver)
    do(ticket, AddTag("one"))
    sending.gather()
    delivery = WebhookDelivery.objects.for_detail().get()
    assert sending.take(delivery)
    administration.remove(webhook, as_root)

    assert not sending.take(delivery)

    assert not WebhookAttempt.objects.exists()


def test_what_fails_after_its_webhook_was_switched_off_is_not_tried_again(
    ticket, receiver, make_webhook, as_root, monkeypatch
):
    webhook = make_webhook(receiver)
    receiver.behave = lambda _door, _body: 500
    do(ticket, AddTag("one"))
    really = sending.settle

    def settle(delivery, outcome):
        switch_off(webhook, Webhook.Off.BY_HAND, as_root)
        return really(delivery, outcome)

    monkeypatch.setattr(sending, "settle", settle)

    assert send_webhooks() == 0

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.reason, delivery.log.get().reason) == ("dropped", "off", "status")
    assert delivery.has_ended and delivery.ended_at is not None


def test_a_webhook_is_removed_with_its_log_in_parts(ticket, receiver, make_webhook, as_root, monkeypatch):
    """However long its log is, no more than a part of it is in memory."""
    monkeypatch.setattr(administration, "PRUNED_AT_ONCE", 2)
    webhook, other = make_webhook(receiver), make_webhook(receiver, name="Other")
    do(ticket, *(AddTag(f"{number}") for number in range(5)))
    assert send_webhooks() == 10
    parts = []

    def looked_at(execute, sql, params, many, context):
        if sql.startswith('DELETE FROM "webhooks_webhookdelivery"'):
            parts.append(len(params))
            assert not Webhook.objects.get(pk=webhook.pk).active
        return execute(sql, params, many, context)

    with connection.execute_wrapper(looked_at):
        administration.remove(webhook, as_root)

    assert parts == [2, 2, 1]
    assert list(Webhook.objects.all()) == [other]
    assert WebhookDelivery.objects.filter(webhook=other).count() == WebhookAttempt.objects.count() == 5


def test_old_deliveries_are_forgotten_with_their_log(ticket, receiver, make_webhook):
    make_webhook(receiver)
    do(ticket, AddTag("one"))
    do(ticket, AddTag("two"))
    send_webhooks()
    old = WebhookDelivery.objects.earliest("pk")
    WebhookDelivery.objects.filter(pk=old.pk).update(ended_at=now() - timedelta(days=31))

    assert administration.prune() == 1

    assert WebhookDelivery.objects.count() == WebhookAttempt.objects.count() == 1


def test_the_webhook_is_put_under_todays_key(ticket, receiver, make_webhook, settings, capsys):
    from django.core.management import call_command

    make_webhook(receiver)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a new key, which is long enough to be taken for one"
    settings.SECRET_KEY_FALLBACKS = [old]
    call_command("rotate_webhook_secrets")
    settings.SECRET_KEY_FALLBACKS = []
    do(ticket, AddTag("one"))
    assert send_webhooks() == 1

    settings.SECRET_KEY = "a third one, under which nothing was ever encrypted"
    call_command("rotate_webhook_secrets")
    assert capsys.readouterr().err.startswith("Warehouse: its secret was encrypted under a key that is gone")
    do(ticket, AddTag("two"))
    send_webhooks()
    assert WebhookDelivery.objects.latest("pk").reason == "secret_lost"
