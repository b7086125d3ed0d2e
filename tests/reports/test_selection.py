"""Ranges, slices, and whose eyes look."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from agents.actors import Actor
from reports.exclusions import exclusions
from reports.keeping import keep
from reports.metrics import KPIS
from reports.selection import Period, Selection
from reports.zone import hour_of_week, start_of, week_of
from tests.factories import make_agent, make_customer, make_team, make_ticket
from tests.sla.making import Story, at
from tickets.actions import AddTag

SPRING = Selection(at("2026-03-01"), at("2026-04-01"))


def test_a_day_is_that_of_the_reporting_zone_also_when_clocks_change():
    lengths = [start_of(day + timedelta(days=1)) - start_of(day) for day in (date(2026, 3, 28), date(2026, 3, 29))]

    assert start_of(date(2026, 3, 29)) == at("2026-03-28 23:00")
    assert lengths == [timedelta(hours=24), timedelta(hours=23)]
    assert start_of(date(2026, 10, 26)) - start_of(date(2026, 10, 25)) == timedelta(hours=25)


def test_the_hour_of_the_week_is_read_from_the_clock_on_the_wall():
    assert hour_of_week(at("2026-03-22 23:30")) == 0  # Monday, half past midnight there
    assert hour_of_week(at("2026-03-29 21:59")) == 167


def test_weeks_begin_on_the_day_that_the_settings_say(settings):
    assert week_of(date(2026, 3, 22)) == date(2026, 3, 16)
    settings.REPORTS_WEEK_STARTS = 6
    assert week_of(date(2026, 3, 22)) == date(2026, 3, 22)


def test_the_previous_period_has_equal_length():
    period = Period(date(2026, 3, 10), date(2026, 3, 17))

    assert period.previous() == Period(date(2026, 3, 3), date(2026, 3, 10))
    assert period.is_over(at("2026-03-16 23:00"))
    assert not period.is_over(at("2026-03-16 22:59"))


def test_a_period_that_goes_on_is_compared_with_the_same_part_of_the_one_before():
    today = Period(date(2026, 3, 30), date(2026, 3, 31))
    noon = at("2026-03-30 10:00")  # twelve there, in summer time since yesterday

    compared = today.compared(noon)

    assert today.selection(noon) == Selection(at("2026-03-29 22:00"), noon)
    assert compared == Selection(at("2026-03-28 23:00"), at("2026-03-29 10:00"))


@pytest.mark.django_db
def test_an_agent_of_one_team_counts_what_they_may_see(billing, technical, ana, settings):
    settings.AGENTS_SEE_ALL = False
    with time_machine.travel(at("2026-03-05 09:00"), tick=False):
        mine, theirs = make_ticket(team=billing), make_ticket(make_customer("Bo", "bo@alpha.example"), team=technical)
    keep()
    actor = Actor.agent(ana)
    asked = Selection(SPRING.start, SPRING.end, actor=actor)

    assert KPIS["created"].figure(SPRING).value == 2
    assert KPIS["created"].figure(asked).value == 1
    assert list(KPIS["created"].tickets(asked, actor)) == [mine]
    assert theirs not in KPIS["created"].tickets(SPRING, actor)
    assert KPIS["backlog"].figure(asked).value == 1


@pytest.mark.django_db
def test_a_tag_is_found_as_a_whole():
    with time_machine.travel(at("2026-03-05 09:00"), tick=False):
        make_ticket(None, AddTag("vip-plus"))
        make_ticket(None, AddTag("vip"), AddTag("refund"))
    keep()

    found = {
        tag: KPIS["backlog"].figure(SPRING.narrowed("tag", tag)).value for tag in ("vip", "vip-plus", "plus", None)
    }

    assert found == {"vip": 1, "vip-plus": 1, "plus": 0, None: 0}


@pytest.mark.django_db
def test_imported_history_counts_only_when_asked_for():
    Story("2026-03-05 09:00")
    keep()

    assert KPIS["created"].figure(SPRING).value == 0
    assert KPIS["created"].figure(Selection(SPRING.start, SPRING.end, imported=True)).value == 1
    assert exclusions(SPRING).imported == 1
    assert exclusions(Selection(SPRING.start, SPRING.end, imported=True)).imported == 0


@pytest.mark.django_db
def test_figures_of_nothing_are_nothing():
    for kpi in KPIS.values():
        assert kpi.figure(SPRING).value in (None, 0), kpi.key
        assert kpi.figure(SPRING).n == 0
        assert str(kpi.name)
        assert str(kpi.definition).endswith(".")


@pytest.mark.django_db
def test_what_may_still_alter_says_since_when():
    noon = at("2026-03-30 10:00")

    assert KPIS["reopen_rate"].provisional_since(noon) == noon - timedelta(days=7)
    assert KPIS["created"].provisional_since(noon) is None


def test_names_fit_into_the_column_of_measures():
    from reports.metrics import cells
    from reports.models import DaySum

    longest = DaySum._meta.get_field("measure").max_length
    assert max(map(len, cells())) <= longest


@pytest.mark.django_db
def test_an_agents_answer_is_theirs_whoever_has_the_ticket():
    team = make_team("Billing")
    story = Story("2026-03-05 09:00", team=team, agent=make_agent("Ann", teams=[team]))
    story.reply("2026-03-05 10:00")
    keep()
    asked = Selection(SPRING.start, SPRING.end, imported=True)

    assert KPIS["first_response"].figure(asked.narrowed("agent", story.agent.pk)).value == 3600
    assert KPIS["first_response"].figure(asked.narrowed("agent", None)).n == 0
