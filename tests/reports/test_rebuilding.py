"""Rebuilds that are killed, that sleep, or that meet others; and edits that nobody looked at for long."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from agents.actors import Actor
from reports import fresh_tables, rebuilding
from reports.checking import miscounted, summed_days
from reports.keeping import keep, note_edited
from reports.lease import LASTS, AlreadyRebuilding, Lease, LeaseLost
from reports.metrics import KPIS, summed_as
from reports.models import DaySum, Fact, Keeper, Stale, StaleDay
from reports.returning import follow_all
from reports.selection import Selection
from sla.models import SlaAssignment
from tests.factories import make_agent, make_customer, make_ticket
from tests.sla.making import at
from tickets.actions import AddReply, SetStatus
from tickets.perform import perform

pytestmark = pytest.mark.django_db

TODAY = at("2026-04-20 12:00")
MARCH = Selection(at("2026-03-01 00:00"), at("2026-04-01 00:00"))


class Killed(BaseException):
    """As the kernel does: nothing of the rebuild runs any more."""


@pytest.fixture
def house():
    """Two customers ask again within a day, days apart; all is told and summed, and a month has gone by since."""
    ann, bob = make_customer("Ann", "ann@alpha.example"), make_customer("Bob", "bob@alpha.example")
    by = Actor.agent(make_agent("Cid"))
    for customer, first in ((ann, 2), (bob, 9)):
        for day in (first, first + 1):
            with time_machine.travel(at(f"2026-03-{day:02} 08:00"), tick=False):
                ticket = make_ticket(customer)
            with time_machine.travel(at(f"2026-03-{day:02} 10:00"), tick=False):
                perform(ticket.pk, AddReply("Done."), SetStatus("solved"), by=by, via="web")
    with time_machine.travel(TODAY, tick=False):
        while keep():
            pass
        yield


def came_back():
    """Of each solve after how long."""
    return list(Fact.objects.filter(kind="solved").order_by("at").values_list("returned_after", flat=True))


def kill(monkeypatch, where):
    """Kill a rebuild there, which never gives back what it has in its hands."""

    def killed(*_given, **_named):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(rebuilding, where, killed)
        patch.setattr(rebuilding, "PART", {connection.vendor: 1})
        patch.setattr(Lease, "give_up", lambda lease: None)
        with suppress(Killed):
            rebuilding.rebuild(1)


@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("where", ["follow_all", "forget_counts"])
def test_figures_after_a_rebuild_that_was_killed_are_right_at_once_and_are_summed_by_keepers(
    house, monkeypatch, empty, where
):
    """Whether there were facts before or not: those of days that nobody knew are counted as well."""
    day = 22 * 3600
    assert came_back() == [day, None, day, None]
    before = KPIS["first_contact"].figure(MARCH)
    assert (before.n, before.hits) == (4, 2)
    sums = set(DaySum.objects.values_list("day", "days", "measure", "key", "told"))
    if empty:
        Fact.objects.all().delete()
        DaySum.objects.all().delete()
        StaleDay.objects.all().delete()

    kill(monkeypatch, where)

    assert came_back() == [day, None, day, None]
    assert KPIS["first_contact"].figure(MARCH) == before
    assert KPIS["created"].figure(MARCH).n == 4
    assert Keeper.objects.get().summed_as == ""
    assert keep() == 0
    with time_machine.travel(TODAY + LASTS + timedelta(seconds=1), tick=False):
        while keep():
            pass
    keeper = Keeper.objects.get()
    assert (keeper.summed_as, keeper.rebuilt_by, keeper.rebuilding_until) == (summed_as(), "", None)
    assert not StaleDay.objects.filter(day__lt=TODAY.date()).exists()
    assert set(DaySum.objects.values_list("day", "days", "measure", "key", "told")) == sums
    assert list(miscounted(summed_days())) == []
    assert follow_all() == 0


def test_a_part_told_in_place_follows_who_came_back_into_other_parts(house):
    """What differs from before: a solve that was moved, and a creation that nobody knew."""
    first, second = Fact.objects.filter(kind="solved").order_by("at")[:2]
    Fact.objects.filter(ticket=second.ticket_id, kind="created").delete()
    Fact.objects.filter(pk=first.pk).update(returned_after=None)

    rebuilding.tell_anew([second.ticket_id])

    assert came_back()[0] == 22 * 3600


def test_a_rebuild_that_slept_too_long_finds_that_it_has_nothing_in_its_hands(house):
    slept = Lease.take()
    with pytest.raises(AlreadyRebuilding):
        Lease.take()
    with time_machine.travel(TODAY + LASTS + timedelta(seconds=1), tick=False):
        other = Lease.take()
        slept.give_up()
        for what in (slept.renew, slept.hold, slept.hand_back):
            with pytest.raises(LeaseLost):
                what()
        assert Keeper.objects.get().rebuilt_by == other.token
        assert not slept.nobody_else_has_it()
        assert other.nobody_else_has_it()
        with pytest.raises(LeaseLost):
            rebuilding.tell_anew([make_ticket().pk], lease=slept)
        with pytest.raises(LeaseLost):
            rebuilding.forget_counts(slept)
        assert DaySum.objects.exists()
        assert keep() == 0
        other.hand_back()
        assert slept.nobody_else_has_it()
        assert Keeper.objects.get().rebuilding_until is None


def test_a_rebuild_in_whose_place_a_keeper_has_gone_on_says_so_and_its_days_are_summed_again(house, monkeypatch):
    def sleep_first(given):
        with time_machine.travel(TODAY + LASTS + timedelta(seconds=1), tick=False):
            make_ticket()
            assert keep() > 0
        return follow_all()

    monkeypatch.setattr(rebuilding, "_do", sleep_first)

    with pytest.raises(CommandError, match="run it again"):
        call_command("rebuild_reports", processes=1)

    assert Keeper.objects.get().summed_as == ""


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no second set of tables")
@pytest.mark.django_db(transaction=True)
def test_no_rebuild_holds_up_readers_of_tickets_that_wait_behind_a_long_read(house, monkeypatch):
    """A dump holds the tickets: each try lets the readers pass that came after it, until the dump is over."""
    monkeypatch.setattr(fresh_tables, "PAUSE", 0.4)
    tried = []
    dump = connection.copy()
    kept = list(Fact.objects.order_by("ticket", "kind", "place").values_list("ticket", "kind", "returned_after"))

    def swapping(last):
        tried.append(None)
        if len(tried) == 1:
            dump.set_autocommit(False)
            dump.cursor().execute("LOCK TABLE tickets_ticket IN ACCESS SHARE MODE")
        elif len(tried) == 4:
            dump.rollback()
        last()

    put = fresh_tables.put_in_place
    monkeypatch.setattr(
        fresh_tables, "put_in_place", lambda kept, last, between: put(kept, last, partial(swapping, between))
    )
    try:
        rebuilding.rebuild(1)
    finally:
        dump.close()

    assert len(tried) == 4
    again = list(Fact.objects.order_by("ticket", "kind", "place").values_list("ticket", "kind", "returned_after"))
    assert again == kept
    assert Keeper.objects.get().rebuilt_by == ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [fresh_tables.SCHEMA])
        assert cursor.fetchone() == (0,)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no second set of tables")
@pytest.mark.django_db(transaction=True)
def test_tables_of_a_rebuild_that_lost_its_lease_come_in_no_place_and_no_successor_loses_its_own(house, monkeypatch):
    kept = set(Fact.objects.values_list("pk", flat=True))
    put, found = fresh_tables.put_in_place, []

    def lost_before(successor, check):
        def between():
            Keeper.objects.update(rebuilt_by=successor)
            check()

        return between

    for successor, checks in (("another", False), ("", True)):
        monkeypatch.setattr(
            fresh_tables,
            "put_in_place",
            lambda of, last, renew, who=successor, checks=checks: put(
                of, last, lost_before(who, renew if checks else lambda: None)
            ),
        )
        with pytest.raises(LeaseLost):
            rebuilding.rebuild(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [fresh_tables.SCHEMA])
            found.append(cursor.fetchone())
        assert Keeper.objects.get().rebuilt_by == successor
        assert set(Fact.objects.values_list("pk", flat=True)) == kept
        Keeper.objects.update(rebuilding_until=None)

    assert found == [(1,), (0,)]


def test_every_edit_is_noted_however_long_nobody_looked_and_whatever_is_said_to_be_earlier(house):
    ticket, late = make_ticket(), make_ticket()

    def edited(of, change, when):
        return SlaAssignment.objects.create(ticket=of, cause="edited", change=change, at=when)

    edited(ticket, None, now() - timedelta(days=3))
    edited(late, ticket.changes.first(), now() - timedelta(days=30))
    Stale.objects.all().delete()

    assert note_edited() == 1
    assert list(Stale.objects.values_list("ticket", flat=True)) == [ticket.pk]
    for minutes in (5, 11):
        with time_machine.travel(TODAY + timedelta(minutes=minutes), tick=False):
            assert note_edited() == 1
    with time_machine.travel(TODAY + timedelta(minutes=12), tick=False):
        assert note_edited() == 0
        # A key that commits after higher ones.
        edited(late, None, now())
        assert note_edited() == 1
    with time_machine.travel(TODAY + timedelta(minutes=22), tick=False):
        assert note_edited() == 1
    with time_machine.travel(TODAY + timedelta(minutes=33), tick=False):
        assert note_edited() == 1
        assert note_edited() == 0
