"""Receivers that hang, drip, drown, send elsewhere or lead inside, killed senders, two of them at once (H01-H06)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.utils.timezone import now

from agents.actors import Actor
from helpdesk.lib import outward
from helpdesk.lib.outward import TargetRefused
from tests.factories import make_ticket
from tests.plugin_services import ROOT, child_environment
from tests.webhooks.conftest import hang
from tickets.actions import AddTag
from tickets.perform import perform
from webhooks import administration, sending
from webhooks.models import SenderSeat, Webhook, WebhookAttempt, WebhookDelivery
from webhooks.sending import send_webhooks


def tag(ticket, word):
    return perform(ticket.pk, AddTag(word), by=Actor.system("test"), via="test")


def drown(door, _body):
    door.send_response(200)
    door.send_header("Content-Type", "text/plain")
    for number in range(90):
        door.send_header(f"X-{number}", "y" * 5000)
    door.end_headers()
    try:
        for _piece in range(160):
            door.wfile.write(b"drown\x00" * 11_000)
    except OSError:
        pass


def drip(door, _body):
    try:
        door.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(200):
            door.wfile.write(f"X-{number}: y\r\n".encode())
            time.sleep(0.2)
    except OSError:
        pass


@pytest.mark.django_db
def test_hostile_receivers_leak_nothing_and_block_nobody_and_all_is_in_the_log(
    ticket, make_receiver, make_webhook, monkeypatch
):
    """H01, H02, H03, H05, Fault F32: each fails, or is cut short, alone; the good one has everything before that."""
    monkeypatch.setattr(outward, "SECONDS", 3.0)
    good, inside = make_receiver(), make_receiver()
    make_webhook(good, "Good")

    def redirect(door, _body):
        door.send_response(307)
        door.send_header("Location", inside.url)
        door.end_headers()

    for name, behave in {"Hangs": hang(8), "Drips": drip, "Drowns": drown, "Redirects": redirect}.items():
        make_webhook(make_receiver(behave), name)
    asked = []
    known = socket.getaddrinfo

    def resolve(host, port, *args, **kwargs):
        if host != "mind.example":
            return known(host, port, *args, **kwargs)
        asked.append(host)
        # Public when it is saved, the inside at every later look.
        address = "93.184.215.14" if len(asked) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    connected = []
    connect = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda to, *args, **kwargs: connected.append(to[0]) or connect(to, *args, **kwargs)
    )
    good.url, kept = "https://mind.example/x", good.url
    make_webhook(good, "Mind")
    good.url = kept
    for word in ("one", "two", "three"):
        tag(ticket, word)

    send_webhooks()

    assert [body["data"]["tag"] for body in good.bodies] == ["one", "two", "three"]
    assert inside.bodies == []
    assert set(connected) == {"127.0.0.1"}
    firsts = WebhookAttempt.objects.filter(number=1).order_by("delivery__pk").select_related("delivery__webhook")
    log = {}
    for attempt in firsts:
        log.setdefault(attempt.delivery.webhook.name, attempt)
    assert {name: (one.reason, one.status) for name, one in log.items()} == {
        "Good": ("", 204),
        "Hangs": ("timeout", None),
        "Drips": ("timeout", None),
        "Drowns": ("", 200),
        "Redirects": ("status", 307),
        "Mind": ("refused", None),
    }
    assert ["Location", inside.url] in log["Redirects"].answer_headers
    assert log["Drowns"].answer_text.startswith("drown\ufffddrown")
    assert len(log["Drowns"].answer_text) <= 4096
    assert len(str(log["Drowns"].answer_headers)) < 40 * 700
    last = WebhookAttempt.objects.filter(delivery__webhook__name="Good").latest("at")
    assert last.at + timedelta(milliseconds=last.duration_ms) < log["Hangs"].at + timedelta(
        milliseconds=log["Hangs"].duration_ms
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    ["https://10.0.0.1/x", "https://2130706433/", "https://[::1]/", "http://example.com/", "file:///etc/passwd", "x"],
)
def test_an_address_that_leads_inside_is_refused_when_saved(as_root, url):
    """H01, H04, C04."""
    with pytest.raises(TargetRefused):
        administration.make(as_root, {"name": "x", "url": url})

    assert not Webhook.objects.exists()


@pytest.mark.django_db
def test_who_is_not_reached_is_left_alone_for_a_while_and_then_told_at_once(
    kim, billing, receiver, make_webhook, time_machine
):
    webhook = make_webhook(receiver)
    url = webhook.url
    Webhook.objects.update(url="http://127.0.0.1:9/closed")
    tickets = [make_ticket(kim, team=billing) for _number in range(6)]
    sending.gather()
    WebhookDelivery.objects.exclude(kind="opened").delete()

    send_webhooks()

    tried = WebhookDelivery.objects.filter(attempts__gt=0)
    webhook.refresh_from_db()
    assert (tried.count(), webhook.unreached) == (4, 4)
    assert webhook.resting_until > now()
    Webhook.objects.update(url=url, resting_until=now())
    send_webhooks()
    assert {body["ticket_id"] for body in receiver.bodies} == {ticket.pk for ticket in tickets}


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_never_send_one_delivery_twice(kim, billing, make_receiver, make_webhook, monkeypatch):
    """Fault F30: even when both believe to have the seat. On PostgreSQL they truly meet."""
    under_way, twice, lock = set(), [], threading.Lock()

    def watch(_door, body):
        with lock:
            if body["id"] in under_way:
                twice.append(body["id"])
            under_way.add(body["id"])
        time.sleep(0.02)
        with lock:
            under_way.discard(body["id"])
        return 200

    receiver = make_receiver(watch)
    make_webhook(receiver, kinds=["tag_added"])
    tickets = [make_ticket(kim, team=billing) for _number in range(4)]
    for word in ("a", "b", "c"):
        for ticket in tickets:
            tag(ticket, word)
    sending.gather()
    monkeypatch.setattr(sending, "_take_seat", lambda: SenderSeat(pk=1, held_until=now() + timedelta(hours=1)))
    together = threading.Barrier(3)

    def work():
        try:
            together.wait()
            send_webhooks()
        finally:
            connections.close_all()

    senders = [threading.Thread(target=work) for _number in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    send_webhooks()

    assert twice == []
    ids = [body["id"] for body in receiver.bodies]
    assert len(ids) == len(set(ids)) == 12
    for ticket in tickets:
        assert [body["data"]["tag"] for body in receiver.bodies if body["ticket_id"] == ticket.pk] == ["a", "b", "c"]
    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("sent", 1)}


SEND = """
import django; django.setup()
from webhooks.sending import send_webhooks
send_webhooks()
"""


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_is_killed_loses_nothing(ticket, make_receiver, make_webhook):
    """Fault F14: kill -9 while the receiver has the first of two; both arrive, in order, the first twice (one id)."""
    children: list[subprocess.Popen[bytes]] = []

    def kill(_door, body):
        if len(children) == 1 and children[0].poll() is None:
            os.kill(children[0].pid, signal.SIGKILL)
        return 200

    receiver = make_receiver(kill)
    make_webhook(receiver)
    tag(ticket, "one")
    tag(ticket, "two")
    environment = child_environment(OUTWARD_ALLOWED="127.0.0.1")
    for _start in range(2):
        children.append(subprocess.Popen([sys.executable, "-c", SEND], cwd=ROOT, env=environment))
        children[-1].wait(60)
        WebhookDelivery.objects.filter(state="sending").update(claimed_until=now())
        SenderSeat.objects.update(held_until=now())

    assert [child.returncode for child in children] == [-9, 0]
    assert [body["data"]["tag"] for body in receiver.bodies] == ["one", "one", "two"]
    assert receiver.headers[0]["webhook-id"] == receiver.headers[1]["webhook-id"]
    first, second = WebhookDelivery.objects.order_by("pk")
    assert [attempt.reason for attempt in first.log.all()] == ["interrupted", ""]
    assert (first.state, second.state) == ("sent", "sent")
