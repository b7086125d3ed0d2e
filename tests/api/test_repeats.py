"""Idempotency-Key: sent again, answered from memory; sent at once by many, done once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connections
from django.test import Client
from django.utils.timezone import now

from agents.models import RepeatedRequest
from agents.tasks import forget_repeated_requests
from tests.api.conftest import Program, program
from tests.factories import make_agent, make_team, make_ticket
from tickets import bulk
from tickets.models import Attachment, BulkJob, Message, Ticket

pytestmark = pytest.mark.django_db

NEW = {"subject": "Once", "requester": {"email": "kim@alpha.example"}, "message": {"body": "Hello"}}
KEY = {"Idempotency-Key": "order-4711"}


def test_the_same_key_and_body_is_given_the_stored_answer(ana_program):
    first = ana_program.send("/api/v1/tickets/", NEW, **KEY)
    second = ana_program.send("/api/v1/tickets/", NEW, **KEY)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (second["ETag"], second["Idempotent-Replayed"]) == (first["ETag"], "true")
    assert "Idempotent-Replayed" not in first
    assert Ticket.objects.count() == Message.objects.count() == 1


def test_the_same_key_with_another_request_is_refused(ana_program, ticket):
    """L01"""
    ana_program.send("/api/v1/tickets/", NEW, **KEY)

    other = ana_program.send("/api/v1/tickets/", NEW | {"subject": "Twice"}, **KEY)
    elsewhere = ana_program.send(f"/api/v1/tickets/{ticket.pk}/messages/", NEW["message"], **KEY)

    for answer in (other, elsewhere):
        assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert Ticket.objects.filter(channel="api").count() == 1


def test_keys_of_two_agents_do_not_meet(ana_program, mia_program):
    for client in (ana_program, mia_program):
        assert client.send("/api/v1/tickets/", NEW, **KEY).status_code == 201

    assert Ticket.objects.count() == 2


def test_a_refused_request_may_be_put_right_under_its_key(ana_program):
    assert ana_program.send("/api/v1/tickets/", NEW | {"priority": "huge"}, **KEY).status_code == 422
    assert ana_program.send("/api/v1/tickets/", NEW, **KEY).status_code == 201

    assert Ticket.objects.count() == 1


def test_a_request_that_runs_is_not_begun_again(ana_program, ana):
    ana_program.send("/api/v1/tickets/", NEW, **KEY)
    RepeatedRequest.objects.update(status=None, body="")

    answer = ana_program.send("/api/v1/tickets/", NEW, **KEY)

    assert (answer.status_code, answer.json()["code"]) == (409, "running")
    assert Ticket.objects.count() == 1


def test_a_request_whose_process_died_is_finished_without_doing_it_twice(ana_program):
    """The ticket was opened, its answer was lost: the key names the gesture, so the second finds the first's ticket."""
    first = ana_program.send("/api/v1/tickets/", NEW, **KEY).json()
    RepeatedRequest.objects.update(status=None, body="", begun_at=now() - timedelta(seconds=601))

    answer = ana_program.send("/api/v1/tickets/", NEW, **KEY)

    assert (answer.status_code, answer.json()["id"]) == (201, first["id"])
    assert Ticket.objects.count() == 1


def test_words_whose_answer_was_lost_are_not_written_twice(ana_program, ticket):
    """L01: the gesture names the message, which is told again as it was."""
    here = f"/api/v1/tickets/{ticket.pk}/messages/"
    first = ana_program.send(here, {"body": "Restarted."}, **KEY)
    RepeatedRequest.objects.update(status=None, body="", begun_at=now() - timedelta(seconds=601))

    second = ana_program.send(here, {"body": "Restarted."}, **KEY)

    assert (second.status_code, second.json(), second["ETag"]) == (201, first.json(), first["ETag"])
    assert "Idempotent-Replayed" not in second
    assert Message.objects.filter(text__startswith="Restarted.").count() == 1


def test_after_a_day_the_key_is_forgotten(ana_program):
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False) as clock:
        ana_program.send("/api/v1/tickets/", NEW, **KEY)
        clock.shift(timedelta(hours=24))
        ana_program.send("/api/v1/tickets/", NEW, **KEY)
        assert Ticket.objects.count() == 1
        assert forget_repeated_requests() == 0
        clock.shift(timedelta(seconds=1))
        assert forget_repeated_requests() == 1


def test_after_a_day_the_same_request_is_a_new_one(ana_program):
    """Also when nobody has swept the old key away."""
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False) as clock:
        first = ana_program.send("/api/v1/tickets/", NEW, **KEY)
        clock.shift(timedelta(hours=25))
        second = ana_program.send("/api/v1/tickets/", NEW, **KEY)
        third = ana_program.send("/api/v1/tickets/", NEW, **KEY)

    assert [answer.status_code for answer in (first, second, third)] == [201, 201, 201]
    assert "Idempotent-Replayed" not in second
    assert first.json()["id"] != second.json()["id"] == third.json()["id"]
    assert Ticket.objects.count() == Message.objects.count() == 2


