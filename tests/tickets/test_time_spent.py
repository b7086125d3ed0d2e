"""Time spent: added, corrected, taken back, summed; and how people write it."""

from __future__ import annotations

import pytest

from agents.actors import Actor
from helpdesk.lib.errors import Denied, HelpdeskError
from tickets.actions import AddTimeSpent, CorrectTimeSpent, load
from tickets.models import Change, TimeEntry
from tickets.moving_forms import minutes_in
from tickets.perform import perform
from tickets.wording import phrase

pytestmark = pytest.mark.django_db


def facts(change):
    return [(event.kind, event.data) for event in change.events.order_by("pk")]


def test_time_is_added_with_a_note_and_told_without_it(ticket, as_ana, ana):
    change = perform(ticket.pk, AddTimeSpent(75, "  Called\nthe shop "), by=as_ana, via="web")

    entry = TimeEntry.objects.get()
    assert (entry.ticket, entry.agent, entry.minutes, entry.note) == (ticket, ana, 75, "Called the shop")
    assert facts(change) == [("time_added", {"entry": entry.pk, "minutes": 75})]
    assert phrase(change.events.get()) == "spent 1 h 15 min"


def test_a_correction_tells_both_numbers_and_taking_back_leaves_the_sum(ticket, as_ana):
    perform(ticket.pk, AddTimeSpent(20), by=as_ana, via="web")
    perform(ticket.pk, AddTimeSpent(30, "calls"), by=as_ana, via="web")
    first, second = TimeEntry.objects.order_by("pk")

    corrected = perform(ticket.pk, CorrectTimeSpent(second.pk, 45, "calls"), by=as_ana, via="web")
    removed = perform(ticket.pk, CorrectTimeSpent(first.pk, 0), by=as_ana, via="web")
    again = perform(ticket.pk, CorrectTimeSpent(second.pk, 45, "calls"), by=as_ana, via="web")

    assert facts(corrected) == [("time_corrected", {"entry": second.pk, "from": 30, "to": 45})]
    assert [phrase(change.events.get()) for change in (corrected, removed)] == [
        "corrected time spent from 30 min to 45 min",
        "took back 20 min of time spent",
    ]
    assert again is None
    assert TimeEntry.objects.total(ticket.pk) == 45
    assert list(TimeEntry.objects.for_panel(ticket.pk)) == [second]


@pytest.mark.parametrize("minutes", [0, -5, 7 * 24 * 60 + 1])
def test_no_time_and_more_than_a_week_are_refused(ticket, as_ana, minutes):
    with pytest.raises(HelpdeskError) as refusal:
        perform(ticket.pk, AddTimeSpent(minutes), by=as_ana, via="web")

    assert refusal.value.code == "bad_minutes"
    assert not TimeEntry.objects.exists()


def test_only_its_owner_or_a_supervisor_corrects_an_entry(ticket, as_ana, lou, leo):
    perform(ticket.pk, AddTimeSpent(20), by=as_ana, via="web")
    entry = TimeEntry.objects.get()

    with pytest.raises(Denied):
        perform(ticket.pk, CorrectTimeSpent(entry.pk, 5), by=Actor.agent(lou), via="web")
    assert TimeEntry.objects.get().minutes == 20

    perform(ticket.pk, CorrectTimeSpent(entry.pk, 5), by=Actor.agent(leo), via="web")
    assert TimeEntry.objects.get().minutes == 5


def test_an_entry_of_another_ticket_does_not_exist_here(ticket, as_ana, make_ticket):
    other = make_ticket(team=ticket.team)
    perform(other.pk, AddTimeSpent(20), by=as_ana, via="web")
    changes = Change.objects.count()

    with pytest.raises(HelpdeskError) as refusal:
        perform(ticket.pk, CorrectTimeSpent(TimeEntry.objects.get().pk, 5), by=as_ana, via="web")

    assert refusal.value.code == "no_such_entry"
    assert Change.objects.count() == changes


def test_the_house_spends_no_time_and_a_light_agent_may(ticket, lou):
    with pytest.raises(HelpdeskError):
        perform(ticket.pk, AddTimeSpent(5), by=Actor.system("house"), via="house")
    assert perform(ticket.pk, load(AddTimeSpent(5).dump()), by=Actor.agent(lou), via="web")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("25", 25),
        ("25 min", 25),
        ("90m", 90),
        ("1:15", 75),
        ("0:05", 5),
        ("1h", 60),
        ("1h 15", 75),
        ("1 h 15 min", 75),
        ("1,5 h", 90),
        ("0.25h", 15),
        ("2 timer", 120),
        ("1 godz. 30", 90),
        ("15 хв", 15),
    ],
)
def test_time_is_read_as_people_write_it(text, minutes):
    assert minutes_in(text) == minutes


@pytest.mark.parametrize("text", ["", "soon", "1:75:2", "-5", "1e9", "٣", "1h1h1h", "5 apples", "99999999"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(HelpdeskError) as refusal:
        minutes_in(text)

    assert refusal.value.code == "bad_time"
