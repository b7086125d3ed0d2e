"""Days and weeks are summed however quiet they were, and nothing that cannot be summed holds up the rest."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from agents.actors import Actor
from reports import metrics, rebuilding, rollups, summing, unsolved
from reports.checking import miscounted, summed_days
from reports.keeping import keep
from reports.metrics import KPIS, summed_as
from reports.models import DaySum, Fact, Keeper, StaleDay
from reports.selection import Selection
from reports.zone import start_of
from tests.factories import make_agent, make_customer
from tests.sla.making import at
from tickets.actions import SetStatus
from tickets.opening import open_ticket
from tickets.perform import perform

pytestmark = pytest.mark.django_db

# A Monday.
FIRST = date(2026, 3, 2)
THEIRS = KPIS["backlog_theirs"]


def asked(first: int, last: int) -> Selection:
    return Selection(start_of(day(first)), start_of(day(last)))


def day(number: int) -> date:
    return FIRST + timedelta(days=number - FIRST.day)


def kept_at(moment: str) -> time_machine.travel:
    """From then on, with all that is due told and summed."""
    travel = time_machine.travel(at(moment), tick=False)
    travel.start()
    try:
        while keep():
            pass
    except BaseException:
        travel.stop()
        raise
    return travel


@pytest.fixture
def tickets():
    """Two that were opened on the 2nd of March and wait since the 4th, which left no fact; the week ended quietly."""
    agent = Actor.agent(make_agent("Ann"))
    found = []
    with time_machine.travel(at("2026-03-02 09:00"), tick=False):
        for n in range(2):
            customer = make_customer(f"C{n}", f"c{n}@alpha.example")
            by = Actor.customer(customer.pk, customer.name)
            found.append(open_ticket("Printer on fire", customer, by=by, via="email", channel="email")[0].pk)
        keep()
    with time_machine.travel(at("2026-03-04 09:00"), tick=False):
        for pk in found:
            perform(pk, SetStatus("pending"), by=agent, via="web")
        keep()
    return found


def test_what_moved_without_a_fact_is_summed_after_a_rebuild_on_the_same_day(tickets):
    with time_machine.travel(at("2026-03-04 10:00"), tick=False):
        rebuilding.rebuild(processes=1)
        assert StaleDay.objects.filter(day=day(4)).exists()

    now = kept_at("2026-03-09 12:00")
    try:
        for last, waiting in ((4, 0), (5, 2), (8, 2)):
            assert THEIRS.figure(asked(2, last)).n == waiting
        assert THEIRS.measure.parts(asked(2, 4), "channel", THEIRS.key) == {}
        assert list(miscounted(summed_days())) == []
    finally:
        now.stop()


def test_a_check_looks_at_days_and_weeks_that_have_no_sums(tickets):
    now = kept_at("2026-03-10 12:00")
    try:
        assert [one.day for one in summed_days()] == list(range(2, 10))
        assert list(miscounted(summed_days())) == []

        DaySum.objects.filter(day=day(4), days=1).delete()
        DaySum.objects.filter(day=day(2), days=7).exclude(measure="").delete()
        assert list(miscounted(summed_days())) == [day(2), day(4)]
    finally:
        now.stop()


def test_a_week_that_ended_quietly_is_summed_once_it_is_over(tickets):
    kept_at("2026-03-08 12:00").stop()
    assert not DaySum.objects.filter(days=7).exists()

    now = kept_at("2026-03-16 12:00")
    try:
        mondays = DaySum.objects.filter(days=7, measure="").order_by("day").values_list("day", flat=True)
        assert list(mondays) == [day(2), day(9)]
        assert DaySum.objects.filter(days=7, measure="created", key="").values_list("day", "told").get() == (
            day(2),
            "[[0],[2],[0],[]]",
        )
        assert list(miscounted(summed_days())) == []
        assert keep() == 0
    finally:
        now.stop()


def test_one_day_that_cannot_be_summed_holds_up_no_other(tickets, monkeypatch):
    good = rollups.sums_of

    def fails(one: date) -> rollups.Sums:
        if one == day(4):
            raise ValueError("not to be summed")
        return good(one)

    monkeypatch.setattr(rollups, "sums_of", fails)
    monkeypatch.setattr(rollups, "DAYS", 1)
    kept_at("2026-03-10 12:00").stop()
    assert list(StaleDay.objects.values_list("day", flat=True)) == [day(4)]
    assert list(DaySum.objects.filter(measure="created", key="").values_list("day", "days")) == [(day(2), 1)]

    monkeypatch.setattr(rollups, "sums_of", good)
    kept_at("2026-03-10 12:05").stop()
    assert not StaleDay.objects.exists()
    assert DaySum.objects.filter(days=7, measure="created", key="", day=day(2)).exists()


def test_sums_are_not_read_while_the_facts_are_of_another_zone(tickets, settings):
    """And what was summed of days that are none any more is gone."""
    now = kept_at("2026-03-10 12:00")
    try:
        assert Keeper.objects.get().zone == "Europe/Copenhagen"
        DaySum.objects.create(day=day(1), measure="created", told="[[0],[5],[0],[]]", values=b"")
        settings.REPORTS_ZONE = "Asia/Tokyo"
        while keep():
            pass
        assert summed_as() == Keeper.objects.get().summed_as
        assert not DaySum.objects.filter(day=day(1)).exists()
        assert KPIS["created"].figure(asked(1, 9)).n == 2
        Fact.objects.filter(kind="created").first().delete()
        assert KPIS["created"].figure(asked(1, 9)).n == 1  # read from the facts

        rebuilding.rebuild(processes=1)
        Fact.objects.all().delete()
        assert KPIS["created"].figure(asked(1, 9)).n == 2
    finally:
        now.stop()


def test_a_house_without_a_past_is_counted_in_the_zone_that_is_set(settings):
    keep()
    settings.REPORTS_ZONE = "Asia/Tokyo"
    keep()

    assert Keeper.objects.get().zone == "Asia/Tokyo"


@pytest.mark.parametrize("place, name, value", [(metrics, "FORMAT", 2), (summing, "SLICED", ("team", "agent"))])
def test_sums_by_other_slices_or_of_another_format_are_known_as_such(monkeypatch, place, name, value):
    before = metrics._summed_as.__wrapped__("UTC")
    as_now = summed_as()
    monkeypatch.setattr(place, name, value)

    if place is metrics:
        assert summed_as() != as_now
    else:
        assert metrics._summed_as.__wrapped__("UTC") != before


def test_a_backlog_that_is_asked_for_at_midnight_misses_no_day(tickets, monkeypatch):
    """The clock goes on to the next day between two looks at it."""
    kept_at("2026-03-09 12:00").stop()
    with time_machine.travel(at("2026-03-10 08:00"), tick=False):
        perform(tickets[0], SetStatus("open"), by=Actor.agent(make_agent("Bob")), via="web")
        keep()
    now = kept_at("2026-03-11 08:00")
    try:
        for read in (THEIRS.figure, lambda one: THEIRS.measure.parts(one, "channel", THEIRS.key)["email"]):
            looks = iter([at("2026-03-10 22:59")])
            monkeypatch.setattr(unsolved, "now", lambda looks=looks: next(looks, at("2026-03-10 23:01")))
            assert read(asked(2, 5)).n == 2
    finally:
        now.stop()
