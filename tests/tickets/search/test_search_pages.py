"""The page of results and the suggestions: ranked, marked, and nothing that the reader may not see."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from agents.actors import Actor
from customers.models import Organization
from tests.factories import make_customer, make_ticket
from tests.tickets.search.hostile import HOSTILE
from tickets.actions import AddNote, AddReply, AddTag, RedactMessage, SetStatus
from tickets.attachments import keep_upload
from tickets.perform import perform
from tickets.search import parse
from tickets.search.excerpts import marked, passages

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return lambda text, **more: client.get("/tickets/search/", {"q": text, **more})


@pytest.fixture
def suggested(client, ana):
    client.force_login(ana)
    return lambda text: client.get("/tickets/search/suggestions/", {"q": text}, headers=HTMX)


def numbers(response):
    return [hit["ticket"].pk for hit in response.context["hits"]]


def test_the_best_comes_first_a_subject_before_a_message_and_the_newer_of_two_like(page, kim, billing):
    said = make_ticket(kim, team=billing, subject="Question", text="The kettle leaks.")
    old = make_ticket(kim, team=billing, subject="Kettle leaks", text="See above.")
    new = make_ticket(kim, team=billing, subject="Kettle leaks", text="See above.")
    make_ticket(kim, team=billing, subject="Lamp", text="Dark.")

    response = page("kettle leaks")

    assert numbers(response) == [new.pk, old.pk, said.pk]
    assert "3 tickets for “kettle leaks”, best first" in response.content.decode()


def test_found_words_are_marked_in_every_form_and_nothing_else_is_markup(page, kim, billing):
    """C01: a search excerpt is a place where a mail's words are shown."""
    make_ticket(
        kim,
        team=billing,
        subject="Fakturaen <script>alert(1)</script>",
        text="<img src=x onerror=alert(1)> Vi mangler fakturaer & <b>faktura</b> for november",
    )

    html = page("faktura").content.decode()

    assert "<mark>Fakturaen</mark> &lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert (
        "&lt;img src=x onerror=alert(1)&gt; Vi mangler <mark>fakturaer</mark> &amp; "
        "&lt;b&gt;<mark>faktura</mark>&lt;/b&gt; for november" in html
    )


def test_the_excerpt_is_cut_around_the_passage_with_most_of_the_words(page, ticket, ana):
    filler = "Nothing to see here. " * 60
    perform(ticket.pk, AddReply(f"blue {filler} The blue lamp stands here. {filler}"), by=Actor.agent(ana), via="web")

    response = page("blue lamp")

    passage = response.context["hits"][0]["passage"]
    text = re.sub("</?mark>", "", passage.html)
    assert "The <mark>blue</mark> <mark>lamp</mark> stands here." in passage.html
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert len(text) <= 244
    assert passage.author == "Ana"


def test_e02_nobody_finds_what_they_may_not_see(page, suggested, kim, technical, ana):
    """E02: full text, exact number, #n, mail address, and what is suggested."""
    make_ticket(kim, subject="Canary in Technical", text="canary words", team=technical)
    number = make_ticket(make_customer("Bo", "bo@beta.example"), AddNote("canary note"), team=technical).pk

    for text in (
        "canary",
        "canary words",
        '"canary note"',
        str(number),
        f"#{number}",
        "bo@beta.example",
        "is:open canary",
    ):
        found = page(text)
        assert found.status_code == 200
        assert numbers(found) == []
        assert b"Canary" not in found.content
        assert f"/tickets/{number}/".encode() not in found.content
        offered = suggested(text)
        assert b"Canary" not in offered.content
        assert f"/tickets/{number}/".encode() not in offered.content


def test_the_number_of_a_ticket_leads_to_it(page, ticket):
    for text in (str(ticket.pk), f" #{ticket.pk} "):
        response = page(text)
        assert response.status_code == 302
        assert response["Location"] == f"/tickets/{ticket.pk}/"


def test_e08_an_excerpt_never_shows_a_note_to_who_may_not_read_it(ticket, kim, ana):
    """E08"""
    perform(ticket.pk, AddNote("It burns because of the secret fuse."), by=Actor.agent(ana), via="web")
    query = parse("burns secret")

    for_agent = passages([ticket.pk], query, Actor.agent(ana))[ticket.pk]
    for_customer = passages([ticket.pk], query, Actor.customer(kim.pk, kim.name))[ticket.pk]

    assert for_agent.public is False
    assert "<mark>secret</mark>" in for_agent.html
    assert for_customer.html == "It <mark>burns</mark>."


def test_a_note_says_that_it_is_one(page, ticket, ana):
    perform(ticket.pk, AddNote("Secretly a fuse."), by=Actor.agent(ana), via="web")

    html = page("secretly").content.decode()

    assert "hit__passage--note" in html
    assert "Note</span>" in html


