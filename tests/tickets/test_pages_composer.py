"""Writing: replies and notes, the state with them, double clicks, refusals that keep the draft, undo, new tickets."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agents.actors import Actor
from tests.factories import make_ticket
from tickets.actions import AddNote, AddReply, SetPriority, SetStatus
from tickets.models import Attachment, Change, FieldDefinition, Message, Ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def write(page, ticket):
    def send(htmx=True, **data):
        data = {"kind": "reply", "body": "Hello Kim.", "to": "kim@alpha.example", "cc": ""} | data
        return page.post(f"/tickets/{ticket.pk}/replies/", data, headers=HTMX if htmx else {})

    return send


def test_a_reply_and_its_state_are_one_gesture(write, ticket):
    response = write(status="pending")

    ticket.refresh_from_db()
    message = ticket.messages.latest("pk")
    assert (message.text, message.to, message.cc, message.public) == ("Hello Kim.", ["kim@alpha.example"], [], True)
    assert ticket.status == "pending"
    assert Change.objects.filter(ticket=ticket).count() == 2
    assert json.loads(response["HX-Trigger"]) == {"sent": {}}
    assert f"/messages/{message.pk}/withdrawal/" in response.content.decode()


def test_without_javascript_the_page_comes_back_with_the_answer_on_it(write, ticket, client):
    response = write(htmx=False)

    assert response.status_code == 302
    body = client.get(response["Location"]).content.decode()
    assert "Hello Kim." in body
    assert "Reply sent." in body


def test_a_note_is_for_colleagues_whatever_stands_in_the_address_fields(write, ticket):
    write(kind="note", body="Ask Leo.", to="kim@alpha.example", cc="boss@alpha.example")

    message = ticket.messages.latest("pk")
    assert (message.public, message.to, message.cc) == (False, [], [])
    assert not ticket.participants.exists()


def test_addresses_are_read_as_people_type_them(write, ticket):
    write(
        to="Kim Jensen <KIM@alpha.example>",
        cc="bo@beta.example; Eva <eva@beta.example>,\nbo@beta.example",
        sure="new_address|||",
    )

    message = ticket.messages.latest("pk")
    assert message.to == ["kim@alpha.example"]
    assert message.cc == ["bo@beta.example", "eva@beta.example"]


def test_a_double_click_sends_once(write, ticket):
    write(gesture="one-press")
    again = write(gesture="one-press")

    assert again.status_code == 200
    assert ticket.messages.filter(author_kind="agent").count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"body": "  "}, "Write something"),
        ({"to": "nobody"}, "not a mail address"),
        ({"status": "closed"}, "cannot become"),
    ],
)
def test_a_refused_reply_says_why_and_sends_nothing(write, ticket, data, words):
    response = write(**data)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert 'id="composer-said" hx-swap-oob="true"' in response.content.decode()
    assert "<textarea" not in response.content.decode()
    assert ticket.messages.count() == 1


def test_without_javascript_a_refused_reply_comes_back_with_every_word_and_file(write, ticket, ana):
    file = SimpleUploadedFile("plan.txt", b"the plan")

    response = write(
        htmx=False, body="My long answer", to="nobody", cc="bo@beta.example", files=file, sure="new_address|||"
    )

    body = response.content.decode()
    kept = Attachment.objects.get()
    assert response.status_code == 422
    assert "My long answer</textarea>" in body
    assert 'value="bo@beta.example"' in body
    assert f'name="attachments" value="{kept.key}"' in body
    assert kept.uploaded_by == ana

    write(htmx=False, body="My long answer", attachments=kept.key)
    assert ticket.messages.latest("pk").attachments.get() == kept


def test_words_that_crossed_are_held_back_and_the_writer_is_told_who_wrote(page, write, ticket, leo):
    seen = page.get(f"/tickets/{ticket.pk}/").context["seen"]
    version = ticket.version
    perform(ticket.pk, AddReply("I took it."), by=Actor.agent(leo), via="web")

    response = write(version=version, after=seen)

    body = response.content.decode()
    assert response.status_code == 409
    said = body.split('id="composer-said"')[1]
    assert "Leo wrote while you were writing" in said
    assert "I took it." in said
    assert 'name="sure" value="|||"' in said
    assert "Keep editing" in said
    assert f'id="composer-version" value="{version + 1}"' in body
    assert ticket.messages.filter(author_kind="agent").count() == 1

    assert write(version=version + 1).status_code == 200
    assert ticket.messages.filter(author_kind="agent").count() == 2


def test_without_javascript_words_that_crossed_come_back_in_the_composer(write, ticket, leo):
    version = ticket.version
    perform(ticket.pk, AddNote("Meanwhile."), by=Actor.agent(leo), via="web")

    response = write(htmx=False, version=version, body="Kept draft")

    assert response.status_code == 409
    body = response.content.decode()
    assert "Kept draft</textarea>" in body
    assert "Leo wrote while you were writing" in body
    assert "Send anyway" in body
    assert ticket.messages.filter(text="Kept draft").count() == 0


def test_ones_own_change_a_moment_ago_is_no_conflict(write, page, ticket, as_ana):
    version = ticket.version
    perform(ticket.pk, SetPriority("high"), by=as_ana, via="web")

    assert write(version=version).status_code == 200
    assert page.post(f"/tickets/{ticket.pk}/type/", {"type": "task", "version": version}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.type == "task"
    assert ticket.messages.filter(author_kind="agent").count() == 1


def test_undo_takes_the_reply_back_and_its_words_return_to_the_composer(page, write, ticket):
    write(body="Too early")
    message = ticket.messages.latest("pk")

    response = page.post(f"/tickets/{ticket.pk}/messages/{message.pk}/withdrawal/", headers=HTMX)

    body = response.content.decode()
    message.refresh_from_db()
    assert message.withdrawn_at is not None
    assert "Too early</textarea>" in body
    assert "taken back, not sent" in body


def test_undo_without_javascript_leads_to_the_refilled_composer(page, write, ticket):
    write(body="Too early")
    message = ticket.messages.latest("pk")

    response = page.post(f"/tickets/{ticket.pk}/messages/{message.pk}/withdrawal/")

    assert response["Location"] == f"/tickets/{ticket.pk}/#composer"
    assert "Too early</textarea>" in page.get(response["Location"]).content.decode()


def test_nobody_refills_a_composer_with_what_another_took_back(page, write, ticket, client, leo):
    write(body="Private words")
    message = ticket.messages.latest("pk")
    page.post(f"/tickets/{ticket.pk}/messages/{message.pk}/withdrawal/")
    client.force_login(leo)

    assert "Private words</textarea>" not in client.get(f"/tickets/{ticket.pk}/").content.decode()


def test_what_left_cannot_be_taken_back(page, write, ticket, settings):
    settings.UNDO_SEND_SECONDS = 0
    write()
    message = ticket.messages.latest("pk")

    response = page.post(f"/tickets/{ticket.pk}/messages/{message.pk}/withdrawal/", headers=HTMX)

    assert response.status_code == 422
    assert "has been sent already" in json.loads(response["HX-Trigger"])["refused"]["text"]
    message.refresh_from_db()
    assert message.withdrawn_at is None


def test_a_closed_ticket_takes_only_notes(page, kim, billing):
    closed = make_ticket(kim, SetStatus("solved"), SetStatus("closed"), team=billing)

    body = page.get(f"/tickets/{closed.pk}/").content.decode()
    refused = page.post(f"/tickets/{closed.pk}/replies/", {"kind": "reply", "body": "Hi"}, headers=HTMX)
    noted = page.post(f"/tickets/{closed.pk}/replies/", {"kind": "note", "body": "For the record"}, headers=HTMX)

    assert 'value="reply"' not in body
    assert refused.status_code == 422
    assert noted.status_code == 200
    assert [m.text for m in closed.messages.filter(author_kind="agent")] == ["For the record"]


def test_markdown_of_an_agent_is_drawn_and_its_html_is_not_obeyed(write, page, ticket):
    """C01, C04"""
    write(body="**bold** <img src=x onerror=alert(1)> [x](javascript:alert(1)) <script>alert(1)</script>")

    body = page.get(f"/tickets/{ticket.pk}/").content.decode()

    assert "<strong>bold</strong>" in body
    assert "<img src=x" not in body
    assert "<script>alert" not in body
    assert 'href="javascript:' not in body


# --- new tickets ---------------------------------------------------------------------------------------------------

NEW = {
    "requester": "new@gamma.example",
    "name": "Nina New",
    "subject": "Called us",
    "kind": "note",
    "body": "Wants a refund.",
    "channel": "phone",
    "priority": "high",
    "type": "question",
    "tags": "refund, call",
}


def test_a_ticket_opened_for_a_caller_has_all_that_was_entered(page, billing, ana):
    response = page.post("/tickets/new/", NEW | {"team": billing.pk, "assignee": ana.pk})

    ticket = Ticket.objects.get()
    assert response["Location"] == f"/tickets/{ticket.pk}/"
    assert (ticket.subject, ticket.channel, ticket.priority, ticket.team, ticket.assignee) == (
        "Called us",
        "phone",
        3,
        billing,
        ana,
    )
    assert (ticket.requester.name, ticket.requester.email) == ("Nina New", "new@gamma.example")
    assert {tag.name for tag in ticket.tags.all()} == {"refund", "call"}
    assert Message.objects.get().public is False
    assert Change.objects.count() == 1


def test_writing_first_sends_a_reply_with_its_files(page):
    file = SimpleUploadedFile("offer.txt", b"the offer")

    page.post("/tickets/new/", NEW | {"kind": "reply", "channel": "email", "files": file, "cc": "bo@beta.example"})

    message = Message.objects.get()
    assert (message.public, message.to, message.cc) == (True, ["new@gamma.example"], ["bo@beta.example"])
    assert message.attachments.get().name == "offer.txt"


def test_a_new_ticket_asks_for_the_custom_fields_and_keeps_what_was_filled_in(page):
    made = [("order_no", "number"), ("rush", "checkbox"), ("model", "text"), ("old", "text")]
    for key, kind in made:
        FieldDefinition.objects.create(key=key, label=key.title(), kind=kind, active=key != "old")

    shown = page.get("/tickets/new/").content.decode()
    page.post("/tickets/new/", NEW | {"custom_order_no": "4711", "custom_rush": "on", "custom_model": ""})

    assert [f'name="custom_{key}"' in shown for key, _kind in made] == [True, True, True, False]
    assert Ticket.objects.get().custom == {"order_no": 4711, "rush": True}
    assert Change.objects.count() == 1


def test_a_bad_custom_value_is_told_at_its_field_and_opens_nothing(page):
    FieldDefinition.objects.create(key="order_no", label="Order", kind="number")

    response = page.post("/tickets/new/", NEW | {"custom_order_no": "many"})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["custom_order_no"])
    assert 'value="many"' in response.content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"requester": "nobody"}, "requester"), ({"subject": ""}, "subject"), ({"body": ""}, "body")],
)
def test_a_refused_new_ticket_keeps_every_word_and_opens_nothing(page, wrong, field):
    response = page.post("/tickets/new/", NEW | wrong)

    body = response.content.decode()
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert f'aria-describedby="id_{field}' in body
    assert "Nina New" in body
    assert not Ticket.objects.exists()


def test_the_same_form_sent_twice_opens_one_ticket(page):
    first = page.post("/tickets/new/", NEW | {"gesture": "one-press"})
    again = page.post("/tickets/new/", NEW | {"gesture": "one-press"})

    assert first["Location"] == again["Location"]
    assert Ticket.objects.count() == 1


def test_a_follow_up_hands_on_what_a_closed_ticket_knew_and_is_tied_to_it(page, kim, billing):
    closed = make_ticket(kim, SetStatus("solved"), SetStatus("closed"), team=billing, subject="Old fire")
    assert f"/tickets/new/?follows={closed.pk}" in page.get(f"/tickets/{closed.pk}/").content.decode()
    form = page.get(f"/tickets/new/?follows={closed.pk}").context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"body": "It burns again?"}

    page.post("/tickets/new/", data)

    ticket = Ticket.objects.latest("pk")
    assert (ticket.subject, ticket.requester, ticket.team) == ("Old fire", kim, billing)
    assert [(link.target, link.kind) for link in ticket.links_from.all()] == [(closed, "follow_up")]


def test_a_follow_up_of_an_unseen_ticket_is_not_found_and_opens_nothing(page, kim, technical):
    """E01"""
    foreign = make_ticket(kim, team=technical)

    assert page.get(f"/tickets/new/?follows={foreign.pk}").status_code == 404
    assert page.post("/tickets/new/", NEW | {"follows": foreign.pk}).status_code == 404
    assert Ticket.objects.count() == 1


def test_customers_are_offered_while_one_types(page, kim):
    assert "kim@alpha.example" in page.get("/tickets/people/?requester=ki", headers=HTMX).content.decode()
    assert "kim@alpha.example" not in page.get("/tickets/people/?requester=zz", headers=HTMX).content.decode()
