"""What is committed is found at once, by those words and no longer by words that are gone."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from agents.actors import Actor
from customers.models import Organization
from helpdesk.lib.text import clean
from tests.factories import make_customer, make_ticket
from tests.tickets.search.hostile import HOSTILE
from tickets.actions import (
    AddNote,
    AddParticipant,
    AddReply,
    AddTag,
    RedactMessage,
    RemoveTag,
    SetField,
    SetPriority,
    SetRequester,
    SetStatus,
    SetSubject,
    WithdrawMessage,
)
from tickets.attachments import keep_upload
from tickets.finding import find
from tickets.models import FieldDefinition, Ticket
from tickets.perform import perform
from tickets.search import index_ticket, matching

pytestmark = pytest.mark.django_db


def found(text, *, internal=True):
    return set(find(Ticket.objects.all(), text, internal=internal).values_list("pk", flat=True))


@pytest.fixture
def other(db):
    """A ticket that no search of these tests may find."""
    return make_ticket(make_customer("Bo Berg", "bo@beta.example"), subject="Slow app", text="It hangs on Mondays.")


@pytest.fixture
def do(ticket, other, ana):
    def act(*actions, by=None):
        return perform(ticket.pk, *actions, by=by or Actor.agent(ana), via="web")

    return act


@pytest.mark.parametrize(
    "text",
    ["printer", "PRINTER fire", "burns", "kim", "jensen", "kim@alpha.example", "alpha", "burn", "prin", '"on fire"'],
)
def test_a_new_ticket_is_found_by_its_subject_its_message_and_its_requester(text, ticket, other):
    assert found(text) == {ticket.pk}


def test_a_ticket_is_found_by_its_number(ticket, other):
    assert found(str(ticket.pk)) == {ticket.pk}
    assert found(f"#{ticket.pk}") == {ticket.pk}


def test_a_ticket_is_found_by_the_name_of_its_organisation(billing, kim, other):
    kim.organization = Organization.objects.create(name="Nordlys Energi")
    kim.save()

    ticket = make_ticket(kim)

    assert found("nordlys") == {ticket.pk}


def test_replies_notes_and_tags_are_found_at_once(do, ticket):
    do(AddReply("Have you tried turning it off?"))
    do(AddNote("Secretly a fuse."))
    do(AddTag("warranty"))

    assert found("turning") == found("secretly fuse") == found("warranty") == {ticket.pk}


def test_a_word_of_a_note_and_a_word_of_the_subject_find_together(do, ticket):
    do(AddNote("Secretly a fuse."))

    assert found("fuse printer") == {ticket.pk}


def test_e08_who_may_not_read_notes_does_not_find_by_notes_tags_or_fields(do, ticket):
    """E08: internal notes stay internal."""
    FieldDefinition.objects.create(key="plan", label="Plan", kind="text")
    do(AddNote("Secretly a fuse."), AddTag("warranty"), SetField("plan", "platinum"))

    assert found("secretly") == found("warranty") == found("platinum") == {ticket.pk}
    for text in ("secretly", "secret", "fuses", "warranty", "platinum", '"a fuse"', "printer fuse"):
        assert found(text, internal=False) == set()
    assert found("printer burns", internal=False) == {ticket.pk}


def test_files_are_found_by_name_and_those_of_notes_only_by_who_may(do, ticket, ana):
    keys = [
        keep_upload(b"x", name=name, content_type="text/plain", uploaded_by=ana.pk).key
        for name in ("delivery-slip.pdf", "margin_sheet.xlsx")
    ]
    do(AddReply("See file.", attachments=keys[:1]))
    do(AddNote("See file.", attachments=keys[1:]))

    assert found("delivery-slip.pdf") == found("slip") == found("margin") == {ticket.pk}
    assert found("slip", internal=False) == {ticket.pk}
    assert found("margin", internal=False) == set()


def test_a_redacted_message_vanishes_from_the_index_at_once(do, ticket, leo):
    """M05: what an agent removes is gone from search."""
    do(AddNote("The card is 4111111111111111."))
    note = ticket.messages.latest("pk")
    assert found("4111111111111111") == {ticket.pk}

    do(RedactMessage(note.pk), by=Actor.agent(leo))

    assert found("4111111111111111") == set()
    assert found("printer burns") == {ticket.pk}


def test_a_reply_that_was_taken_back_is_found_by_colleagues_only(do, ticket):
    do(AddReply("Our price is embarrassing."))

    do(WithdrawMessage(ticket.messages.latest("pk").pk))

    assert found("embarrassing") == {ticket.pk}
    assert found("embarrassing", internal=False) == set()


def test_the_old_subject_and_removed_tags_find_nothing(do, ticket):
    do(AddTag("warranty"))

    do(SetSubject("Toaster asleep"), RemoveTag("warranty"))

    assert found("toaster") == {ticket.pk}
    assert found("printer") == found("warranty") == set()


def test_the_new_requester_and_people_in_copy_are_found(do, ticket):
    do(
        SetRequester(make_customer("Ada Lind", "ada@lind.example").pk),
        AddParticipant(make_customer("Ole Vik", "o@v.example").pk),
    )

    assert found("lind") == found("ole vik") == {ticket.pk}
    assert found("jensen") == set()


def test_what_is_rolled_back_is_not_found(do, ticket):
    with pytest.raises(RuntimeError), transaction.atomic():
        do(AddNote("Ephemeral."))
        raise RuntimeError

    assert found("ephemeral") == set()


def test_a_ticket_without_a_document_gets_one_with_its_next_words(do, ticket):
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM tickets_search" if connection.vendor == "sqlite" else "DELETE FROM tickets_searchdocument"
        )
    assert found("printer") == set()

    do(AddNote("Secretly a fuse."))

    assert found("printer fuse") == {ticket.pk}


@pytest.mark.parametrize(
    ("actions", "cost"),
    [
        ([SetStatus("pending"), SetPriority("high")], 0),
        ([AddTag("word")], 1),
        ([AddNote("A word.")], 1),
        ([SetStatus("pending"), AddReply("A word."), AddTag("word")], 1),
    ],
)
def test_a_change_costs_the_index_one_statement_and_none_without_words(actions, cost, do):
    change = do(*actions)

    with CaptureQueriesContext(connection) as captured:
        index_ticket(change)

    assert len(captured) == cost


def test_a_long_conversation_stays_searchable_and_takes_no_end_of_words(do, ticket):
    for number in range(3):
        do(AddNote(" ".join(f"w{number}x{n}" for n in range(9_000))))

    assert found("w0x1") == {ticket.pk}
    assert found("printer") == {ticket.pk}


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Afhentning i København", "kobenhavn"),
        ("Koebenhavn", "københavn"),
        ("Århus", "aarhus"),
        ("Aarhus", "århus"),
        ("Łódź", "lodz"),
        ("zażółć gęślą", "zazolc gesla"),
        ("Jokkmokk café", "cafe"),
        ("straße", "strasse"),
        ("м'яч", "мяч"),
        ("п’ятниця", "п'ятниця"),
        ("the customer's wishes", "customer"),
        ("рахунок-фактура", "рахунку"),
        ("ORD-2026-118", "ORD-2026-118"),
        ("+45 12 34 56 78", "12 34 56 78"),
    ],
)
def test_letters_are_folded_and_words_are_stemmed(written, asked, other):
    ticket = make_ticket(text=written)

    assert found(asked) == {ticket.pk}


@pytest.mark.parametrize(
    ("written", "asked"), [("Kære kundeservice", "Karen"), ("Our shoes", "show"), ("delivered", "liver")]
)
def test_words_that_only_look_alike_are_not_taken_for_each_other(written, asked, other):
    make_ticket(text=written)

    assert found(asked) == set()


def test_quoted_words_stand_in_this_order_and_are_exact(other):
    right = make_ticket(subject="x", text="The blue lamp of the kitchen is broken.")
    make_ticket(subject="x", text="A lamp, blue. The blue one; lamps in blue.")

    assert found('"blue lamp"') == {right.pk}
    assert found('"blue lamp" broken') == {right.pk}
    assert len(found("blue lamp")) == 2
    assert found('"blue lam"') == set()


def test_no_phrase_joins_two_messages(do, ticket):
    do(AddNote("It ends with blue"))
    do(AddNote("lamp begins this"))

    assert found('"blue lamp"') == set()
    assert found("blue lamp") == {ticket.pk}


def test_a_word_with_a_minus_must_not_be_there(ticket, other):
    second = make_ticket(subject="Printer out of paper", text="Empty.")

    assert found("printer -fire") == {second.pk}
    assert found('printer -"on fire"') == {second.pk}
    assert found("-printer") == {other.pk}
    assert found("first-class") == set()


def test_only_tickets_of_the_given_rows_are_found(ticket, other):
    assert set(matching(Ticket.objects.filter(pk=other.pk), "printer")) == set()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_k06_nothing_that_can_be_typed_breaks_a_search(text, ticket, other):
    """K06: operators, quotes, wildcards, broken characters and kilobytes are words or nothing."""
    assert found(text) <= {ticket.pk, other.pk}
    assert set(matching(Ticket.objects.all(), text, internal=False)) <= {ticket, other}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_can_be_written_breaks_the_index(text, other):
    ticket = make_ticket(subject="Whatever", text=clean(text) + " canary")

    assert found("canary") == {ticket.pk}
