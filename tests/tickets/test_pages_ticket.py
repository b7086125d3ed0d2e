"""The ticket page: what it shows to whom, properties in place, stale forms, taking back, redacting, links."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from agents.actors import Actor
from tests.factories import make_customer, make_ticket
from tickets.actions import (
    AddCustomerMessage,
    AddNote,
    AddReply,
    AddTag,
    AssignTo,
    Follow,
    SetStatus,
    SetSubject,
    Snooze,
)
from tickets.models import Change, FieldDefinition, Message, Ticket, TicketLink
from tickets.perform import perform

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


def state_of(ticket):
    ticket.refresh_from_db()
    return ticket.status


def test_the_page_shows_the_conversation_notes_and_what_changed(page, ticket, as_ana):
    perform(ticket.pk, AddReply("We **look** at it."), by=as_ana, via="web")
    perform(ticket.pk, AddNote("Ask Leo."), by=as_ana, via="web")
    perform(ticket.pk, AddTag("fire"), by=as_ana, via="web")

    body = page.get(f"/tickets/{ticket.pk}/").content.decode()

    assert "It burns." in body
    assert "We <strong>look</strong> at it." in body
    assert body.count("Internal note</span>") == 1
    assert "added the tag fire" in body


def test_a_ticket_that_is_not_theirs_is_as_absent_as_none(page, kim, technical):
    """E01"""
    foreign = make_ticket(kim, team=technical)

    for address in (f"/tickets/{foreign.pk}/", "/tickets/987654/"):
        response = page.get(address)
        assert response.status_code == 404
        assert b"Printer" not in response.content


@pytest.mark.parametrize(
    ("noun", "data", "field", "value"),
    [
        ("status", {"status": "pending"}, "status", "pending"),
        ("priority", {"priority": "urgent"}, "priority", 4),
        ("type", {"type": "incident"}, "type", "incident"),
        ("language", {"language": "da"}, "language", "da"),
        ("subject", {"subject": "  A new   one "}, "subject", "A new one"),
        ("fields", {"key": "plan", "value": "Plus"}, "custom", {"plan": "Plus"}),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_a_property_changes_in_place_with_and_without_javascript(page, ticket, noun, data, field, value, htmx):
    FieldDefinition.objects.create(key="plan", label="Plan", kind="text")

    response = page.post(f"/tickets/{ticket.pk}/{noun}/", data, headers=HTMX if htmx else {})

    ticket.refresh_from_db()
    assert getattr(ticket, field) == value
    if htmx:
        assert response.status_code == 200
        assert 'id="ticket-head" hx-swap-oob="true"' in response.content.decode()
    else:
        assert response.status_code == 302
        assert response["Location"] == f"/tickets/{ticket.pk}/"


def test_people_tags_and_followers_change_in_place(page, ticket, ana, leo, technical):
    page.post(f"/tickets/{ticket.pk}/assignee/", {"assignee": str(leo.pk)})
    page.post(f"/tickets/{ticket.pk}/tags/", {"add": "Fire, smoke"})
    page.post(f"/tickets/{ticket.pk}/tags/", {"remove": "smoke"})
    page.post(f"/tickets/{ticket.pk}/followers/", {"follow": str(ana.pk)})

    ticket.refresh_from_db()
    assert ticket.assignee == leo
    assert [tag.name for tag in ticket.tags.all()] == ["fire"]
    assert [follower.agent for follower in ticket.followers.all()] == [ana]

    page.post(f"/tickets/{ticket.pk}/assignee/", {"assignee": "none"})
    page.post(f"/tickets/{ticket.pk}/followers/", {"unfollow": str(ana.pk)})

    ticket.refresh_from_db()
    assert ticket.assignee is None
    assert not ticket.followers.exists()


def test_a_ticket_that_moves_out_of_sight_leads_back_to_the_list(page, ticket, technical):
    moved = page.post(f"/tickets/{ticket.pk}/team/", {"team": str(technical.pk)}, headers=HTMX)

    ticket.refresh_from_db()
    assert ticket.team == technical
    assert moved.status_code == 204
    assert moved["HX-Redirect"] == "/tickets/"


@pytest.mark.parametrize("assignee", ["abc", "-1", "9" * 30, ""])
def test_nonsense_for_a_person_is_refused_and_changes_nothing(page, ticket, assignee):
    before = Change.objects.count()

    response = page.post(f"/tickets/{ticket.pk}/assignee/", {"assignee": assignee}, headers=HTMX)

    assert response.status_code == 422
    assert "refused" in json.loads(response["HX-Trigger"])
    assert Change.objects.count() == before


def test_the_quicker_one_wins_and_the_slower_one_sees_the_newest_state(page, ticket, leo):
    version = ticket.version
    perform(ticket.pk, AddTag("seen"), by=Actor.agent(leo), via="web")

    response = page.post(f"/tickets/{ticket.pk}/status/", {"status": "solved", "version": version}, headers=HTMX)

    assert response.status_code == 409
    assert state_of(ticket) == "new"
    body = response.content.decode()
    assert "Somebody changed this ticket" in body
    assert f'name="version" value="{version + 1}"' in body


def test_without_javascript_a_stale_form_gets_a_page_that_says_so(page, ticket, leo):
    version = ticket.version
    perform(ticket.pk, AddTag("seen"), by=Actor.agent(leo), via="web")

    response = page.post(f"/tickets/{ticket.pk}/status/", {"status": "solved", "version": version})

    assert response.status_code == 409
    assert b"Somebody changed this ticket" in response.content
    assert state_of(ticket) == "new"


def test_a_snooze_is_read_in_the_readers_zone(page, ana, ticket):
    ana.time_zone = "Europe/Copenhagen"
    ana.save()
    day = timezone.now().date() + timedelta(days=400)
    january = day.replace(month=1, day=15, year=day.year + 1)

    page.post(f"/tickets/{ticket.pk}/snooze/", {"until": f"{january}T09:00"})

    ticket.refresh_from_db()
    assert ticket.snoozed_until.isoformat() == f"{january}T08:00:00+00:00"


@pytest.mark.parametrize("preset", ["later", "tomorrow", "monday", "week"])
def test_named_moments_lie_ahead_and_wake_ends_them(page, ticket, preset):
    page.post(f"/tickets/{ticket.pk}/snooze/", {"preset": preset})
    ticket.refresh_from_db()
    assert timezone.now() < ticket.snoozed_until < timezone.now() + timedelta(days=8)

    page.post(f"/tickets/{ticket.pk}/snooze/", {"preset": "wake"})
    ticket.refresh_from_db()
    assert ticket.snoozed_until is None


def test_the_edit_page_makes_one_change_of_all_that_differs(page, ticket, leo, billing):
    FieldDefinition.objects.create(key="paid", label="Paid", kind="checkbox")
    before = Change.objects.count()
    form = page.get(f"/tickets/{ticket.pk}/edit/").context["form"]
    data = {name: form[name].value() or "" for name in form.fields}

    untouched = page.post(f"/tickets/{ticket.pk}/edit/", data)
    assert untouched.status_code == 302
    assert Change.objects.count() == before

    data |= {"subject": "Better", "priority": "high", "assignee": leo.pk, "tags": "fire, smoke", "custom_paid": "on"}
    page.post(f"/tickets/{ticket.pk}/edit/", data)

    ticket.refresh_from_db()
    assert Change.objects.count() == before + 1
    assert (ticket.subject, ticket.priority, ticket.assignee, ticket.custom) == ("Better", 3, leo, {"paid": True})
    assert {tag.name for tag in ticket.tags.all()} == {"fire", "smoke"}


def test_a_refused_edit_keeps_what_was_typed(page, ticket, leo):
    form = page.get(f"/tickets/{ticket.pk}/edit/").context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"subject": "Kept words"}
    perform(ticket.pk, AddTag("meanwhile"), by=Actor.agent(leo), via="web")

    response = page.post(f"/tickets/{ticket.pk}/edit/", data)

    assert response.status_code == 409
    assert 'value="Kept words"' in response.content.decode()
    ticket.refresh_from_db()
    assert ticket.subject == "Printer on fire"


def test_the_edit_page_pressed_twice_or_after_ones_own_change_is_saved(page, ticket, as_ana):
    form = page.get(f"/tickets/{ticket.pk}/edit/").context["form"]
    shown = {form[name].html_name: form[name].value() or "" for name in form.fields}
    shown |= {form[name].html_initial_name: form[name].value() or "" for name in form.fields}
    perform(ticket.pk, AddTag("mine"), by=as_ana, via="web")

    presses = [page.post(f"/tickets/{ticket.pk}/edit/", shown | {"subject": "Mine"}).status_code for _ in range(2)]

    ticket.refresh_from_db()
    assert presses == [302, 302]
    assert (ticket.subject, [tag.name for tag in ticket.tags.all()]) == ("Mine", ["mine"])


def test_after_a_conflict_the_edit_page_saves_what_was_altered_and_nothing_else(page, ticket, leo, as_ana):
    form = page.get(f"/tickets/{ticket.pk}/edit/").context["form"]
    shown = {form[name].html_name: form[name].value() or "" for name in form.fields}
    shown |= {form[name].html_initial_name: form[name].value() or "" for name in form.fields}
    perform(ticket.pk, AssignTo(leo.pk), SetSubject("Theirs"), by=Actor.agent(leo), via="web")
    perform(ticket.pk, AddNote("I have called Kim."), by=Actor.agent(leo), via="web")
    told = page.post(f"/tickets/{ticket.pk}/edit/", shown | {"subject": "Mine"})
    kept = told.context["form"]
    again = {kept[name].html_name: kept[name].value() or "" for name in kept.fields}

    saved = page.post(f"/tickets/{ticket.pk}/edit/", shown | again)

    ticket.refresh_from_db()
    assert (told.status_code, saved.status_code) == (409, 302)
    said = told.content.decode()
    assert re.search("<strong>Leo</strong> [^<]*Theirs", said)
    assert "<strong>Leo</strong>: I have called Kim." in said
    assert 'name="initial-subject" value="Printer on fire"' in told.content.decode()
    assert (ticket.subject, ticket.assignee) == ("Mine", leo)


def test_links_tie_both_tickets_and_come_off_again(page, kim, ticket, billing):
    other = make_ticket(kim, team=billing, subject="The same fire")

    page.post(f"/tickets/{ticket.pk}/links/", {"number": f"#{other.pk}", "kind": "duplicate"})
    assert TicketLink.objects.get().source_id == ticket.pk
    assert "The same fire" in page.get(f"/tickets/{ticket.pk}/").content.decode()

    page.post(f"/tickets/{other.pk}/links/", {"number": ticket.pk, "kind": "duplicate", "far": "1", "remove": "1"})
    assert not TicketLink.objects.exists()


def test_a_link_to_what_one_may_not_see_is_not_shown_and_cannot_be_made(page, kim, ticket, technical):
    """E01"""
    foreign = make_ticket(kim, team=technical, subject="Hidden words")
    TicketLink.objects.create(source=ticket, target=foreign, kind="related")

    assert "Hidden words" not in page.get(f"/tickets/{ticket.pk}/").content.decode()
    response = page.post(f"/tickets/{ticket.pk}/links/", {"number": foreign.pk, "kind": "parent"}, headers=HTMX)
    assert response.status_code == 404
    assert TicketLink.objects.count() == 1


def test_other_tickets_of_the_customer_are_those_one_may_see(page, kim, ticket, billing, technical):
    make_ticket(kim, team=billing, subject="Near one")
    make_ticket(kim, team=technical, subject="Far one")

    body = page.get(f"/tickets/{ticket.pk}/others/", headers=HTMX).content.decode()

    assert "Near one" in body
    assert "Far one" not in body


def test_old_conversations_come_in_pieces(page, ticket, as_ana, monkeypatch):
    monkeypatch.setattr("tickets.timeline.PAGE", 3)
    for number in range(6):
        perform(ticket.pk, AddNote(f"Note number {number}"), by=as_ana, via="web")

    newest = page.get(f"/tickets/{ticket.pk}/")
    before = newest.context["earlier_than"]
    piece = page.get(f"/tickets/{ticket.pk}/?before={before}", headers=HTMX).content.decode()
    whole = page.get(f"/tickets/{ticket.pk}/?before={before}").content.decode()

    assert "Note number 5" in newest.content.decode()
    assert "Note number 0" not in newest.content.decode()
    for body in (piece, whole):
        assert "Note number 2" in body
        assert "Note number 3" not in body
    assert "<html" not in piece


def test_what_came_since_brings_only_what_is_new_and_says_who_wrote(page, ticket, as_kim, kim):
    seen = page.get(f"/tickets/{ticket.pk}/").context["seen"]
    said = AddCustomerMessage(kim.pk, kim.name, "Still burning.", from_address=kim.email)
    perform(ticket.pk, said, by=as_kim, via="email")

    body = page.get(f"/tickets/{ticket.pk}/since/?after={seen}", headers=HTMX).content.decode()

    assert "Still burning." in body
    assert "It burns." not in body
    assert "Kim Jensen wrote just now." in body


def test_one_does_not_hear_that_one_wrote_oneself(page, ticket, as_ana):
    seen = page.get(f"/tickets/{ticket.pk}/").context["seen"]
    perform(ticket.pk, AddNote("Mine."), by=as_ana, via="web")

    assert "wrote just now" not in page.get(f"/tickets/{ticket.pk}/since/?after={seen}").content.decode()


def test_a_light_agent_reads_and_notes_and_is_drawn_no_other_button(client, lou, ticket):
    client.force_login(lou)

    body = client.get(f"/tickets/{ticket.pk}/").content.decode()

    assert 'value="note" checked' in body
    assert 'name="kind" value="reply"' not in body
    for noun in ("status", "priority", "assignee", "snooze", "edit", "links"):
        assert f"/tickets/{ticket.pk}/{noun}/" not in body
    assert client.post(f"/tickets/{ticket.pk}/status/", {"status": "solved"}).status_code == 403
    assert state_of(ticket) == "new"


def test_redacting_is_for_supervisors_and_leaves_no_words_on_the_page(client, leo, ana, ticket):
    message = ticket.messages.get()
    client.force_login(ana)
    assert "/redaction/" not in client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert client.post(f"/tickets/{ticket.pk}/messages/{message.pk}/redaction/").status_code == 403

    client.force_login(leo)
    response = client.post(f"/tickets/{ticket.pk}/messages/{message.pk}/redaction/", headers=HTMX)

    body = response.content.decode()
    assert f'id="message-{message.pk}"' in body
    assert "It burns." not in client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert Message.objects.get().redacted_at is not None


def test_a_thank_you_can_be_overruled_by_one_click(page, ticket, as_kim, kim):
    perform(ticket.pk, SetStatus("solved"), by=Actor.system("test"), via="test")
    perform(ticket.pk, AddCustomerMessage(kim.pk, kim.name, "Thanks!", thanks=True), by=as_kim, via="email")

    body = page.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Read as a thank-you" in body
    page.post(f"/tickets/{ticket.pk}/status/", {"status": "open"})

    assert state_of(ticket) == "open"


@pytest.mark.parametrize("what", ["assignee", "team", "tags", "followers"])
def test_menus_offer_what_can_be_chosen(page, ticket, what, leo, technical):
    response = page.get(f"/tickets/{ticket.pk}/choices/{what}/", headers=HTMX)

    expected = {"assignee": "Leo", "team": "Technical", "tags": "datalist", "followers": "Leo"}[what]
    assert expected in response.content.decode()


def test_there_is_no_menu_of_another_name(page, ticket):
    assert page.get(f"/tickets/{ticket.pk}/choices/passwords/").status_code == 404


def test_the_page_says_that_a_sender_is_unverified_and_shows_the_copied(page, kim, as_kim, billing, ticket):
    said = AddCustomerMessage(kim.pk, kim.name, "x", sender_verified=False, cc=["boss@alpha.example"])
    perform(ticket.pk, said, by=as_kim, via="email")

    body = page.get(f"/tickets/{ticket.pk}/").content.decode()

    assert "unverified sender" in body
    assert "boss@alpha.example" in body


def test_a_snoozed_ticket_says_until_when(page, ticket, as_ana):
    perform(ticket.pk, Snooze((timezone.now() + timedelta(days=3)).isoformat()), by=as_ana, via="web")

    assert "Wake now" in page.get(f"/tickets/{ticket.pk}/").content.decode()


def test_following_shows_its_way_out(page, ticket, as_ana, ana):
    perform(ticket.pk, Follow(ana.pk), by=as_ana, via="web")

    assert "Stop following" in page.get(f"/tickets/{ticket.pk}/").content.decode()


def test_participants_can_be_let_go(page, ticket, as_ana):
    bo = make_customer("Bo", "bo@beta.example")
    perform(ticket.pk, AddReply("Hi", cc=["bo@beta.example"]), by=as_ana, via="web")

    page.post(f"/tickets/{ticket.pk}/participants/", {"remove": bo.pk})

    assert not ticket.participants.exists()


def test_all_tickets_of_the_house_open(client, root, kim, billing, technical):
    """A guard against a page that only draws for some: one of every state and team, by the admin."""
    client.force_login(root)
    made = [
        make_ticket(kim),
        make_ticket(kim, SetStatus("solved"), team=billing),
        make_ticket(kim, SetStatus("solved"), SetStatus("closed"), team=technical),
    ]

    for ticket in made:
        assert client.get(f"/tickets/{ticket.pk}/").status_code == 200
    assert Ticket.objects.count() == 3
