"""Every figure against a second, naive computation over the Events of a desk where everything happens by chance."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from reports.backlog import AGES, backlog_at, balance
from reports.checking import differences
from reports.metrics import KPIS
from reports.selection import Period, Selection
from reports.slices import SLICES
from tests.reports import naive
from tests.reports.desk import BEGINS, ENDS, desk_made_once
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

RANGES = [(BEGINS, ENDS + timedelta(days=1)), (BEGINS + timedelta(days=5), BEGINS + timedelta(days=12))]
GOLDEN = Path(__file__).with_name("figures_of_the_desk.json")
# 400 are audited before a release; the file of figures is of the usual number.
USUAL = 60
TICKETS = int(os.environ.get("AUDITED_TICKETS", USUAL))
SPANS = {"backlog", "backlog_ours", "backlog_theirs"}


@pytest.fixture(scope="module")
def desk(django_db_setup, django_db_blocker):
    """Made once: every test here reads only."""
    with desk_made_once(django_db_blocker, seed=7, tickets=TICKETS, told_at=ENDS):
        yield SimpleNamespace(lives=naive.lives())


def asked_of(start, end):
    """No slice, then every slice by every value that occurs."""
    plain = Selection(start, end)
    yield plain
    for key, one in SLICES.items():
        rows = plain.facts("created", "solved", "first_reply", "promise")
        for value in one.found_in(rows):
            if (key == "hour" and value % 5) or (key == "customer" and value % 20):
                continue
            yield plain.narrowed(key, value)


def as_dict(figure, expected):
    return {name: getattr(figure, name) for name in expected}


def test_the_desk_had_tickets_of_every_fate(desk):
    flows = {flow for life in desk.lives for flow, _at in life.flows()}

    assert flows == {"solved", "reopened", "merged", "restored"}
    assert len(desk.lives) >= TICKETS * 0.8


@pytest.mark.parametrize("key", sorted(set(KPIS) - SPANS))
def test_every_figure_is_what_the_events_say(desk, key):
    kpi, found = KPIS[key], naive.items(key, desk.lives)
    assert found, "nothing of this kind happened"

    for start, end in RANGES:
        for asked in asked_of(start, end):
            slices = {name: values[0] for name, values in asked.slices.items()}
            mine = naive.within(found, start, end, slices)
            expected = naive.number(key, kpi.unit, mine)
            assert as_dict(kpi.figure(asked), expected) == pytest.approx(expected), (asked.slices, start)


@pytest.mark.once
@pytest.mark.parametrize("key", sorted(key for key, kpi in KPIS.items() if kpi.unit == "seconds"))
def test_every_duration_in_opening_hours_is_what_the_events_say(desk, key):
    found = naive.items(key, desk.lives)

    for start, end in RANGES:
        expected = naive.number(key, "seconds", naive.within(found, start, end, {}), business=True)
        figure = KPIS[key].figure(Selection(start, end, business=True))
        assert as_dict(figure, expected) == pytest.approx(expected)


@pytest.mark.once
@pytest.mark.parametrize("key", sorted(KPIS))
def test_every_tile_is_its_drill_down(desk, key):
    kpi = KPIS[key]

    for start, end in RANGES:
        for asked in asked_of(start, end):
            rows = list(kpi.rows(asked))
            assert kpi.measure.recount(rows) == kpi.figure(asked), asked.slices
            assert {row.ticket_id for row in rows} == set(kpi.tickets(asked, _Everybody()).values_list("pk", flat=True))


class _Everybody:
    sees_all_tickets = True


def test_the_backlog_at_any_instant_is_what_the_states_say(desk):
    counted = [life for life in desk.lives if not life.imported]

    for hours in range(0, 24 * 25, 7):
        moment = BEGINS + timedelta(hours=hours)
        told, found = naive.standing(counted, moment), backlog_at(moment, Selection(BEGINS, ENDS))
        ages = [moment - life.created for life, _state in told]
        buckets = list(zip([timedelta(0), *AGES], [*AGES, timedelta.max], strict=True))
        expected = tuple(sum(a <= age < b for age in ages) for a, b in buckets)

        assert (found.ours, found.theirs) == (
            sum(state != "pending" for _life, state in told),
            sum(state == "pending" for _life, state in told),
        )
        assert found.ages == expected


def test_the_backlog_is_sliced_by_whose_it_was_then(desk):
    counted = [life for life in desk.lives if not life.imported]
    moment = BEGINS + timedelta(days=9, hours=5)
    told = [life.whose(moment) for life, _state in naive.standing(counted, moment)]

    for key in ("team", "agent", "priority", "language", "policy", "channel"):
        for value in {whose[key] for whose in told}:
            found = backlog_at(moment, Selection(BEGINS, ENDS).narrowed(key, value))
            assert found.total == sum(whose[key] == value for whose in told), (key, value)
    for tag in ("vip", "refund", "vip-plus"):
        found = backlog_at(moment, Selection(BEGINS, ENDS).narrowed("tag", tag))
        assert found.total == sum(tag in whose["tags"] for whose in told)


def test_the_balance_is_even_on_every_day_also_when_clocks_are_put_forward(desk):
    period = Period(date(2026, 3, 19), date(2026, 4, 14))
    lengths = set()

    for _day, asked in period.day_selections(ENDS + timedelta(days=5)):
        found = balance(asked)
        lengths.add(asked.end - asked.start)
        assert found.is_even, found
        before = naive.standing(desk.lives, asked.start - timedelta(microseconds=1))
        assert found.start == sum(not life.imported for life, _state in before)
    whole = balance(period.selection(ENDS + timedelta(days=5)))
    assert whole.is_even
    assert whole.merged_away > 0
    assert whole.restored > 0
    assert lengths == {timedelta(hours=23), timedelta(hours=24)}


def test_what_was_kept_is_what_a_rebuild_would_give(desk):
    assert list(differences(list(Ticket.objects.values_list("pk", flat=True)))) == []


def test_every_figure_is_the_same_to_the_last_digit_on_every_database(desk):
    """The file was written on SQLite; WRITE_FIGURES=1 writes it anew after a change of the desk or of a definition."""
    if TICKETS != USUAL:
        pytest.skip("the file is of the usual number of tickets")
    told = {}
    for business in (False, True):
        for key, kpi in KPIS.items():
            figure = kpi.figure(Selection(*RANGES[0], business=business))
            told[f"{key}~" if business else key] = [figure.value, figure.n, figure.p90, figure.mean, figure.hits]
    if os.environ.get("WRITE_FIGURES"):
        GOLDEN.write_text(json.dumps(told, indent=1) + "\n")

    assert told == json.loads(GOLDEN.read_text())