def test_what_was_done_before_a_crash_is_not_done_again_by_a_retry(ana_program, monkeypatch):
    """The ticket stands, and its answer could not be written: the retry is let in at once and finds the ticket."""

    def crash(*_args, **_known):
        raise RuntimeError

    def send():
        client = Client(headers={"Authorization": f"Bearer {ana_program.secret}"})
        return client.post("/api/v1/tickets/", NEW, content_type="application/json", headers=KEY)

    with monkeypatch.context() as broken:
        broken.setattr("tickets.api.views.seen", crash)
        assert send().status_code == 500

    answer = send()

    assert (answer.status_code, answer.json()["id"]) == (201, Ticket.objects.get().pk)
    assert Message.objects.count() == 1


def test_a_bulk_order_that_broke_off_goes_on_under_its_key(ana_program, ana, kim, billing, monkeypatch):
    """L01: one ticket was done, the database went away at the next. The retry is the same job, and nobody is written to
    twice; neither when the job was done and only its answer was lost."""
    tickets = [make_ticket(kim, team=billing) for _number in range(2)]
    order = {"ids": [one.pk for one in tickets], "actions": [{"do": "add_reply", "body": "Restarted."}]}
    really, calls = bulk.perform, []

    def goes_away(*args, **known):
        calls.append(args[0])
        if len(calls) == 2:
            raise OperationalError("the connection is gone")
        return really(*args, **known)

    def send():
        client = Client(headers={"Authorization": f"Bearer {ana_program.secret}"}, raise_request_exception=False)
        return client.post("/api/v1/tickets/bulk/", order, content_type="application/json", headers=KEY)

    monkeypatch.setattr(bulk, "perform", goes_away)
    assert send().status_code == 500
    assert Message.objects.filter(text__startswith="Restarted.").count() == 1

    again = send()

    assert (again.status_code, again.json()["numbers"]["done"]) == (200, 2)
    RepeatedRequest.objects.update(status=None, body="", begun_at=now() - timedelta(seconds=601))
    assert send().json() == again.json()
    assert BulkJob.objects.get().pk == again.json()["id"]
    assert (
        sorted(Message.objects.filter(text__startswith="Restarted.").values_list("ticket", flat=True)) == order["ids"]
    )
    # Another key is another order.
    other = ana_program.send("/api/v1/tickets/bulk/", order, **{"Idempotency-Key": "order-4712"})
    assert other.json()["id"] != again.json()["id"]


def test_a_lost_answer_is_found_again_although_the_version_has_moved_on(ana_program, ticket, technical):
    """L01, L02: If-Match names what was read before the first try, which that try itself has altered."""
    here = f"/api/v1/tickets/{ticket.pk}/"
    headers = KEY | {"If-Match": ana_program.get(here)["ETag"]}
    reply = {"actions": [{"do": "add_reply", "body": "Restarted."}]}
    first = ana_program.send(f"{here}actions/", reply, **headers)
    RepeatedRequest.objects.update(status=None, body="", begun_at=now() - timedelta(seconds=601))

    second = ana_program.send(f"{here}actions/", reply, **headers)

    assert (first.status_code, second.status_code) == (200, 200)
    assert second["ETag"] == first["ETag"] != headers["If-Match"]
    assert Message.objects.filter(text__startswith="Restarted.").count() == 1
    stale = ana_program.send(f"{here}actions/", reply, **headers | {"Idempotency-Key": "order-4712"})
    assert stale.status_code == 412
    # What takes the ticket out of sight is done and has no more to show, both times.
    away = {"actions": [{"do": "move_to_team", "team_id": technical.pk}]}
    key = {"Idempotency-Key": "order-4713"}
    assert ana_program.send(f"{here}actions/", away, **key).status_code == 204
    RepeatedRequest.objects.update(status=None, body="", begun_at=now() - timedelta(seconds=601))
    assert ana_program.send(f"{here}actions/", away, **key).status_code == 204


@pytest.mark.parametrize("key", ["", "x" * 256, "\u00e6"])
def test_a_strange_key_is_refused(ana_program, key):
    answer = ana_program.send("/api/v1/tickets/", NEW, **{"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_key")
    assert not Ticket.objects.exists()


def test_an_upload_is_the_same_if_its_file_is(ana_program):
    def upload(content):
        file = SimpleUploadedFile("a.txt", content, "text/plain")
        return ana_program.post("/api/v1/attachments/", {"file": file}, headers=KEY)

    first, second, other = upload(b"one"), upload(b"one"), upload(b"two")

    assert first.json()["key"] == second.json()["key"]
    assert other.status_code == 422
    assert Attachment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_with_one_key_open_one_ticket():
    """L01: the constraint lets one win; the others are told that it runs, or given its answer."""
    client = program(make_agent("Ana", teams=[make_team("Billing")]))
    answers, start = [], threading.Barrier(10)

    def send():
        start.wait()
        try:
            answers.append(Program(client.secret).send("/api/v1/tickets/", NEW, **KEY))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Ticket.objects.count() == Message.objects.count() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    opened = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert opened == {Ticket.objects.get().pk}
    assert len(answers) == 10
