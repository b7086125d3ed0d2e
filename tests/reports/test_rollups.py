"""Counts per day, and figures that are put together from them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command

from reports import keeping
from reports.checking import miscounted, summed_days
from reports.keeping import keep
from reports.metrics import KPIS
from reports.models import DayCount, Fact, Keeper, Span, Stale, StaleDay
from reports.selection import Selection
from reports.zone import day_of, start_of
from tests.reports.desk import BEGINS, ENDS, desk_made_once
from tests.sla.making import Story, at

pytestmark = pytest.mark.django_db

LATER = ENDS + timedelta(days=3)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with desk_made_once(django_db_blocker, seed=3, tickets=36, told_at=LATER) as desk:
        yield desk


@pytest.fixture
def desk(made):
    with time_machine.travel(LATER, tick=False):
        yield made


def whole_days(first, last):
    return Selection(start_of(day_of(first)), start_of(day_of(last)))


def test_figures_from_counts_are_those_of_their_drill_down(desk):
    assert DayCount.objects.exists()
    assert not StaleDay.objects.exists()
    ranges = [
        whole_days(BEGINS, ENDS),
        whole_days(BEGINS + timedelta(days=6), BEGINS + timedelta(days=14)),
        Selection(BEGINS + timedelta(hours=30), ENDS - timedelta(hours=7)),
        Selection(BEGINS, LATER),
    ]
    for asked in ranges:
        for kpi in KPIS.values():
            assert kpi.measure.recount(kpi.rows(asked)) == kpi.figure(asked), kpi.key


def test_a_long_range_is_summed_and_not_counted(desk):
    Fact.objects.all().delete()

    assert KPIS["created"].figure(whole_days(BEGINS, ENDS + timedelta(days=1))).n > 20


def test_a_day_that_altered_is_read_from_its_facts_until_it_is_counted(desk):
    asked = whole_days(BEGINS, ENDS + timedelta(days=1))
    before = KPIS["created"].figure(asked).n

    Story(BEGINS + timedelta(days=8))
    keeping._keep_some()
    assert StaleDay.objects.exists()
    assert KPIS["created"].figure(asked).n == before  # it came by an import, which is left out
    assert KPIS["created"].figure(Selection(asked.start, asked.end, imported=True)).n > before

    keep()
    assert not StaleDay.objects.exists()
    assert list(miscounted(summed_days())) == []


def test_the_running_day_is_not_summed():
    with time_machine.travel(at("2026-03-05 12:00"), tick=False):
        Story("2026-03-05 08:00")
        keep()

    assert StaleDay.objects.filter(day="2026-03-05").exists()
    assert not DayCount.objects.filter(day="2026-03-05").exists()


def test_a_rebuild_gives_what_was_kept(desk, capsys):
    facts = list(Fact.objects.order_by("ticket", "kind", "place").values())
    counts = set(DayCount.objects.values_list("day", "measure", "bucket", "n", "total"))
    spans = Span.objects.count()
    Fact.objects.filter(ticket=Fact.objects.first().ticket_id).delete()
    DayCount.objects.all().delete()

    call_command("rebuild_reports", processes=1)

    again = list(Fact.objects.order_by("ticket", "kind", "place").values())
    assert [without_key(row) for row in again] == [without_key(row) for row in facts]
    assert set(DayCount.objects.values_list("day", "measure", "bucket", "n", "total")) == counts
    assert Span.objects.count() == spans
    call_command("rebuild_reports", check=True)
    assert "0 differences" in capsys.readouterr().out


def test_a_check_finds_what_was_altered_behind_the_house(desk, capsys):
    row = Fact.objects.filter(kind="solved").first()
    Fact.objects.filter(pk=row.pk).update(seconds=row.seconds + 1)

    with pytest.raises(SystemExit):
        call_command("rebuild_reports", check=True)

    assert f"#{row.ticket_id} solved {row.place}, seconds: kept {row.seconds + 1}, told {row.seconds}" in (
        capsys.readouterr().out
    )


def test_keepers_stand_back_while_everything_is_rebuilt():
    Story("2026-03-05 08:00")
    Keeper.objects.update_or_create(pk=1, defaults={"rebuilding_until": LATER + timedelta(days=9999)})

    assert keep() == 0
    assert Stale.objects.count() == 1


def without_key(row):
    return {name: value for name, value in row.items() if name != "id"}
