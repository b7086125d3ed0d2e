"""Files by program: up first, then taken by a message; down only for who sees the ticket."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.api.conftest import program
from tickets.models import Attachment

pytestmark = pytest.mark.django_db


def upload(client, content=b"<script>alert(1)</script>", name="../a.html"):
    return client.post("/api/v1/attachments/", {"file": SimpleUploadedFile(name, content, "text/html")})


def test_a_file_goes_up_is_sent_and_comes_down_as_bytes(ana_program, ticket):
    """C03, C11: never as a page of ours."""
    made = upload(ana_program)
    assert made.status_code == 201
    key = made.json()["key"]
    sent = ana_program.send(f"/api/v1/tickets/{ticket.pk}/messages/", {"body": "See", "attachments": [key]})

    assert sent.json()["attachments"][0]["name"] == made.json()["name"] == "a.html"
    assert ana_program.get(f"/api/v1/attachments/{key}/").json()["size"] == 25
    answer = ana_program.get(f"/api/v1/attachments/{key}/content/")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="a.html"'
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_file_of_an_unseen_ticket_is_as_absent_as_one_that_never_was(ana_program, mia_program, ticket):
    """D03"""
    key = upload(ana_program).json()["key"]
    paths = [f"/api/v1/attachments/{key}/", f"/api/v1/attachments/{key}/content/"]

    assert [mia_program.get(path).status_code for path in paths] == [404, 404]  # not sent: its uploader's alone
    ana_program.send(f"/api/v1/tickets/{ticket.pk}/messages/", {"body": "See", "attachments": [key]})
    assert [mia_program.get(path).status_code for path in paths] == [404, 404]
    assert mia_program.get(paths[0]).json()["code"] == mia_program.get("/api/v1/attachments/none/").json()["code"]
    assert [Client().get(path).status_code for path in paths] == [401, 401]


def test_nobody_sends_the_upload_of_somebody_else(ana_program, leo_program, ticket):
    """D08"""
    key = upload(leo_program).json()["key"]

    answer = ana_program.send(f"/api/v1/tickets/{ticket.pk}/messages/", {"body": "See", "attachments": [key]})

    assert (answer.status_code, answer.json()["code"]) == (422, "no_such_upload")
    assert Attachment.objects.get().message_id is None
    assert ticket.messages.count() == 1


def test_a_file_that_is_too_big_or_missing_is_refused(ana_program, settings):
    """D07"""
    settings.MAX_UPLOAD_MB = 1
    big = upload(ana_program, b"x" * (2**20 + 1))
    none = ana_program.post("/api/v1/attachments/", {"other": "x"})

    assert (big.status_code, big.json()["code"]) == (422, "too_big")
    assert (none.status_code, none.json()["code"]) == (422, "no_file")
    assert not Attachment.objects.exists()


def test_light_agents_bring_files_for_their_notes_and_tokens_that_read_bring_none(ana, lou):
    """E01: the one write that the table of test_permissions.py cannot hold."""
    asked = {(who.name, scope): upload(program(who, scope)) for who in (ana, lou) for scope in ("write", "read")}

    assert {key: answer.status_code for key, answer in asked.items()} == {
        ("Ana", "write"): 201,
        ("Ana", "read"): 403,
        ("Lou", "write"): 201,
        ("Lou", "read"): 403,
    }
    assert {asked[name, "read"].json()["code"] for name in ("Ana", "Lou")} == {"scope"}
    assert sorted(Attachment.objects.values_list("uploaded_by", flat=True)) == sorted([ana.pk, lou.pk])


def test_a_program_may_send_more_than_a_stranger(ana_program):
    """Two megabytes pass for a token that works, and are refused unread without one."""
    assert upload(ana_program, b"x" * 2 * 2**20).status_code == 201
    assert upload(Client(), b"x" * 2 * 2**20).status_code == 413
