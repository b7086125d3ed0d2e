"""What is too large is refused at the door, before it costs memory or disk."""

from __future__ import annotations

import pytest
from django.core.files.uploadhandler import FileUploadHandler
from django.test import Client

from helpdesk.middleware import BodyLimit

pytestmark = pytest.mark.django_db

MEGABYTE = 2**20


@pytest.fixture
def nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FileUploadHandler, "new_file", lambda *a, **k: pytest.fail("the body was read"))


def multipart(size: int) -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    return head + bytes(size) + b"\r\n--b--\r\n"


@pytest.mark.parametrize("path", ["/accounts/login/", "/tickets/files/", "/accounts/password/reset/", "/nowhere/"])
def test_a_stranger_cannot_fill_the_disk(client: Client, nothing_is_read: None, path: str) -> None:
    """D04: Django keeps uploads before a view or the CSRF check looks at them, so the length is looked at first."""
    answered = client.post(path, multipart(2 * MEGABYTE), content_type="multipart/form-data; boundary=b")

    assert answered.status_code == 413
    assert answered["Content-Type"] == "text/html; charset=utf-8"


def test_an_agent_may_send_files_but_not_without_end(client, ana, settings, nothing_is_read, monkeypatch) -> None:
    """D04: the limit follows that of a single file."""
    client.force_login(ana)
    settings.MAX_UPLOAD_MB = 1
    monkeypatch.setattr(BodyLimit, "FILES", 0)

    answered = client.post("/tickets/files/", multipart(7 * MEGABYTE), content_type="multipart/form-data; boundary=b")

    assert answered.status_code == 413


def test_an_agents_file_passes(client, ana) -> None:
    client.force_login(ana)

    answered = client.post("/tickets/files/", multipart(2 * MEGABYTE), content_type="multipart/form-data; boundary=b")

    assert answered.status_code == 201


@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 30, "\u0661"])
def test_a_length_that_is_no_number_is_too_long(client: Client, nothing_is_read: None, length: str) -> None:
    """D04, K05"""
    answered = client.generic("POST", "/accounts/login/", b"x", CONTENT_LENGTH=length)

    assert answered.status_code in {400, 413}
