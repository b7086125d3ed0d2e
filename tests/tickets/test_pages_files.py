"""Files and mails as strangers made them: kept safely, served as downloads or pictures, framed without scripts."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.lib.html import sanitise
from tests.factories import make_ticket
from tickets.actions import AddCustomerMessage, AddNote
from tickets.attachments import keep_upload
from tickets.models import Attachment
from tickets.perform import perform

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32
HOSTILE = """<h1 onclick="x()">Hi</h1><script>parent.hacked=1</script><img src="http://evil.example/p.png">
<a href="javascript:alert(1)">click</a><form action="/x"><input></form><style>*{display:none}</style>
<div style="position:fixed;background:url(http://evil.example/q)">over</div><img src="cid:logo@x"><b>bold</b>"""


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def upload(page, name, content, content_type="application/octet-stream"):
    return page.post("/tickets/files/", {"file": SimpleUploadedFile(name, content, content_type)}, headers=HTMX)


@pytest.fixture
def mailed(ticket, kim, as_kim):
    """Kim mails files; returns them by name."""

    def send(*files, html="", text="See the files."):
        keys = [
            keep_upload(data, name=name, content_type=kind, uploaded_by=None, content_id=cid).key
            for name, kind, data, cid in files
        ]
        said = AddCustomerMessage(kim.pk, kim.name, text, html=html, attachments=keys)
        perform(ticket.pk, said, by=as_kim, via="email")
        return {a.name: a for a in Attachment.objects.filter(key__in=keys)}

    return send


def test_an_upload_waits_under_a_safe_name_with_a_long_random_key(page, ana):
    """D01, D02, D07"""
    response = upload(page, "..\\..\\evil\u202egnp.\u200bhtaccess", b"x")

    kept = Attachment.objects.get()
    assert response.status_code == 201
    assert f'name="attachments" value="{kept.key}"' in response.content.decode()
    assert re.fullmatch(r"[^/\\\u202e\u200b]+", kept.name)
    assert len(kept.key) >= 27
    assert kept.uploaded_by == ana
    assert kept.message is None


def test_a_type_is_what_the_bytes_say(page):
    """D06"""
    upload(page, "photo.png", b"<html><script>alert(1)</script>", "image/png")
    upload(page, "photo.txt", PNG, "text/plain")

    assert [a.content_type for a in Attachment.objects.order_by("pk")] == ["application/octet-stream", "image/png"]


def test_a_file_that_is_too_big_is_refused_with_words_and_not_kept(page, settings):
    """D04"""
    settings.MAX_UPLOAD_MB = 1

    exactly = upload(page, "fits.bin", b"x" * 2**20)
    over = upload(page, "big.bin", b"x" * (2**20 + 1))

    assert exactly.status_code == 201
    assert over.status_code == 422
    assert json.loads(over["HX-Trigger"])["refused"]["text"] == "A file has at most 1 MB."
    assert [a.name for a in Attachment.objects.all()] == ["fits.bin"]


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("page.html", "text/html", b"<script>alert(1)</script>"),
        ("drawing.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("data.xml", "application/xml", b"<?xml version='1.0'?><x/>"),
        ("lies.png", "image/png", b"<html><script>alert(1)</script>"),
        ("movie.swf", "application/x-shockwave-flash", b"CWS"),
        ("paper.pdf", "application/pdf", b"%PDF-1.4"),
    ],
)
def test_whatever_a_file_is_it_comes_down_as_a_download_in_a_sandbox(page, mailed, name, kind, data):
    """C03"""
    file = mailed((name, kind, data, ""))[name]

    response = page.get(f"/tickets/files/{file.key}/")

    assert response.getvalue() == data
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Type"] in {"application/octet-stream", "application/pdf", "image/png"}


def test_only_real_pictures_are_shown_as_pictures(page, mailed):
    """C03, D06"""
    files = mailed(
        ("real.png", "image/png", PNG, ""),
        ("lies.png", "image/png", b"<html><script>alert(1)</script>", ""),
        ("drawing.svg", "image/svg+xml", b"<svg/>", ""),
    )

    real = page.get(f"/tickets/files/{files['real.png'].key}/image/")
    assert (real.status_code, real["Content-Type"]) == (200, "image/png")
    assert "sandbox" in real["Content-Security-Policy"]
    assert real.getvalue() == PNG
    for name in ("lies.png", "drawing.svg"):
        assert page.get(f"/tickets/files/{files[name].key}/image/").status_code == 404


def test_a_file_of_an_unseen_ticket_is_as_absent_as_none(client, mia, mailed, ticket, as_ana):
    """D03"""
    file = mailed(("a.txt", "text/plain", b"secret", ""))["a.txt"]
    perform(ticket.pk, AddNote("x"), by=as_ana, via="web")
    client.force_login(mia)

    for address in (f"/tickets/files/{file.key}/", f"/tickets/files/{file.key}/image/", "/tickets/files/none/"):
        assert client.get(address).status_code == 404
        assert client.head(address).status_code == 404


def test_an_upload_of_another_agent_can_neither_be_read_nor_sent(page, ticket, leo, client):
    """D07"""
    upload(page, "mine.txt", b"mine")
    key = Attachment.objects.get().key
    client.force_login(leo)

    assert client.get(f"/tickets/files/{key}/").status_code == 404
    response = client.post(
        f"/tickets/{ticket.pk}/replies/", {"kind": "note", "body": "x", "attachments": key}, headers=HTMX
    )
    assert response.status_code == 422
    assert Attachment.objects.get().message is None


def test_a_file_gone_from_the_disk_is_not_found_and_no_crash(page, mailed):
    from pathlib import Path

    from django.conf import settings

    file = mailed(("a.txt", "text/plain", b"words", ""))["a.txt"]
    (Path(settings.MEDIA_ROOT) / file.blob.path).unlink()

    assert page.get(f"/tickets/files/{file.key}/").status_code == 404


def test_a_designed_mail_stands_in_a_frame_and_never_in_our_page(page, mailed, ticket):
    """C01, C05"""
    mailed(html=sanitise(HOSTILE).html)

    body = page.get(f"/tickets/{ticket.pk}/").content.decode()

    frame = re.search(r"<iframe[^>]*>", body).group(0)
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in frame
    assert "<b>bold</b>" not in body


def test_the_frame_may_run_load_and_send_nothing(page, mailed, ticket):
    """C01, C04, C05, C06"""
    files = mailed(("logo.png", "image/png", PNG, "logo@x"), html=sanitise(HOSTILE).html)
    message = ticket.messages.latest("pk")

    response = page.get(f"/tickets/{ticket.pk}/messages/{message.pk}/frame/")

    body, policy = response.content.decode(), response["Content-Security-Policy"]
    assert "<b>bold</b>" in body
    assert f'src="/tickets/files/{files["logo.png"].key}/image/"' in body
    for banned in ("<script", "onclick", "javascript:", "<form", "<input", "position:fixed", ' src="http'):
        assert banned not in body, banned
    assert policy.startswith("default-src 'none';")
    assert "img-src 'self' data:;" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Referrer-Policy"] == "no-referrer"


def test_pictures_from_elsewhere_come_only_on_demand(page, mailed, ticket):
    """C06"""
    mailed(html=sanitise('<p>Hi <img src="https://elsewhere.example/p.png"></p>').html)
    message = ticket.messages.latest("pk")
    address = f"/tickets/{ticket.pk}/messages/{message.pk}/frame/"

    quiet, asked = page.get(address), page.get(f"{address}images/")

    assert ' src="https://elsewhere.example' not in quiet.content.decode()
    assert ' src="https://elsewhere.example/p.png" referrerpolicy="no-referrer"' in asked.content.decode()
    assert "https:" in asked["Content-Security-Policy"]
    assert f'target="mail-{message.pk}"' in page.get(f"/tickets/{ticket.pk}/").content.decode()


def test_html_that_was_stored_unclean_is_still_shown_clean(page, mailed, ticket):
    """C08: the row may be older than the rules."""
    mailed(html='<table><tr><td onclick="x()">cell<script>alert(1)</script></td></tr></table>')
    message = ticket.messages.latest("pk")

    body = page.get(f"/tickets/{ticket.pk}/messages/{message.pk}/frame/").content.decode()

    assert "cell" in body
    assert "onclick" not in body
    assert "<script" not in body


def test_a_plain_mail_needs_no_frame(page, mailed, ticket):
    mailed(html="<div>Just words<br>and lines</div>", text="Just words\nand lines")

    body = page.get(f"/tickets/{ticket.pk}/").content.decode()

    assert "<iframe" not in body
    assert "Just words<br>and lines" in body


def test_the_frame_of_an_unseen_or_redacted_message_is_absent(page, client, mia, leo, mailed, ticket, kim, technical):
    """E01"""
    mailed(html="<b>x</b>")
    message = ticket.messages.latest("pk")
    address = f"/tickets/{ticket.pk}/messages/{message.pk}/frame/"
    other = make_ticket(kim, team=technical)
    assert page.get(f"/tickets/{other.pk}/messages/{message.pk}/frame/").status_code == 404

    client.force_login(mia)
    assert client.get(address).status_code == 404
    client.force_login(leo)
    client.post(f"/tickets/{ticket.pk}/messages/{message.pk}/redaction/")
    assert client.get(address).status_code == 404
