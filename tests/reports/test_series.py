"""Figures parted by slice, day and hour: each part is what a figure of it alone says."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine

from reports import series
from reports.metrics import KPIS
from reports.selection import Period, Selection
from reports.slices import SLICES
from reports.zone import day_of, week_of
from tests.reports.desk import BEGINS, ENDS, desk_made_once

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgres")]

LATER = ENDS + timedelta(days=3)
FEW = Selection(BEGINS + timedelta(days=4), BEGINS + timedelta(days=14, hours=5))


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with desk_made_once(django_db_blocker, seed=5, tickets=30, told_at=LATER) as desk:
        yield desk


@pytest.fixture
def desk(made):
    with time_machine.travel(LATER, tick=False):
        yield made


@pytest.mark.parametrize("key", sorted(KPIS))
def test_every_part_of_a_slice_is_the_figure_of_the_narrowed_selection(desk, key, django_assert_max_num_queries):
    kpi = KPIS[key]
    for name in SLICES:
        with django_assert_max_num_queries(8):
            parts = series.by_slice(kpi, FEW, name)
        for value, figure in parts:
            assert figure == kpi.figure(FEW.narrowed(name, value)), (name, value)
        if name not in ("tag", "hour") and kpi.unit == "count" and kpi.key != "replies":
            assert sum(figure.value for _value, figure in parts) == kpi.figure(FEW).value, name


@pytest.mark.parametrize("key", sorted(KPIS))
def test_every_day_is_the_figure_of_that_day_alone(desk, key, django_assert_max_num_queries):
    """Summed beforehand and, when sliced, from the facts."""
    kpi = KPIS[key]
    period = Period(day_of(BEGINS), day_of(LATER) + timedelta(days=2))
    for more in ({}, {"slices": {"priority": [2, 3]}}, {"business": True}):
        with django_assert_max_num_queries(12):
            days = series.daily(kpi, period, LATER, **more)
        assert [day for day, _figure in days] == [period.first + timedelta(days=n) for n in range(period.days - 1)]
        for day, figure in days:
            alone = Period(day, day + timedelta(days=1)).selection(LATER, **more)
            assert figure == kpi.figure(alone), (day, more)


@pytest.mark.parametrize("key", sorted(KPIS))
def test_every_week_is_the_figure_of_that_week_alone(desk, key, django_assert_max_num_queries):
    """The first one is cut, the last one goes on."""
    kpi = KPIS[key]
    first = week_of(day_of(BEGINS))
    edges = [first + timedelta(days=2), *(first + timedelta(days=7 * n) for n in range(1, 6))]
    steps = [Period(*pair) for pair in pairwise(edges)]
    assert steps[-1].last > day_of(LATER)
    for more in ({}, {"slices": {"priority": [2, 3]}}, {"business": True}):
        with django_assert_max_num_queries(12):
            figures = series.stepped(kpi, steps, LATER, **more)
        assert figures == [kpi.figure(step.selection(LATER, **more)) for step in steps], more


def test_weeks_are_days_added_up(desk):
    period = Period(day_of(BEGINS), day_of(LATER) + timedelta(days=1))
    days = series.daily(KPIS["solved"], period, LATER)

    weeks = series.weekly(days, period.first)

    assert sum(value for _week, value in weeks) == KPIS["solved"].figure(period.selection(LATER)).value > 0
    assert {(week - period.first).days % 7 for week, _value in weeks} == {0}


def test_hours_of_the_week_have_counts_and_medians(desk):
    solved, figures = (series.figures_by_hour(KPIS[key], FEW) for key in ("solved", "first_response"))

    assert sum(figure.n for figure in solved) == KPIS["solved"].figure(FEW).n
    assert len(figures) == 168
    hour = max(range(168), key=lambda one: figures[one].n)
    assert figures[hour] == KPIS["first_response"].figure(FEW.narrowed("hour", hour))
    assert figures[hour].value > 0


def test_with_tags_asked_for_only_these_are_told(desk):
    asked = Selection(BEGINS, LATER).narrowed("tag", "vip")

    assert [value for value, _figure in series.by_slice(KPIS["reassignments"], asked, "tag")] == ["vip"]