def test_m05_words_that_were_removed_are_in_no_excerpt(page, suggested, ticket, ana, leo):
    """M05"""
    perform(ticket.pk, AddNote("The printer's code is 4711-0815."), by=Actor.agent(ana), via="web")
    perform(ticket.pk, RedactMessage(ticket.messages.latest("pk").pk), by=Actor.agent(leo), via="web")

    assert b"4711" not in page("printer").content.replace(b"4711-0815</q>", b"")
    assert numbers(page("4711-0815")) == []


def test_files_that_answer_are_named(page, ticket, ana):
    key = keep_upload(b"x", name="delivery-slip.pdf", content_type="application/pdf", uploaded_by=ana.pk).key
    perform(ticket.pk, AddReply("Attached.", attachments=[key]), by=Actor.agent(ana), via="web")

    html = page("slip").content.decode()

    assert "delivery-<mark>slip</mark>.pdf" in html


def test_customers_and_organisations_are_found_too(page, suggested, kim):
    Organization.objects.create(name="Kimono House")

    for response in (page("kim"), suggested("kim")):
        assert [person.pk for person, _name in response.context["people"]] == [kim.pk]
        assert [one.name for one, _name in response.context["organizations"]] == ["Kimono House"]
        assert f"/customers/{kim.pk}/".encode() in response.content
        assert b"<mark>Kim</mark> Jensen" in response.content


def test_filters_of_the_query_language_narrow_what_is_searched(page, kim, billing, ana):
    solved = make_ticket(kim, SetStatus("solved"), team=billing, subject="Kettle leaks")
    tagged = make_ticket(kim, AddTag("refund"), team=billing, subject="Kettle leaks")

    assert numbers(page("kettle")) == [tagged.pk, solved.pk]
    assert numbers(page("kettle tag:refund")) == [tagged.pk]
    assert numbers(page("status:solved kettle")) == [solved.pk]


def test_filters_without_words_lead_to_the_list(page):
    response = page("is:open")

    assert response.status_code == 302
    assert response["Location"] == "/tickets/?view=all&q=is%3Aopen"


def test_a_mistake_in_a_filter_is_told(page):
    response = page("kettle priority:blue")

    assert response.status_code == 200
    assert len(response.context["mistakes"]) == 1


def test_results_come_in_pages_each_once(page, kim, billing):
    made = {make_ticket(kim, team=billing, subject=f"Kettle {number}").pk for number in range(30)}

    first, second, beyond = page("kettle"), page("kettle", page=2), page("kettle", page=99)

    assert len(numbers(first)) == 25
    assert set(numbers(first)) | set(numbers(second)) == made
    assert numbers(beyond) == numbers(second)
    assert b'href="?q=kettle&amp;page=2"' in first.content
    assert b'rel="next"' not in second.content


def test_an_empty_search_says_how_and_a_vain_one_says_so(page, ticket):
    assert "Search everything that belongs to a ticket" in page("").content.decode()
    assert "Nothing matches" in page("zebra").content.decode()


def test_suggestions_offer_the_best_few_and_need_two_letters(suggested, kim, billing):
    made = [make_ticket(kim, team=billing, subject=f"Kettle {number}").pk for number in range(8)]

    response = suggested("kett")

    assert [ticket.pk for ticket, _subject in response.context["tickets"]] == made[:1:-1]
    assert b"<mark>Kettle</mark>" in response.content
    assert suggested("k").content == b""
    assert suggested("zebra").content.strip() == b""


def test_a_number_is_suggested_first(suggested, ticket):
    response = suggested(str(ticket.pk).zfill(2))

    assert [row.pk for row, _subject in response.context["tickets"]] == [ticket.pk]


def test_a_stranger_is_led_to_the_sign_in(client):
    for address in ("/tickets/search/?q=x", "/tickets/search/suggestions/?q=xx"):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_k06_nothing_that_can_be_typed_breaks_the_pages(text, page, client, ticket):
    """K06"""
    typed = quote(text.encode("utf-8", "surrogatepass"))

    assert client.get(f"/tickets/search/?q={typed}").status_code in (200, 302)
    assert client.get(f"/tickets/search/suggestions/?q={typed}", headers=HTMX).status_code == 200
    assert "<script" not in marked(text, parse(text))


def test_marks_keep_every_letter_of_the_text():
    text = "Ærø & <Łódź> — “København”, ordrer: naïve café x² ﬁn"

    plain = re.sub("</?mark>", "", marked(text, parse("kobenhavn lodz")))

    assert plain == "Ærø &amp; &lt;Łódź&gt; — “København”, ordrer: naïve café x² ﬁn"
