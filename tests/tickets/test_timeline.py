"""A ticket's past as it is told: in order, in words, and only to those who may read it."""

from __future__ import annotations

import pytest
from django.utils import translation

from agents.actors import Actor
from tests.factories import make_ticket
from tickets import timeline as tl
from tickets.actions import (
    AddCustomerMessage,
    AddNote,
    AddReply,
    AddTag,
    AssignTo,
    Follow,
    MoveToTeam,
    NoteDelivery,
    SetField,
    SetLanguage,
    SetPriority,
    SetStatus,
    SetSubject,
    SetType,
    Snooze,
)
from tickets.models import Event, FieldDefinition, Ticket
from tickets.perform import perform
from tickets.timeline import timeline
from tickets.wording import _PHRASES, phrase

pytestmark = pytest.mark.django_db


def told(ticket, actor, **page):
    return [
        entry.message.text if entry.message else f"{entry.author} {'; '.join(entry.lines)}"
        for entry in timeline(ticket, actor, **page).entries
    ]


def test_the_past_is_told_in_order_and_in_words(ticket, as_ana, ana, technical):
    perform(ticket.pk, SetPriority("urgent"), AddTag("late"), by=as_ana, via="web")
    perform(ticket.pk, SetStatus("pending"), AddReply("Which one?"), by=as_ana, via="web")
    perform(ticket.pk, AssignTo(ana.pk), by=as_ana, via="web")
    perform(ticket.pk, SetPriority("low"), MoveToTeam(technical.pk), by=as_ana, via="web")

    assert told(ticket, Actor.system("x")) == [
        "It burns.",
        "Kim Jensen opened the ticket",
        "Ana raised the priority from Normal to Urgent; added the tag late",
        "Which one?",
        "Ana changed the state from New to Pending",
        "Ana assigned the ticket to Ana",
        "Ana lowered the priority from Urgent to Low; moved the ticket to Technical; "
        "took the ticket from Ana, who is not in that team",
    ]


def test_every_kind_of_event_has_its_words(ticket, as_ana, ana, kim, leo):
    FieldDefinition.objects.create(key="vip", label="VIP", kind="checkbox")
    perform(
        ticket.pk, SetType("task"), SetLanguage("da"), SetSubject("New"), SetField("vip", True), by=as_ana, via="web"
    )
    perform(ticket.pk, Snooze("2099-01-01T00:00:00Z"), Follow(ana.pk), by=as_ana, via="web")
    perform(ticket.pk, NoteDelivery(None, "a@b.example", "failed", "no such box"), by=Actor.system("mail"), via="email")

    for event in Event.objects.exclude(kind="message_added"):
        assert event.kind in _PHRASES
        assert phrase(event)
    assert "set VIP to yes" in told(ticket, as_ana)[2]
    assert told(ticket, as_ana)[-1] == "Mail delivery could not deliver the reply to a@b.example: no such box"


def test_a_customer_reads_no_notes_in_the_past(ticket, as_ana, as_kim):
    perform(ticket.pk, AddNote("canary-note"), by=as_ana, via="web")

    assert "canary-note" in told(ticket, as_ana)
    assert "canary-note" not in " ".join(told(ticket, as_kim))


def test_a_thank_you_that_did_not_reopen_is_shown_as_such(ticket, kim, as_kim, as_ana):
    perform(ticket.pk, SetStatus("solved"), by=as_ana, via="web")
    perform(ticket.pk, AddCustomerMessage(kim.pk, "Kim", "Tak!", thanks=True), by=as_kim, via="email")

    entries = timeline(ticket, as_ana).entries

    assert [e.thanks for e in entries if e.message] == [False, True]
    assert told(ticket, as_ana)[-1] == "Kim Jensen said thanks, so the ticket stays solved"


def test_long_pasts_come_in_pages_at_the_same_price(kim, as_ana, billing, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(tl, "PAGE", 5)
    ticket = make_ticket(kim, team=billing)
    for i in range(12):
        perform(ticket.pk, AddNote(f"note {i}"), by=as_ana, via="web")
    ticket = Ticket.objects.for_detail().get(pk=ticket.pk)

    with django_assert_num_queries(2):
        newest = timeline(ticket, as_ana)
    middle = timeline(ticket, as_ana, before=newest.earlier_than)
    oldest = timeline(ticket, as_ana, before=middle.earlier_than)

    texts = [e.message.text for page in (oldest, middle, newest) for e in page.entries if e.message]
    assert texts == ["It burns.", *[f"note {i}" for i in range(12)]]
    assert oldest.earlier_than is None
    after = timeline(ticket, as_ana, after=newest.entries[-2].change_id)
    assert [e.message.text for e in after.entries] == ["note 11"]


def test_words_are_made_when_read_and_stored_nowhere(ticket, as_ana):
    change = perform(ticket.pk, SetStatus("pending"), by=as_ana, via="web")
    event = change.events.get()

    with translation.override("da"):
        assert isinstance(phrase(event), str)
    assert event.data == {"from": "new", "to": "pending"}
