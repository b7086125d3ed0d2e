"""Drafts: kept while one writes, for their author only, gone when sent, back with files after undo."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from agents.actors import Actor
from helpdesk.lib.errors import Denied
from tests.factories import make_ticket
from tickets.actions import AddReply
from tickets.attachments import collect_abandoned, keep_upload
from tickets.drafts import keep_draft
from tickets.models import Attachment, Draft, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def type_words(page, ticket):
    def post(**data):
        data = {"kind": "reply", "body": "Half a sen", "to": "kim@alpha.example", "cc": ""} | data
        return page.post(f"/tickets/{ticket.pk}/draft/", data, headers=HTMX)

    return post


def upload(agent, name="plan.txt"):
    return keep_upload(b"the plan", name=name, content_type="text/plain", uploaded_by=agent.pk)


def test_what_was_typed_is_found_again_by_another_browser(type_words, ticket, ana):
    file = upload(ana)
    said = type_words(kind="note", cc="bo@beta.example", attachments=file.key)

    elsewhere = Client()
    elsewhere.force_login(ana)
    body = elsewhere.get(f"/tickets/{ticket.pk}/").content.decode()

    assert said.status_code == 200
    assert "Draft kept" in said.content.decode()
    assert "Half a sen</textarea>" in body
    assert 'value="note" checked' in body
    assert 'value="bo@beta.example"' in body
    assert f'name="attachments" value="{file.key}"' in body


def test_a_draft_is_for_its_author_alone_whatever_the_role_of_the_other(type_words, ticket, leo, root):
    """E13, J01: nobody else reads a draft, and the page of another does not even say that there is one."""
    type_words(body="secret canary")

    for other in (leo, root):
        client = Client()
        client.force_login(other)
        assert "secret canary" not in client.get(f"/tickets/{ticket.pk}/").content.decode()
        assert client.get(f"/tickets/{ticket.pk}/").context["draft"].kept_at is None


def test_a_draft_changes_nothing_on_the_ticket_and_tells_nobody(type_words, ticket):
    before = Ticket.objects.values().get(pk=ticket.pk)

    type_words()

    assert Ticket.objects.values().get(pk=ticket.pk) == before
    assert ticket.changes.count() == 1
    assert ticket.messages.count() == 1


def test_words_gone_the_draft_goes(type_words, ticket):
    type_words()
    type_words(body="  ")

    assert not Draft.objects.exists()


def test_a_later_saving_takes_the_place_of_the_earlier(type_words, ticket, ana):
    type_words()
    type_words(body="Half a sentence")

    assert Draft.objects.get().body == "Half a sentence"


def test_sending_ends_the_draft_and_a_late_saving_does_not_bring_it_back(type_words, page, ticket):
    type_words(gesture="g1")
    sent = {"kind": "reply", "body": "All of it", "to": "kim@alpha.example", "gesture": "g1"}
    page.post(f"/tickets/{ticket.pk}/replies/", sent, headers=HTMX)

    late = type_words(gesture="g1")

    assert late.status_code == 200
    assert not Draft.objects.exists()


def test_files_of_others_do_not_get_into_a_draft(type_words, leo):
    """D07"""
    type_words(attachments=upload(leo).key)

    assert not Draft.objects.get().attachments.exists()


def test_a_ticket_out_of_sight_takes_no_draft(page, kim, technical):
    """E01"""
    foreign = make_ticket(kim, team=technical)

    assert page.post(f"/tickets/{foreign.pk}/draft/", {"body": "x"}, headers=HTMX).status_code == 404
    assert not Draft.objects.exists()


def test_nul_and_too_many_words_do_not_crash_a_draft(type_words):
    assert type_words(body="a\x00b", to="\x00", cc="x" * 9000, gesture="\x00").status_code == 200
    assert Draft.objects.get().body == "ab"
    assert type_words(body="x" * 100_001).status_code == 422


def test_only_agents_have_drafts(ticket, as_kim):
    with pytest.raises(Denied):
        keep_draft(ticket.pk, as_kim, body="x")


def test_undo_gives_back_words_people_and_files(page, ticket, ana):
    file = upload(ana)
    data = {"kind": "reply", "body": "Too early", "to": "kim@alpha.example", "attachments": file.key}
    page.post(f"/tickets/{ticket.pk}/replies/", data, headers=HTMX)
    message = ticket.messages.latest("pk")

    page.post(f"/tickets/{ticket.pk}/messages/{message.pk}/withdrawal/")
    again = page.post(f"/tickets/{ticket.pk}/messages/{message.pk}/withdrawal/", headers=HTMX)

    draft = Draft.objects.get()
    back = draft.attachments.get()
    assert (draft.body, draft.to) == ("Too early", "kim@alpha.example")
    assert (back.name, back.blob, back.uploaded_by, back.message) == ("plan.txt", file.blob, ana, None)
    assert message.attachments.get().key == file.key
    assert f'name="attachments" value="{back.key}"' in again.content.decode()

    sent = {"kind": "reply", "body": "Now", "to": "kim@alpha.example", "attachments": back.key}
    page.post(f"/tickets/{ticket.pk}/replies/", sent, headers=HTMX)
    assert ticket.messages.latest("pk").attachments.get() == back


def test_what_comes_back_stands_before_what_was_begun_meanwhile(page, type_words, ticket):
    page.post(f"/tickets/{ticket.pk}/replies/", {"kind": "reply", "body": "First", "to": "kim@alpha.example"})
    message = ticket.messages.latest("pk")
    type_words(body="Second")

    page.post(f"/tickets/{ticket.pk}/messages/{message.pk}/withdrawal/")

    assert Draft.objects.get().body == "First\n\nSecond"


def test_a_file_in_a_draft_is_not_collected_as_abandoned(type_words, ana):
    wanted, forgotten = upload(ana), upload(ana, "old.txt")
    type_words(attachments=wanted.key)
    Attachment.objects.update(created_at=now() - timedelta(days=3))

    assert collect_abandoned() == 1
    assert Attachment.objects.get() == wanted
    assert not Attachment.objects.filter(pk=forgotten.pk).exists()


def test_uploads_that_wait_are_limited_for_each_agent(page, ana, leo, settings):
    """D07"""
    settings.MAX_WAITING_UPLOADS_MB = 1
    upload(leo)
    keep_upload(b"x" * (2**20 - 100), name="big", content_type="text/plain", uploaded_by=ana.pk)

    refused = page.post("/tickets/files/", {"file": SimpleUploadedFile("more", b"x" * 200)}, headers=HTMX)

    assert refused.status_code == 422
    assert Attachment.objects.filter(uploaded_by=ana).count() == 1


def test_the_list_can_ask_which_tickets_have_a_draft_of_mine(type_words, ticket, kim, ana, leo):
    from django.db.models import Exists

    other = make_ticket(kim, team=ticket.team)
    type_words()

    rows = Ticket.objects.annotate(mine=Exists(Draft.objects.on_row(ana.pk)), his=Exists(Draft.objects.on_row(leo.pk)))

    assert {row.pk: (row.mine, row.his) for row in rows} == {ticket.pk: (True, False), other.pk: (False, False)}


def test_a_reply_by_another_door_leaves_the_draft_alone(type_words, ticket, ana):
    type_words()

    perform(ticket.pk, AddReply("By API"), by=Actor.agent(ana), via="api")

    assert Draft.objects.get().body == "Half a sen"
