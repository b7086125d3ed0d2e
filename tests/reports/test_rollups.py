"""Sums per day and week, and figures that are put together from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.actors import Actor
from reports import auditing, expecting, keeping, rollups, series
from reports.asking import Asked
from reports.checking import miscounted, summed_days
from reports.exclusions import LEFT
from reports.keeping import keep
from reports.kept import Kept
from reports.metrics import KPIS, summed_as
from reports.models import DaySum, Fact, Keeper, Span, Stale, StaleDay
from reports.pages import PAGES
from reports.selection import Period, Selection
from reports.slices import SLICES
from reports.summing import SLICED
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
    assert DaySum.objects.exists()
    assert not StaleDay.objects.exists()
    ranges = [
        whole_days(BEGINS, ENDS),
        whole_days(BEGINS + timedelta(days=6), BEGINS + timedelta(days=14)),
        Selection(BEGINS + timedelta(hours=30), ENDS - timedelta(hours=7)),
        Selection(BEGINS, LATER),
    ]
    for asked in ranges:
        for kpi in (*KPIS.values(), *LEFT.values()):
            assert kpi.measure.recount(kpi.rows(asked)) == kpi.figure(asked), kpi.key


def test_figures_of_one_slice_from_sums_are_those_of_their_drill_down(desk):
    """Several values of one slice, too, and while a day is due to be summed."""
    asked = Selection(start_of(day_of(BEGINS)), ENDS - timedelta(hours=7), business=True)
    StaleDay.objects.create(day=day_of(BEGINS + timedelta(days=9)))
    for place, key in enumerate((*SLICED, "hour")):
        values = SLICES[key].found_in(asked.facts("created", "solved", "promise"))
        narrowed = replace(asked, slices={key: values[: 1 + place % 2] if place % 3 else values[-1:]}, kept=Kept())
        for kpi in (*KPIS.values(), *LEFT.values()):
            assert kpi.measure.recount(kpi.rows(narrowed)) == kpi.figure(narrowed), (kpi.key, narrowed.slices)


@pytest.mark.parametrize("key", ["created", "resolution", "reopen_rate", "sla_tickets", "sla_cancelled"])
def test_a_long_range_is_summed_and_not_counted(desk, key):
    asked = whole_days(BEGINS, ENDS + timedelta(days=1))
    before = KPIS[key].figure(asked), series.by_slice(KPIS[key], asked, "team")
    Fact.objects.all().delete()

    assert (KPIS[key].figure(asked), series.by_slice(KPIS[key], asked, "team")) == before
    assert before[0].n > 0


def test_other_settings_are_not_told_from_sums_of_before(desk, settings):
    """The days are read from the facts at once, and summed anew by the keeper; how weeks begin does not matter."""
    asked = whole_days(BEGINS, ENDS + timedelta(days=1))
    kpi = KPIS["reopen_rate"]
    before = kpi.figure(asked)
    settings.REPORTS_WEEK_STARTS = 6
    assert summed_as() == Keeper.objects.get().summed_as

    settings.REPORTS_REOPEN_DAYS = 1
    after = kpi.figure(asked)
    assert after.hits < before.hits
    assert kpi.measure.recount(kpi.rows(asked)) == after
    while keep():
        pass
    assert summed_as() == Keeper.objects.get().summed_as
    Fact.objects.all().delete()
    assert kpi.figure(asked) == after


def test_what_a_ticket_counted_before_alters_the_days_behind_it(desk):
    """A promise that is gone makes the next one on its ticket the first of the range."""
    kpi, asked = KPIS["sla_tickets"], whole_days(BEGINS, ENDS + timedelta(days=1))
    several = [ticket for ticket in desk.tickets if kpi.rows(asked).filter(ticket=ticket).count() > 2]
    days = sorted({day_of(row.at) for row in kpi.rows(asked).filter(ticket__in=several)})
    gone = [Fact.objects.filter(ticket=ticket, kind="promise").order_by("at").first() for ticket in several]

    behind = rollups.days_behind(gone, Fact.objects.filter(ticket__in=several).values())

    assert set(behind) == set(days)
    assert len(days) > len({day_of(fact.at) for fact in gone}) > 0


def test_the_audit_finds_a_part_that_is_not_summed_as_its_facts_say(desk, monkeypatch):
    """Also of durations in opening hours, and of parts that no tile is narrowed to."""
    monkeypatch.setattr(auditing, "KPIS", {key: KPIS[key] for key in ("created", "resolution")})
    monkeypatch.setattr(auditing, "SLICES", {key: SLICES[key] for key in ("team", "channel")})
    scope = auditing.Scope(day_of(ENDS), 1)
    right = auditing.audit(scope)
    DaySum.objects.filter(measure="created", key="channel").delete()
    DaySum.objects.filter(measure="resolution~", key="team").delete()

    wrong = auditing.audit(scope).wrong

    assert right.wrong == []
    assert right.compared["parts from sums and from facts"] > 30
    of_parts = {line.split(": ")[1].split()[1] for line in wrong if line.startswith("parts from sums and from facts")}
    assert of_parts == {"channel", "team"}
    assert {"in opening hours" in line for line in wrong if ": resolution " in line} == {True}


def test_only_what_began_or_ended_otherwise_alters_a_day():
    span = Span(ticket_id=1, status="open", began=BEGINS, tags="")
    ended = Span(ticket_id=1, status="open", began=BEGINS, ended=ENDS, tags="")

    assert rollups.days_of_flows([span, ended]) == {day_of(ENDS)}
    assert rollups.days_of_flows([span]) == {day_of(BEGINS)}


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
    assert not DaySum.objects.filter(day="2026-03-05").exists()


def test_a_rebuild_gives_what_was_kept(desk, capsys):
    facts = list(Fact.objects.order_by("ticket", "kind", "place").values())
    counts = set(DaySum.objects.values_list("day", "days", "measure", "key", "told"))
    spans = Span.objects.count()
    Fact.objects.filter(ticket=Fact.objects.first().ticket_id).delete()
    DaySum.objects.all().delete()

    call_command("rebuild_reports", processes=1)

    again = list(Fact.objects.order_by("ticket", "kind", "place").values())
    assert [without_key(row) for row in again] == [without_key(row) for row in facts]
    assert set(DaySum.objects.values_list("day", "days", "measure", "key", "told")) == counts
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


# --- what a page is going to ask is read together ---------------------------------------------------------------

SUMS = 'FROM "reports_daysum"'


def asked_by(agent, **more):
    period = Period(day_of(BEGINS), day_of(LATER) + timedelta(days=1))
    return Asked(period, LATER, Actor.agent(agent), **more)


def told(page, agent, **more):
    """What its tiles and tables say, and how often its sums were read."""
    with CaptureQueriesContext(connection) as captured:
        built = page.build(asked_by(agent, **more))
        tiles = [(tile.kpi.key, tile.figure, tile.before, list(tile.line)) for tile in built.tiles]
        cells = [[cell.value for cell in row] for table in built.tables for row in table.rows]
    return SimpleNamespace(says=(tiles, cells), reads=sum(SUMS in one["sql"] for one in captured))


@pytest.mark.parametrize(
    "more", [{}, {"business": True}, {"slices": {"priority": [3, 4]}}], ids=["all", "business", "slice"]
)
def test_a_page_that_says_what_it_asks_tells_the_same_in_fewer_statements(desk, monkeypatch, more):
    together = {page.KEY: told(page, desk.boss, **more) for page in PAGES}
    monkeypatch.setattr(Kept, "expect", lambda *_given: None)
    alone = {page.KEY: told(page, desk.boss, **more) for page in PAGES}

    assert {key: one.says for key, one in together.items()} == {key: one.says for key, one in alone.items()}
    assert together["overview"].reads <= 6 < alone["overview"].reads
    assert all(together[key].reads <= alone[key].reads for key in together)


def test_nothing_is_expected_where_sums_cannot_tell(desk):
    asked = asked_by(desk.boss, imported=True)
    expecting.expect([tile.kpi for tile in PAGES[0].build(asked).tiles], asked)

    assert told(PAGES[0], desk.boss, imported=True).reads == 0
