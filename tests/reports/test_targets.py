"""What the house wants of a figure: which target counts for what is asked, and how a figure stands to it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from agents.actors import Actor
from agents.audit import phrase
from agents.records import AgentAudit
from helpdesk.lib.errors import Denied, HelpdeskError
from reports.asking import Asked
from reports.figures import Figure
from reports.keeping import keep
from reports.metrics import KPIS
from reports.models import Target
from reports.pages import volume
from reports.pages.trends import trend_chart
from reports.selection import Period
from reports.target_setting import set_target
from reports.targets import Targets, standing
from tests.factories import make_ticket

NOW = datetime(2026, 11, 16, 11, 0, tzinfo=UTC)  # noon in Copenhagen


@pytest.fixture
def by(otto):
    return Actor.agent(otto)


def _asked(first: date, last: date, **more):
    return Period(first, last).selection(NOW, **more)


WEEK = (date(2026, 11, 2), date(2026, 11, 9))


def test_the_target_of_the_last_day_counts_that_of_a_team_before_that_of_the_house(by, billing, technical):
    kpi = KPIS["first_response"]
    set_target(by, kpi, value=3600, since=date(2026, 10, 1))
    set_target(by, kpi, value=1800, since=date(2026, 11, 8))
    set_target(by, kpi, value=7200, since=date(2026, 11, 1), team=billing)
    set_target(by, kpi, value=900, since=date(2026, 1, 1), business=True)
    set_target(by, kpi, value=600, since=date(2026, 12, 1))
    book = Targets.load()

    assert book.value("first_response", _asked(*WEEK)) == 1800
    assert book.value("first_response", _asked(date(2026, 11, 1), date(2026, 11, 8))) == 3600
    assert book.value("first_response", _asked(date(2026, 9, 1), date(2026, 9, 8))) is None
    assert book.value("first_response", _asked(*WEEK, slices={"team": [billing.pk]})) == 7200
    assert book.value("first_response", _asked(*WEEK, slices={"team": [technical.pk]})) == 1800
    assert book.value("first_response", _asked(*WEEK, slices={"team": [billing.pk, technical.pk]})) == 1800
    assert book.value("first_response", _asked(*WEEK, slices={"channel": ["email"]})) == 1800
    assert book.value("first_response", _asked(*WEEK, business=True)) == 900
    # A target that was ended leaves the team that of the house, and the history as it was.
    set_target(by, kpi, value=None, since=date(2026, 11, 5), team=billing)
    assert Targets.load().value("first_response", _asked(*WEEK, slices={"team": [billing.pk]})) == 1800
    assert (
        Targets.load().value(
            "first_response", _asked(date(2026, 11, 1), date(2026, 11, 4), slices={"team": [billing.pk]})
        )
        == 7200
    )
    assert Target.objects.count() == 6


def test_counts_are_wanted_of_as_much_time_as_is_shown_and_of_the_whole_house_only(by, billing, leo):
    kpi = KPIS["solved"]
    set_target(by, kpi, value=300, since=date(2026, 11, 1), per="month")
    set_target(by, kpi, value=910, since=date(2026, 4, 1), per="quarter", team=billing)
    book = Targets.load()

    def wanted(first, last, **more):
        return book.value("solved", _asked(first, last, **more))

    assert wanted(date(2026, 11, 2), date(2026, 11, 12)) == pytest.approx(100)
    # From midnight on the 16th until noon: half of the day.
    assert wanted(date(2026, 11, 16), date(2026, 11, 17)) == pytest.approx(5)
    assert wanted(date(2026, 10, 30), date(2026, 11, 2)) is None
    assert wanted(date(2026, 11, 2), date(2026, 11, 3), slices={"channel": ["email"]}) is None
    assert wanted(date(2026, 11, 2), date(2026, 11, 3), actor=Actor.agent(leo)) is None
    # April to June has 91 days; the 29th of March, when the clock jumps, lies before.
    assert wanted(date(2026, 5, 1), date(2026, 5, 11), slices={"team": [billing.pk]}) == pytest.approx(100)
    assert book.line("solved", _asked(*WEEK), date(2026, 11, 16), date(2026, 11, 17)) == pytest.approx(10)
    set_target(by, kpi, value=600, since=date(2026, 11, 7), per="month")
    assert Targets.load().value("solved", _asked(*WEEK)) == pytest.approx(5 * 10 + 2 * 20)


def test_a_chart_over_time_draws_its_targets_as_they_were_on_each_day_and_tells_them_in_its_table(by, billing):
    for key, value, since, more in (
        ("first_response", 3600, date(2025, 12, 1), {}),
        ("first_response", 1800, date(2026, 1, 1), {}),
        ("first_response", None, date(2026, 1, 3), {}),
        ("solved", 31, date(2025, 12, 1), {"per": "month"}),
        ("backlog", 40, date(2025, 12, 1), {}),
        ("backlog_ours", 30, date(2026, 1, 2), {}),
    ):
        set_target(by, KPIS[key], value=value, since=since, **more)
    asked = Asked(Period(date(2025, 12, 30), date(2026, 1, 4)), NOW, by)

    answered = trend_chart("answered", "Answered", ["first_response"], asked)
    flow = trend_chart("flow", "Flow", ["created", "solved"], asked, look="bar")
    stock = volume.backlog_chart(asked)
    of_a_channel = trend_chart("flow", "Flow", ["solved"], asked.narrowed("channel", "email"))

    assert [(goal.label, goal.values) for goal in answered.goals] == [
        ("Target: First response time", [3600, 3600, 1800, 1800, None])
    ]
    assert answered.goals[0].words[2:] == ["at most 30 min", "at most 30 min", "no target"]
    assert answered.table.header == ["Day", "First response time", "Target: First response time"]
    assert [row[2].words for row in answered.table.rows] == ["1 h 00", "1 h 00", "30 min", "30 min", "–"]
    assert [one["values"] for one in answered.data["goals"]] == [[3600, 3600, 1800, 1800, None]]
    assert [(goal.values, goal.tone) for goal in flow.goals] == [([pytest.approx(1)] * 5, "amber")]
    assert [goal.values for goal in stock.goals] == [[40] * 5, [None, None, None, 30, 30]]
    assert of_a_channel.goals == []
    # The range lies in two years, so each day names its own.
    assert answered.labels == ["30 Dec 2025", "31 Dec 2025", "1 Jan 2026", "2 Jan 2026", "3 Jan 2026"]
    assert trend_chart("a", "A", ["solved"], asked.within(date(2026, 1, 1), date(2026, 1, 2))).labels == ["1 Jan"]


@pytest.mark.parametrize(
    ("key", "wanted", "value", "stands"),
    [
        ("csat", 0.9, 0.9, "met"),
        ("csat", 0.9, 0.81, "near"),
        ("csat", 0.9, 0.8099, "missed"),
        ("first_response", 3600, 3600, "met"),
        ("first_response", 3600, 3960, "near"),
        ("first_response", 3600, 3961, "missed"),
        ("first_response", 3600, None, "none"),
        ("csat_low", 0, 0, "met"),
        ("csat_low", 0, 0.01, "missed"),
        ("backlog", 100, 109, "near"),
    ],
)
def test_a_figure_within_a_tenth_of_its_target_is_near(by, key, wanted, value, stands):
    set_target(by, KPIS[key], value=wanted, since=date(2026, 1, 1))

    assert standing(key, Figure(value, 10), _asked(*WEEK)) == stands
    assert standing("resolution", Figure(1, 1), _asked(*WEEK)) == "none"


def test_what_makes_no_sense_is_refused_and_leaves_nothing(by, leo):
    for kpi, more, code in (
        ("created", {"per": "month"}, "no_target"),
        ("solved", {}, "bad_per"),
        ("csat", {"per": "day"}, "bad_per"),
        ("csat", {"business": True}, "bad_clock"),
    ):
        with pytest.raises(HelpdeskError) as refused:
            set_target(by, KPIS[kpi], value=1, since=date(2026, 1, 1), **more)
        assert refused.value.code == code
    with pytest.raises(Denied):
        set_target(Actor.agent(leo), KPIS["csat"], value=1, since=date(2026, 1, 1))
    assert not Target.objects.exists()
    assert not AgentAudit.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_an_ops_manager_sets_a_target_and_the_audit_log_says_who_did(client, otto, leo, billing):
    url = reverse("reports:targets")
    client.force_login(leo)
    assert client.get(url).status_code == 403
    client.force_login(otto)

    form = {"kpi": "first_response", "team": billing.pk, "value": "1 h 30", "per": "month", "since": "2026-11-16"}
    assert client.post(url, form).status_code == 302
    assert client.post(url, {**form, "kpi": "csat", "team": "", "value": "92,5 %"}).status_code == 302
    assert client.post(url, {**form, "value": "soon"}).status_code == 422
    assert client.post(url, {**form, "kpi": "csat", "value": "140"}).status_code == 422
    assert client.post(url, {**form, "since": "1816-01-01"}).status_code == 422
    assert client.post(url, {**form, "set_by": "1"}).status_code == 400

    rows = [(row.kpi, row.team, row.value, row.per, row.set_by) for row in Target.objects.order_by("pk")]
    assert rows == [("first_response", billing, 5400, "range", otto), ("csat", None, 0.925, "range", otto)]
    told = [phrase(entry) for entry in AgentAudit.objects.order_by("pk")]
    assert told == [
        "Otto set the target of the report figure “First response time” for the team Billing",
        "Otto set the target of the report figure “Satisfaction”",
    ]
    page = client.get(url).content.decode()
    assert "at most 1 h 30" in page
    assert "at least 92.5" in page
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        client.post(url, {**form, "value": "", "since": "2026-11-17"})
        page = client.get(url).content.decode()
    assert "no target" in page
    assert "at most 1 h 30" in page


@time_machine.travel(NOW, tick=False)
def test_a_tile_shows_how_its_figure_stands_to_its_target(client, by, otto, billing):
    with time_machine.travel(NOW - timedelta(hours=1), tick=False):
        for _n in range(3):
            make_ticket(team=billing)
    keep()
    client.force_login(otto)
    for day, (wanted, stands) in enumerate(((3, "met"), (2.8, "near"), (1, "missed"), (None, None)), start=13):
        set_target(by, KPIS["backlog"], value=wanted, since=date(2026, 11, day))
        page = client.get("/reports/").content.decode()
        tile = page.split('data-kpi="backlog"')[1].split("</article>")[0]
        assert re.findall(r'data-standing="(\w+)"', tile) == ([stands] if stands else []), wanted
        assert page.count("data-standing=") == (stands is not None)
