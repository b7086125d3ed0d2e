"""Files: kept once by content, named as data, gone when nobody took them."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now

from agents.actors import Actor
from tests.factories import make_ticket
from tickets import attachments
from tickets.actions import AddNote, AddReply, RedactMessage
from tickets.attachments import collect_abandoned, keep_upload, open_blob, store
from tickets.models import Attachment, Blob
from tickets.perform import perform

pytestmark = pytest.mark.django_db


def upload(agent, data=b"hello", name="a.txt"):
    return keep_upload(data, name=name, content_type="text/plain", uploaded_by=agent.pk if agent else None)


def test_the_same_content_is_kept_once_below_a_path_of_our_own(ana, settings):
    """D01: the stored path is made here; the name is data only."""
    first, second = upload(ana, name="../../etc/passwd"), upload(ana, name="b.txt")

    assert first.blob == second.blob
    assert first.blob.size == 5
    with open_blob(first.blob) as file:
        assert file.read() == b"hello"
    files = [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]
    assert files == [Path(settings.MEDIA_ROOT) / first.blob.path]
    assert first.key != second.key


def test_large_content_is_written_in_pieces(ana):
    blob = store(b"x" * 1000 for _ in range(100))

    assert blob.size == 100_000
    with open_blob(blob) as file:
        assert file.read() == b"x" * 100_000


def test_a_disk_that_refuses_leaves_no_row_and_no_half_file(ana, settings, monkeypatch):
    """Fault F23: a full disk."""

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        upload(ana)

    assert not Attachment.objects.exists()
    assert not Blob.objects.exists()
    assert list(Path(settings.MEDIA_ROOT).iterdir()) == []


def test_who_may_see_a_file(ticket, ana, mia, lou, otto, as_ana, as_kim, kim):
    """D03: reply and note attachments, per person; a foreign one is as absent as one that never was."""
    on_reply, on_note, waiting = upload(ana), upload(ana), upload(ana)
    perform(ticket.pk, AddReply("see", attachments=[on_reply.key]), by=as_ana, via="web")
    perform(ticket.pk, AddNote("see", attachments=[on_note.key]), by=as_ana, via="web")

    def seen_by(actor):
        return set(Attachment.objects.visible_to(actor))

    assert seen_by(as_ana) == {on_reply, on_note, waiting}
    assert seen_by(Actor.agent(lou)) == {on_reply, on_note}
    assert seen_by(Actor.agent(otto)) == {on_reply, on_note}
    assert seen_by(Actor.agent(mia)) == set()
    assert seen_by(as_kim) == {on_reply}
    assert seen_by(Actor.customer(kim.pk + 1, "CB")) == set()


def test_files_of_a_redacted_message_are_gone(ticket, ana, leo, as_ana):
    file = upload(ana)
    perform(ticket.pk, AddReply("see", attachments=[file.key]), by=as_ana, via="web")

    perform(ticket.pk, RedactMessage(ticket.messages.last().pk), by=Actor.agent(leo), via="web")

    assert not Attachment.objects.exists()


def test_uploads_that_no_message_took_are_collected_after_a_day(kim, ana, as_ana, billing, settings):
    """D12: files that nobody sent do not pile up."""
    ticket = make_ticket(kim, team=billing)
    taken, old, shared, fresh = upload(ana, b"1"), upload(ana, b"2"), upload(ana, b"1"), upload(ana, b"3")
    perform(ticket.pk, AddReply("see", attachments=[taken.key]), by=as_ana, via="web")
    Attachment.objects.filter(pk__in=[taken.pk, old.pk, shared.pk]).update(created_at=now() - timedelta(days=2))

    assert collect_abandoned() == 2

    assert set(Attachment.objects.all()) == {taken, fresh}
    assert (Path(settings.MEDIA_ROOT) / taken.blob.path).exists()
    assert not (Path(settings.MEDIA_ROOT) / old.blob.path).exists()
    assert attachments.collect_abandoned() == 0
