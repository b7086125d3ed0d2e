"""Pages that reshape tickets and hand them on: merge, split, children, time, print, shared addresses, files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from agents.actors import Actor
from tests.factories import make_customer, make_ticket
from tickets import timeline as tl
from tickets.actions import AddNote, AddReply, AddTimeSpent, SetStatus, WithdrawMessage
from tickets.attachments import keep_upload
from tickets.forms import offered_snoozes
from tickets.linking import link_tickets
from tickets.merging import merge_tickets
from tickets.models import Change, FieldDefinition, Merge, Split, Ticket, TicketLink, TimeEntry
from tickets.perform import perform

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.TICKET_REACTIONS = []


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def other(kim, billing):
    return make_ticket(kim, team=billing, subject="It burns again", text="Second mail.")


def body_of(response):
    return response.content.decode()


# --- merge


def test_the_other_ticket_is_found_by_number_words_or_as_the_customers_own(page, ticket, other, technical, kim):
    foreign = make_ticket(kim, team=technical, subject="Hidden canary burns")
    address = f"/tickets/{ticket.pk}/merge/"

    assert "It burns again" in body_of(page.get(address))
    for query in (f"?q=%23{other.pk}", f"?q={other.pk}", "?q=burns+again"):
        found = body_of(page.get(address + query, headers=HTMX))
        assert f"?number={other.pk}" in found
        assert "<html" not in found
        assert "canary" not in found
    assert f"number={foreign.pk}" not in body_of(page.get(f"{address}?q={foreign.pk}", headers=HTMX))


def test_the_preview_says_what_moves_and_who_takes_part(page, ticket, other, as_ana):
    bo = make_customer("Bo", "bo@b.example")
    theirs = make_ticket(bo, team=ticket.team, text="Bo's words")
    perform(theirs.pk, AddNote("hm"), AddTimeSpent(12), by=as_ana, via="web")
    before = Change.objects.count()

    shown = body_of(page.get(f"/tickets/{theirs.pk}/merge/?number={ticket.pk}"))

    assert "1 message, 1 internal note, 12 minutes of time spent" in shown
    assert "Bo and Kim Jensen are two customers." in shown
    assert f'name="copied" value="{bo.pk}"' in shown
    assert f'name="copied" value="{bo.pk}" checked' not in shown
    assert 'name="confirmed"' in shown
    assert Change.objects.count() == before


def test_merging_leads_to_the_ticket_that_stands_and_says_so(page, ticket, other):
    address = f"/tickets/{other.pk}/merge/"

    response = page.post(address, {"number": ticket.pk, "gesture": "g"}, follow=True)

    assert response.redirect_chain == [(f"/tickets/{ticket.pk}/", 302)]
    assert f"#{other.pk} was merged into this ticket." in body_of(response)
    assert "Second mail." in body_of(response)


def test_a_merge_that_was_done_already_is_answered_as_done_and_one_elsewhere_is_not(page, ticket, other, kim, billing):
    third = make_ticket(kim, team=billing, subject="A third")
    address = f"/tickets/{other.pk}/merge/"
    page.post(address, {"number": ticket.pk, "gesture": "g1"})

    for gesture in ("g1", "g2", ""):
        again = page.post(address, {"number": ticket.pk, "gesture": gesture})
        assert (again.status_code, again["Location"]) == (302, f"/tickets/{ticket.pk}/")
    assert page.post(address, {"number": third.pk, "gesture": "g3"}).status_code == 422
    assert Merge.objects.count() == 1


def test_a_merge_of_two_customers_comes_back_with_the_choices_until_it_is_confirmed(page, ticket):
    """E06"""
    bo = make_customer("Bo", "bo@b.example")
    theirs = make_ticket(bo, team=ticket.team)
    address = f"/tickets/{theirs.pk}/merge/"

    refused = page.post(address, {"number": ticket.pk, "copied": bo.pk})

    assert refused.status_code == 422
    assert "Confirm that these two customers may share one ticket." in body_of(refused)
    assert f'name="copied" value="{bo.pk}" checked' in body_of(refused)
    assert not Merge.objects.exists()
    page.post(address, {"number": ticket.pk, "copied": bo.pk, "confirmed": "on"})
    assert [row.customer for row in ticket.participants.all()] == [bo]


@pytest.mark.parametrize(("number", "status"), [("", 200), ("x", 200), ("0", 422), ("999999999", 422), ("9" * 30, 200)])
def test_a_number_that_is_none_brings_the_search_back(page, ticket, number, status):
    response = page.get(f"/tickets/{ticket.pk}/merge/", {"number": number})

    assert response.status_code == status
    assert 'id="merge-q"' in body_of(response)
    assert ("There is no such ticket." in body_of(response)) == (status == 422)


def test_a_ticket_that_cannot_be_seen_is_no_target(page, ticket, technical, kim):
    """E06"""
    foreign = make_ticket(kim, team=technical, subject="canary")
    address = f"/tickets/{ticket.pk}/merge/"

    shown = page.get(address, {"number": foreign.pk})
    done = page.post(address, {"number": foreign.pk, "confirmed": "on"})

    assert (shown.status_code, done.status_code) == (422, 404)
    assert "canary" not in body_of(shown)
    assert not Merge.objects.exists()


def test_the_address_of_a_merged_ticket_leads_on_and_its_own_past_stays_readable(page, ticket, other, as_ana):
    merge_tickets(other.pk, ticket.pk, by=as_ana, via="web")

    led = page.get(f"/tickets/{other.pk}/", follow=True)
    own = body_of(page.get(f"/tickets/{other.pk}/?own=1"))

    assert led.redirect_chain == [(f"/tickets/{ticket.pk}/", 302)]
    assert f"#{other.pk} was merged into this ticket." in body_of(led)
    assert "This ticket was merged into" in own
    assert f'action="/tickets/{other.pk}/merge/undo/"' in own
    assert 'id="composer-body"' not in own
    assert f'action="/tickets/{other.pk}/status/"' not in own


def test_who_does_not_see_where_it_went_sees_that_it_went(client, ticket, kim, technical, mia, otto):
    theirs = make_ticket(kim, team=technical)
    merge_tickets(theirs.pk, ticket.pk, by=Actor.agent(otto), via="web")
    client.force_login(mia)

    response = client.get(f"/tickets/{theirs.pk}/")

    assert response.status_code == 200
    assert "This ticket was merged into" in body_of(response)
    assert "It burns." not in body_of(response)


def test_a_merge_is_undone_beside_the_conversation(page, ticket, other, as_ana):
    merge_tickets(other.pk, ticket.pk, by=as_ana, via="web")
    perform(ticket.pk, AddReply("Both"), by=as_ana, via="web")
    assert f'action="/tickets/{other.pk}/merge/undo/"' in body_of(page.get(f"/tickets/{ticket.pk}/beside/"))

    response = page.post(f"/tickets/{other.pk}/merge/undo/", follow=True)

    assert response.redirect_chain == [(f"/tickets/{other.pk}/", 302)]
    assert f"1 message that was written since stays on #{ticket.pk}." in body_of(response)
    assert f'action="/tickets/{other.pk}/merge/undo/"' not in body_of(page.get(f"/tickets/{ticket.pk}/beside/"))


# --- split


def test_a_message_is_split_off_and_put_back(page, ticket, as_kim, as_ana, kim):
    perform(ticket.pk, AddReply("Which one?"), by=as_ana, via="web")
    message = ticket.messages.latest("pk")
    address = f"/tickets/{ticket.pk}/messages/{message.pk}/split/"
    assert "Kim Jensen will be the requester." in body_of(page.get(address))

    response = page.post(address, {"subject": "The second matter", "gesture": "g"}, follow=True)

    made = Split.objects.get().made
    assert response.redirect_chain == [(f"/tickets/{made.pk}/", 302)]
    assert made.subject == "The second matter"
    beside = body_of(page.get(f"/tickets/{made.pk}/beside/"))
    assert f'action="/tickets/{made.pk}/split/undo/"' in beside
    back = page.post(f"/tickets/{made.pk}/split/undo/", follow=True)
    assert back.redirect_chain == [(f"/tickets/{ticket.pk}/", 302)]
    assert "Which one?" in body_of(back)


def test_a_split_that_would_leave_nothing_says_so(page, ticket):
    response = page.post(f"/tickets/{ticket.pk}/messages/{ticket.messages.get().pk}/split/", {"subject": "x"})

    assert response.status_code == 422
    assert "Nothing would stay on this ticket" in body_of(response)
    assert Ticket.objects.count() == 1


# --- links


def test_a_ticket_is_found_for_a_link_and_linked_by_its_button(page, ticket, other):
    found = body_of(page.get(f"/tickets/{ticket.pk}/pick/?number=again", headers=HTMX))
    assert f'name="number" value="{other.pk}"' in found

    page.post(f"/tickets/{ticket.pk}/links/", {"number": ["again", other.pk], "kind": "child"})

    link = TicketLink.objects.get()
    assert (link.source, link.target, link.kind) == (other, ticket, "parent")


def test_a_duplicate_can_be_solved_in_the_same_breath(page, ticket, other):
    page.post(f"/tickets/{other.pk}/links/", {"number": ticket.pk, "kind": "duplicate", "solve": "1"})

    other.refresh_from_db()
    assert TicketLink.objects.get().kind == "duplicate"
    assert other.status == "solved"


def test_a_duplicate_that_may_not_be_solved_is_not_linked_either(page, ticket, other):
    FieldDefinition.objects.create(key="plan", label="Plan", kind="text", required_to_solve=True)

    response = page.post(f"/tickets/{other.pk}/links/", {"number": ticket.pk, "kind": "duplicate", "solve": "1"})

    assert response.status_code == 422
    assert not TicketLink.objects.exists()


def test_a_parent_shows_its_children_and_solves_those_it_may(page, ticket, as_ana, kim, billing, technical, otto):
    kids = [make_ticket(kim, team=billing, subject=f"Child {n}") for n in range(3)]
    foreign = make_ticket(kim, team=technical, subject="canary")
    for kid in [*kids, foreign]:
        link_tickets(ticket.pk, kid.pk, "parent", by=Actor.agent(otto), via="web")
    perform(kids[0].pk, SetStatus("solved"), by=as_ana, via="web")

    beside = body_of(page.get(f"/tickets/{ticket.pk}/beside/"))
    assert "1 of 3 done" in beside
    assert "Solve this and 2 children" in beside
    assert "canary" not in beside
    page.post(f"/tickets/{ticket.pk}/children/")

    states = {t.pk: t.status for t in Ticket.objects.all()}
    assert {states[t.pk] for t in (ticket, *kids)} == {"solved"}
    assert states[foreign.pk] == "new"
    cause = Change.objects.filter(ticket=ticket, events__kind="status_changed").get()
    assert {Change.objects.filter(ticket=kid).latest("pk").root for kid in kids[1:]} == {cause}


def test_a_child_that_may_not_be_solved_is_named_with_its_reason(page, ticket, as_ana, kim, billing):
    kid = make_ticket(kim, team=billing)
    link_tickets(ticket.pk, kid.pk, "parent", by=as_ana, via="web")
    perform(ticket.pk, SetStatus("solved"), by=as_ana, via="web")
    FieldDefinition.objects.create(key="plan", label="Plan", kind="text", required_to_solve=True)

    response = page.post(f"/tickets/{ticket.pk}/children/", follow=True)

    assert f"0 children were solved. #{kid.pk}: Fill in “Plan” before solving." in body_of(response)


# --- time


def test_time_is_added_summed_and_corrected_in_the_panel(page, ticket):
    address = f"/tickets/{ticket.pk}/time/"
    page.post(address, {"spent": "0:25", "note": "calls", "gesture": "a"})
    page.post(address, {"spent": "0:25", "note": "calls", "gesture": "a"})  # a double click
    answered = body_of(page.post(address, {"spent": "1h"}, headers=HTMX))

    assert '<strong class="time-total">1:25</strong>' in answered
    assert "spent 1 h 00 min" in answered
    entry = TimeEntry.objects.get(note="calls")
    page.post(address, {"entry": entry.pk, "spent": "0:05", "note": "a call"})
    assert '<strong class="time-total">1:05</strong>' in body_of(page.get(f"/tickets/{ticket.pk}/beside/"))
    page.post(address, {"entry": entry.pk, "remove": "1"})
    assert TimeEntry.objects.total(ticket.pk) == 60


def test_a_time_that_is_none_is_refused_in_words(page, ticket):
    response = page.post(f"/tickets/{ticket.pk}/time/", {"spent": "soon"}, headers=HTMX)

    assert response.status_code == 422
    assert not TimeEntry.objects.exists()


def test_the_panel_costs_the_same_for_many_entries(page, ticket, as_ana, django_assert_num_queries):
    for _n in range(5):
        perform(ticket.pk, AddTimeSpent(5), by=as_ana, via="web")
    page.get(f"/tickets/{ticket.pk}/beside/")

    with django_assert_num_queries(8):
        page.get(f"/tickets/{ticket.pk}/beside/")


# --- print


def test_paper_shows_the_words_and_no_note_unless_asked(page, ticket, as_ana):
    perform(ticket.pk, AddReply("We **look**."), by=as_ana, via="web")
    perform(ticket.pk, AddNote("Between us"), by=as_ana, via="web")
    perform(ticket.pk, AddReply("Oops"), by=as_ana, via="web")
    perform(ticket.pk, WithdrawMessage(ticket.messages.latest("pk").pk), by=as_ana, via="web")
    address = f"/tickets/{ticket.pk}/print/"

    plain, noted = body_of(page.get(address)), body_of(page.get(f"{address}?notes=1"))

    assert "We <strong>look</strong>." in plain
    assert "Between us" not in plain
    assert "Between us" in noted
    assert "Oops" not in noted


def test_paper_loads_nothing_from_elsewhere(page, kim, billing):
    """C06: printing a mail with remote pictures fetches none of them."""
    from tickets.actions import AddCustomerMessage
    from tickets.opening import open_ticket

    html = '<p>Hi <img data-remote-src="https://evil.example/pixel.gif"><img src="cid:x"></p>'
    said = AddCustomerMessage(kim.pk, "Kim", "Hi", html=html)
    by = Actor.customer(kim.pk, "Kim")
    ticket, _change = open_ticket("x", kim, said, by=by, via="email", channel="email", team_id=billing.pk)

    shown = body_of(page.get(f"/tickets/{ticket.pk}/print/"))

    assert "evil.example" not in shown
    assert "<iframe" not in shown
    assert "<img" not in shown


def test_a_long_conversation_is_printed_in_parts(page, ticket, as_ana, monkeypatch):
    monkeypatch.setattr("tickets.views.printing.SHEET", 3)
    for n in range(4):
        perform(ticket.pk, AddReply(f"Answer {n}."), by=as_ana, via="web")

    first = body_of(page.get(f"/tickets/{ticket.pk}/print/"))
    after = ticket.messages.order_by("pk")[2].pk
    second = body_of(page.get(f"/tickets/{ticket.pk}/print/?after={after}"))

    assert "Answer 1." in first
    assert "Answer 2." not in first
    assert f"?after={after}" in first
    assert "Answer 3." in second
    assert "It burns." not in second


# --- addresses that are handed on


def test_the_address_of_a_message_leads_to_the_page_that_shows_it(page, ticket, as_ana, monkeypatch):
    monkeypatch.setattr(tl, "PAGE", 6)
    first = ticket.messages.get()
    for n in range(20):
        perform(ticket.pk, AddNote(f"Note {n}."), by=as_ana, via="web")
    newest, middle = ticket.messages.latest("pk"), ticket.messages.get(text="Note 8.")

    for message, is_new in ((newest, True), (middle, False), (first, False)):
        response = page.get(f"/tickets/{ticket.pk}/messages/{message.pk}/")
        assert response.url.endswith(f"#message-{message.pk}")
        assert ("before=" not in response.url) is is_new
        assert f'id="message-{message.pk}"' in body_of(page.get(response.url.split("#")[0]))


def test_the_address_of_a_message_stays_good_when_it_is_carried_away(page, ticket, other, as_ana):
    message = other.messages.get()
    merge_tickets(other.pk, ticket.pk, by=as_ana, via="web")

    response = page.get(f"/tickets/{other.pk}/messages/{message.pk}/")

    assert response.url == f"/tickets/{ticket.pk}/#message-{message.pk}"


def test_the_address_of_a_message_one_cannot_see_is_absent(page, ticket, technical, kim):
    """E10"""
    foreign = make_ticket(kim, team=technical).messages.get()

    for key in (foreign.pk, 10**9):
        assert page.get(f"/tickets/{ticket.pk}/messages/{key}/").status_code == 404


# --- files to look at


def _file(ticket, by, data, name, kind):
    file = keep_upload(data, name=name, content_type=kind, uploaded_by=by.id)
    perform(ticket.pk, AddNote("see", attachments=[file.key]), by=by, via="web")
    return file


def test_a_pdf_opens_in_the_browsers_viewer_under_a_policy_that_allows_nothing_else(page, ticket, as_ana):
    """C03: inline only as what it is, never sniffed, never framed, nothing loaded, nothing run in our name."""
    file = _file(ticket, as_ana, b"%PDF-1.7 ...", "terms.pdf", "application/pdf")

    response = page.get(f"/tickets/files/{file.key}/pdf/")

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="terms.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("frame-ancestors 'none'; sandbox")
    assert "script-src" not in policy
    assert f'data-kind="pdf" data-shows="/tickets/files/{file.key}/pdf/"' in body_of(page.get(f"/tickets/{ticket.pk}/"))


@pytest.mark.parametrize("data", [b"<html><script>alert(1)</script>", b" %PDF-1.4", b"", b"\x89PNG\r\n\x1a\n"])
def test_what_only_calls_itself_a_pdf_is_not_shown(page, ticket, as_ana, data):
    """D06"""
    file = _file(ticket, as_ana, data, "terms.pdf", "application/pdf")

    assert page.get(f"/tickets/files/{file.key}/pdf/").status_code == 404


def test_a_pdf_of_a_ticket_one_cannot_see_is_absent(client, ticket, as_ana, mia):
    """D03"""
    file = _file(ticket, as_ana, b"%PDF-1.7", "terms.pdf", "application/pdf")
    client.force_login(mia)

    assert client.get(f"/tickets/files/{file.key}/pdf/").status_code == 404


# --- snooze


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        ("2026-11-25T10:00", {"later": "25 13:00", "tomorrow": "26 09:00", "monday": "30 09:00", "week": "2 09:00"}),
        ("2026-11-27T10:00", {"later": "27 13:00", "monday": "30 09:00", "week": "4 09:00"}),  # a Friday
        ("2026-11-29T10:00", {"later": "29 13:00", "monday": "30 09:00"}),  # a Sunday
        ("2026-11-30T10:00", {"later": "30 13:00", "tomorrow": "1 09:00", "monday": "7 09:00"}),  # a Monday
        ("2026-10-25T00:30", {"later": "25 02:30", "monday": "26 09:00"}),  # the clock goes back at three
    ],
)
def test_snoozing_offers_moments_of_the_working_week_in_the_readers_zone(now, offered):
    moment = datetime.fromisoformat(now)
    with timezone.override("Europe/Copenhagen"):
        here = timezone.make_aware(moment)
        with time_machine.travel(here.astimezone(UTC), tick=False):
            found = {name: f"{at.day} {at:%H:%M}" for name, at in offered_snoozes().items()}

    assert found == offered


@override_settings(LANGUAGE_CODE="en")
def test_the_page_offers_what_there_is_and_only_to_those_who_may(page, ticket, other, client, lou):
    shown = body_of(page.get(f"/tickets/{ticket.pk}/"))
    for address in ("merge/", "print/", f"messages/{ticket.messages.get().pk}/split/"):
        assert f'href="/tickets/{ticket.pk}/{address}"' in shown

    client.force_login(lou)
    shown = body_of(client.get(f"/tickets/{ticket.pk}/"))
    assert f'href="/tickets/{ticket.pk}/print/"' in shown
    assert "/merge/" not in shown
    assert "/split/" not in shown


def test_a_page_that_stayed_open_is_drawn_anew_when_messages_come_or_go(page, ticket, other, as_ana):
    seen = Change.objects.filter(ticket=ticket).latest("pk").pk
    merge_tickets(other.pk, ticket.pk, by=as_ana, via="web")

    news = body_of(page.get(f"/tickets/{ticket.pk}/since/?after={seen}", headers=HTMX))

    assert '<div id="conversation" hx-swap-oob="innerHTML" data-whole>' in news
    assert "Second mail." in news
    assert "It burns." in news
    seen = Change.objects.filter(ticket=ticket).latest("pk").pk
    perform(ticket.pk, AddNote("Only this."), by=as_ana, via="web")
    news = body_of(page.get(f"/tickets/{ticket.pk}/since/?after={seen}", headers=HTMX))
    assert "data-whole" not in news
    assert "Only this." in news
    assert "It burns.</p>" not in news
