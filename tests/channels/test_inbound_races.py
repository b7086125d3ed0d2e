"""Many workers and many copies of a mail at the same moment: one ticket, one message, nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from channels.inbound import process, process_waiting, receive
from channels.models import InboundMessage
from customers.models import Customer
from tests.channels.mailroom import make_mailbox
from tests.channels.post import counts, letter

pytestmark = pytest.mark.django_db(transaction=True)

State = InboundMessage.State


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.inbound.wake_inbound", lambda: None)


def at_once(*gestures: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each with its own connection; what they returned or raised."""
    gate = threading.Barrier(len(gestures))
    results: list[Any] = [None] * len(gestures)

    def run(number: int) -> None:
        try:
            gate.wait(10)
            results[number] = gestures[number]()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(gestures))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_one_mail_and_many_workers_make_one_ticket() -> None:
    box = make_mailbox()
    inbound = receive(letter(), box, transport="pipe")

    results = at_once(*[lambda: process(inbound.pk)] * 6)

    assert not [r for r in results if isinstance(r, Exception)]
    assert counts() == (1, 1)


def test_copies_of_one_mail_processed_at_once_make_one_ticket() -> None:
    """The same bytes by several roads, and the same id, sender and words in other bytes."""
    box = make_mailbox()
    roads = [b"Received: by %d\r\n" % number + letter() for number in range(3)] + [letter("My  printer burns.")]
    pks = [receive(raw, box, transport="pipe").pk for raw in roads]

    at_once(*[lambda pk=pk: process(pk) for pk in pks])
    process_waiting()

    assert counts() == (1, 1)
    assert sorted(InboundMessage.objects.values_list("state", flat=True)) == [State.DONE] + [State.DUPLICATE] * 3


def test_first_mails_of_one_person_at_once_make_one_customer() -> None:
    box = make_mailbox()
    pks = [receive(letter(f"Matter {n}", header_id=f"{n}@a.example"), box, transport="pipe").pk for n in range(5)]

    at_once(*[lambda pk=pk: process(pk) for pk in pks])
    while process_waiting():
        InboundMessage.objects.filter(state=State.STORED).update(claimed_until=None)

    assert (Customer.objects.count(), counts()) == (1, (5, 5))


def test_a_sweep_beside_workers_does_nothing_twice() -> None:
    box = make_mailbox()
    for number in range(20):
        receive(letter(f"Matter {number}", header_id=f"{number}@a.example"), box, transport="pipe")

    at_once(*[process_waiting] * 4)

    assert counts() == (20, 20)
    assert set(InboundMessage.objects.values_list("state", flat=True)) == {State.DONE}
