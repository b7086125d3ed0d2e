"""What helps while one writes: preview, quotation, colleagues and customers who are offered."""

import pytest

from tests.factories import make_agent, make_customer, make_ticket
from tickets.actions import AddNote, RedactMessage
from tickets.models import Draft
from tickets.perform import perform

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def test_the_preview_is_drawn_by_the_renderer_that_sends(page, ticket):
    """C01, C04"""
    words = "**bold** <b>no</b> [x](javascript:alert(1))"
    shown = page.post(f"/tickets/{ticket.pk}/preview/", {"body": words}, headers=HTMX).content.decode()
    page.post(f"/tickets/{ticket.pk}/replies/", {"kind": "note", "body": words})

    html = ticket.messages.latest("pk").html
    assert "<strong>bold</strong>" in html
    assert html.strip() in shown
    assert 'href="javascript:' not in shown


def test_without_javascript_the_preview_is_the_page_with_the_words_kept(page, ticket):
    data = {"body": "**bold**", "kind": "note", "cc": "bo@beta.example"}
    body = page.post(f"/tickets/{ticket.pk}/preview/", data).content.decode()

    assert "<strong>bold</strong>" in body
    assert "**bold**</textarea>" in body
    assert 'value="note" checked' in body
    assert ticket.messages.count() == 1


def test_too_many_words_are_not_drawn(page, ticket):
    response = page.post(f"/tickets/{ticket.pk}/preview/", {"body": "x" * 100_001}, headers=HTMX)

    assert response.status_code == 422


def test_a_message_is_quoted_below_the_draft(page, ticket, ana):
    first = ticket.messages.get()
    Draft.objects.create(ticket=ticket, agent=ana, body="Dear Kim", kind="note")

    body = page.get(f"/tickets/{ticket.pk}/?quote={first.pk}").content.decode()

    assert "Dear Kim\n\nKim Jensen wrote:\n&gt; It burns.\n\n</textarea>" in body
    assert 'value="note" checked' in body


def test_only_messages_of_this_ticket_that_still_have_words_are_quoted(page, ticket, kim, technical, as_ana):
    """E10, M05"""
    foreign = make_ticket(kim, team=technical, text="canary of others")
    perform(ticket.pk, AddNote("canary of ours"), by=as_ana, via="web")
    note = ticket.messages.latest("pk")
    from agents.actors import Actor

    perform(ticket.pk, RedactMessage(note.pk), by=Actor.system("test"), via="web")

    for key in (foreign.messages.get().pk, note.pk, 987654321):
        assert "canary" not in page.get(f"/tickets/{ticket.pk}/?quote={key}").content.decode()


def test_colleagues_are_offered_by_any_of_their_names(page, ticket, technical):
    make_agent("Eva Lind", teams=[technical], email="eva@desk.example")
    gone = make_agent("Evan Gone", email="gone@desk.example")
    gone.is_active = False
    gone.save()

    for word in ("ev", "LIND"):
        body = page.get(f"/tickets/{ticket.pk}/mentions/", {"q": word}, headers=HTMX).content.decode()
        assert 'data-insert="@Eva Lind "' in body
        assert "Evan Gone" not in body
    assert "Ana" not in page.get(f"/tickets/{ticket.pk}/mentions/", {"q": "an"}, headers=HTMX).content.decode()


def test_a_light_agent_is_offered_only_who_sees_the_ticket(client, ticket, lou, leo, mia):
    """E02"""
    client.force_login(lou)

    assert "@Leo" in client.get(f"/tickets/{ticket.pk}/mentions/", {"q": "leo"}, headers=HTMX).content.decode()
    assert "@Mia" not in client.get(f"/tickets/{ticket.pk}/mentions/", {"q": "mia"}, headers=HTMX).content.decode()


def test_customers_are_offered_for_to_and_cc(page, ticket):
    make_customer("Bo <b>Holm</b>", "bo@beta.example")

    body = page.get(f"/tickets/{ticket.pk}/addresses/", {"q": "bo"}, headers=HTMX).content.decode()

    assert 'data-insert="bo@beta.example"' in body
    assert "<b>Holm" not in body
    assert "bo@" not in page.get(f"/tickets/{ticket.pk}/addresses/", {"q": "b"}, headers=HTMX).content.decode()


def test_a_light_agent_is_offered_no_addresses(client, ticket, lou):
    client.force_login(lou)

    assert client.get(f"/tickets/{ticket.pk}/addresses/", {"q": "kim"}, headers=HTMX).status_code == 403
