"""Bars of distributions and parts of figures, each against the rows that it opens to."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db.models import Q

from agents.actors import Actor
from reports.metrics import KPIS, find
from reports.models import Fact
from reports.pieces import SIDES
from reports.scales import BARS, MOST, counts, distribution
from reports.selection import Selection
from reports.zone import day_of, start_of
from sla.models import BreachCause, Metric, SlaClock
from surveys.models import Survey
from tests.reports.desk import BEGINS, ENDS, desk_made_once
from tickets.models import Change

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


def whole(**more):
    return Selection(start_of(day_of(BEGINS)), start_of(day_of(LATER)), **more)


def selections(desk):
    """Summed from counts, partly so, in opening hours, and straight from the facts."""
    return [
        whole(),
        Selection(BEGINS + timedelta(hours=30), ENDS - timedelta(hours=7)),
        whole(business=True),
        whole(business=True).narrowed("team", desk.teams[0].pk),
        whole(actor=Actor.agent(desk.agents[0])),
    ]


@pytest.mark.parametrize("key", ["first_response", "next_response", "resolution", "acknowledgement"])
def test_the_bars_of_a_distribution_hold_each_duration_once(desk, key):
    kpi = KPIS[key]

    for asked in selections(desk):
        told = [row.measured for row in kpi.rows(asked)]
        expected = [sum(a <= one and (b is None or one < b) for one in told) for a, b in BARS]
        assert distribution(kpi, asked) == expected
        assert sum(expected) == kpi.figure(asked).n
    assert sum(told) > 0


def test_replies_are_counted_one_by_one_and_many_together(desk):
    kpi = KPIS["replies"]

    for asked in selections(desk):
        told = [row.measured for row in kpi.rows(asked)]
        assert counts(kpi, asked) == [*(told.count(n) for n in range(MOST)), sum(one >= MOST for one in told)]


def test_parts_are_counted_from_what_they_open_to(desk):
    late = Fact.objects.filter(kind="promise", outcome="missed").values_list("ticket_id", flat=True).distinct()
    for n, ticket in enumerate(late[:5]):
        BreachCause.objects.create(ticket_id=ticket, code="workload" if n else "outage")
    solve = Fact.objects.filter(kind="solved", imported=False).exclude(team_id=None).first()
    Survey.objects.create(
        ticket=solve.ticket,
        solve=Change.objects.filter(ticket=solve.ticket).exclude(pk__in=Survey.objects.values("solve")).first(),
        sequence=99,
        customer_id=solve.requester_id,
        state="suppressed",
        reason="throttled",
        solved_at=solve.at,
        created_at=solve.at,
    )
    causes = ["workload", "outage", "none"]
    asked, boss = whole(), Actor.agent(desk.boss)

    told = {
        key: find(key)
        for key in (
            *(f"sla_tickets.cause-{cause}" for cause in causes),
            *(f"sla_running.of-{metric}" for metric in Metric.values),
            *(f"escalation_rate.of-{source}" for source in ("agent", "clock")),
            *(f"{key}.{side}" for key in SIDES for side in ("yes", "no")),
            *(f"first_response.took-{n}" for n in range(len(BARS))),
            *(f"replies.n-{n}" for n in range(MOST + 1)),
            *(f"csat_score.score-{n}" for n in range(1, 6)),
            "sla_tickets.yes",
            "sla_tickets.broken",
            *(f"{key}.of-first_response" for key in ("sla_cancelled", "sla_unanswered")),
            "csat_not_asked",
            "csat_not_asked.why-throttled",
            "csat_not_asked.why-spam",
            "answers",
            "sla_running",
        )
    }

    n = {key: kpi.figure(asked).n for key, kpi in told.items()}
    for key, kpi in told.items():
        rows = list(kpi.rows(asked))
        assert kpi.measure.recount(rows) == kpi.figure(asked), key
        assert {row.ticket_id for row in rows} == set(kpi.tickets(asked, boss).values_list("pk", flat=True)), key
    for key in SIDES:
        figure = KPIS[key].figure(asked)
        assert n[f"{key}.yes"] == figure.hits
        if key != "reopen_rate":  # a ticket that was reopened once and held another time is on both sides
            assert n[f"{key}.no"] == figure.n - (figure.hits if key != "escalation_rate" else 0), key
    assert [n[f"first_response.took-{bar}"] for bar in range(len(BARS))] == distribution(find("first_response"), asked)
    assert [n[f"replies.n-{count}"] for count in range(MOST + 1)] == counts(find("replies"), asked)
    assert sum(n[f"csat_score.score-{score}"] for score in range(1, 6)) == KPIS["csat_score"].figure(asked).n > 0
    broken = KPIS["sla_tickets"].figure(asked)
    assert [n["sla_tickets.yes"], n["sla_tickets.broken"]] == [broken.hits, broken.n - broken.hits]
    assert sum(n[f"sla_tickets.cause-{cause}"] for cause in causes) == broken.n - broken.hits
    assert n["sla_tickets.cause-workload"] == 4
    assert n["sla_running"] == sum(n[f"sla_running.of-{metric}"] for metric in Metric.values)
    going_on = SlaClock.objects.filter(Q(state="running") | Q(state="paused"), target_seconds__gt=0)
    imported = Fact.objects.filter(imported=True).values("ticket")
    assert n["sla_running"] == going_on.exclude(ticket__in=imported).filter(ticket__merged_into=None).count() > 0
    assert n["escalation_rate.of-agent"] == KPIS["escalation_rate"].figure(asked).hits > 0
    assert [n["csat_not_asked"], n["csat_not_asked.why-throttled"], n["csat_not_asked.why-spam"]] == [1, 1, 0]
    assert told["csat_not_asked"].figure(asked.narrowed("team", solve.team_id)).n == 1
    assert told["csat_not_asked"].figure(asked.narrowed("team", 10**6)).n == 0
    assert n["answers"] == KPIS["first_response"].figure(asked).n + KPIS["next_response"].figure(asked).n


def test_what_no_figure_has_is_no_part_of_it():
    none = "nothing created. created.yes created.of-first_response first_response.took-8 replies.n-7 csat.score-1"
    for key in f"{none} csat_score.score-0 sla_tickets.cause-weather csat_not_asked.why- csat.yes-1".split():
        assert find(key) is None, key
