"""What is asked before a reply leaves: promised files, readers who are new, readers who are many."""

import pytest

from tests.factories import make_customer
from tickets.actions import AddCustomerMessage, AddParticipant, AddReply
from tickets.attachments import keep_upload
from tickets.models import Message
from tickets.perform import perform
from tickets.reply_doubts import promises_a_file

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
MANY = [f"p{n}@many.example" for n in range(8)]


@pytest.fixture
def write(client, ana, ticket):
    client.force_login(ana)

    def send(htmx=True, **data):
        data = {"kind": "reply", "body": "Hello Kim.", "to": "kim@alpha.example", "cc": ""} | data
        return client.post(f"/tickets/{ticket.pk}/replies/", data, headers=HTMX if htmx else {})

    return send


def sent(ticket):
    return ticket.messages.filter(author_kind="agent").count()


@pytest.mark.parametrize(
    "words",
    [
        "I have attached the invoice.", "Please find attached our offer.", "See the attachment.", "It is attached.",
        "Jeg har vedhæftet fakturaen.", "Se vedhæftede fil.", "Fakturaen er vedlagt.",
        "Jeg legger ved fakturaen.", "Se vedlagte faktura.", "Vedlagt følger tilbudet.",
        "Załączam fakturę.", "W załączeniu przesyłam ofertę.", "Przesyłam fakturę w załączniku.",
        "Прикріплюю рахунок.", "Надсилаю рахунок у вкладенні.",
        "Anbei die Rechnung.", "Ich habe die Rechnung angehängt.", "Im Anhang finden Sie das Angebot.",
    ],
)  # fmt: skip
def test_a_promise_of_a_file_is_heard_in_six_languages(words):
    assert promises_a_file(f"Hello,\n\n{words}\n\nBest")


@pytest.mark.parametrize(
    "words",
    [
        "Thanks for your attachment, we have read it.", "Could you attach a picture?", "No strings attached.",
        "> I have attached the invoice.", "```\nsee attached\n```", "Tak for din vedhæftning.",
        "Kan du vedhæfte et billede?", "Kan du legge ved et bilde?", "Proszę o załączenie faktury.",
        "Додайте, будь ласка, рахунок.", "Bitte hängen Sie das Bild an.", "Ihr Anhang war leer.",
    ],
)  # fmt: skip
def test_talk_of_the_files_of_others_is_no_promise(words):
    assert not promises_a_file(words)


def test_a_promised_file_that_is_missing_is_asked_for_and_one_press_sends(write, ticket):
    asked = write(body="I have attached the plan.", status="pending")

    assert asked.status_code == 422
    assert "none is attached" in asked.content.decode()
    assert sent(ticket) == 0
    sure = asked.content.decode().split('name="sure" value="')[1].split('"')[0]
    assert sure == "no_file|pending||"

    assert write(body="I have attached the plan.", sure=sure).status_code == 200
    ticket.refresh_from_db()
    assert (sent(ticket), ticket.status) == (1, "pending")


def test_with_a_file_nothing_is_asked(write, ticket, ana):
    file = keep_upload(b"x", name="plan.txt", content_type="text/plain", uploaded_by=ana.pk)

    assert write(body="I have attached the plan.", attachments=file.key).status_code == 200
    assert sent(ticket) == 1


def test_an_address_that_was_never_here_is_asked_about_once(write, ticket):
    asked = write(cc="Bo@beta.example")
    assert "bo@beta.example has not been on this ticket before." in asked.content.decode()
    assert sent(ticket) == 0

    write(cc="Bo@beta.example", sure="new_address|||")
    assert write(cc="bo@beta.example").status_code == 200
    assert sent(ticket) == 2


def test_who_takes_part_or_was_written_to_before_is_no_stranger(write, ticket, kim, as_ana):
    bo = make_customer("Bo", "bo@beta.example")
    perform(ticket.pk, AddParticipant(bo.pk), AddReply("Hi", to=["old@alpha.example"]), by=as_ana, via="api")

    assert write(to="kim@alpha.example, old@alpha.example", cc="bo@beta.example").status_code == 200


def test_many_readers_are_asked_about_until_the_first_such_reply(write, ticket):
    asked = write(cc=",".join(MANY))
    assert "It goes to 9 addresses." in asked.content.decode()
    sure = asked.content.decode().split('name="sure" value="')[1].split('"')[0]

    assert write(cc=",".join(MANY), sure=sure).status_code == 200
    assert write(cc=",".join(MANY)).status_code == 200
    assert sent(ticket) == 2


def test_an_answer_to_one_question_is_no_answer_to_another(write, ticket):
    asked = write(body="See attached", cc="new@beta.example", sure="new_address|||")

    assert asked.status_code == 422
    assert "none is attached" in asked.content.decode()
    assert "has not been" not in asked.content.decode()
    assert sent(ticket) == 0


def test_what_came_meanwhile_is_shown_before_anything_is_asked(write, ticket, as_kim):
    version = ticket.version
    perform(ticket.pk, AddCustomerMessage(as_kim.id, "Kim", "Wait!"), by=as_kim, via="email")

    assert write(body="See attached", version=version).status_code == 409
    assert sent(ticket) == 0


def test_a_note_is_never_asked_about(write, ticket):
    assert write(kind="note", body="See attached", cc="new@beta.example").status_code == 200
    assert Message.objects.latest("pk").public is False


def test_without_javascript_the_page_asks_and_keeps_every_word(write, ticket):
    asked = write(htmx=False, body="See attached, Kim.", cc="bo@beta.example")

    body = asked.content.decode()
    assert asked.status_code == 422
    assert "See attached, Kim.</textarea>" in body
    assert 'value="bo@beta.example"' in body
    assert 'name="sure" value="new_address,no_file|||"' in body
    assert sent(ticket) == 0
    assert write(htmx=False, body="See attached, Kim.", sure="new_address,no_file|||").status_code == 302


def test_hostile_answers_to_the_question_are_refused_like_any_other(write, ticket):
    """E09"""
    assert write(sure="|closed||").status_code == 422
    assert write(sure="x" * 301).status_code == 422
    assert sent(ticket) == 0
