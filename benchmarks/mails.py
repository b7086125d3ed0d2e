"""Mails taken in per second: sent by SMTP to the product's listener, until the last one stands on a ticket."""

from __future__ import annotations

import smtplib
import threading
import time
from email.utils import formatdate
from uuid import uuid4

from django.db import connection

from benchmarks.fill_tickets import SENTENCES
from channels.models import InboundMessage
from customers.models import Address

SENDERS = 4
PATIENCE = 180


def taken_in(port: int, count: int) -> dict[str, float]:
    """Send `count` different mails of customers whom we know; how fast they were accepted, and processed."""
    before = InboundMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    writers = list(Address.objects.filter(kind="email").order_by("-pk").values_list("value", flat=True)[:count])
    batches = [range(n, count, SENDERS) for n in range(SENDERS)]
    started = time.perf_counter()
    threads = [threading.Thread(target=_send, args=(port, batch, writers)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = time.perf_counter() - started
    states = _until_done(before, count, started)
    done = time.perf_counter() - started
    if states.get("done", 0) != count:
        print(f"  of {count} mails: {states}")
    return {"accepted": round(count / accepted, 1), "processed": round(states.get("done", 0) / done, 1)}


def _send(port: int, batch: range, writers: list[str]) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
        for number in batch:
            sender, team = writers[number % len(writers)], 1 + number % 11
            words = "\r\n".join(SENTENCES[(number + n) % len(SENTENCES)] for n in range(5))
            mail = (
                f"From: {sender}\r\nTo: team-{team}@desk.example\r\nSubject: About my order {number}\r\n"
                f"Message-ID: <{uuid4().hex}@client.example>\r\nDate: {formatdate()}\r\n"
                "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                f"Hello,\r\n\r\n{words}\r\n\r\nKind regards\r\n"
            )
            smtp.sendmail(sender, [f"team-{team}@desk.example"], mail.encode())


def _until_done(before: int, count: int, started: float) -> dict[str, int]:
    states: dict[str, int] = {}
    while time.perf_counter() - started < PATIENCE:
        with connection.cursor() as cursor:
            cursor.execute("SELECT state, count(*) FROM channels_inboundmessage WHERE id > %s GROUP BY state", [before])
            states = dict(cursor.fetchall())
        if sum(states.values()) >= count and not states.get("stored"):
            return states
        time.sleep(0.05)
    return states
