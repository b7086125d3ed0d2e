"""What stands on the pages of reports, each number against the tickets that it opens to."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db.models import Q
from django.http import QueryDict
from django.urls import resolve, reverse
from openpyxl import load_workbook

from agents.actors import Actor
from agents.models import Agent
from agents.permissions import Role
from reports.asking import Asked
from reports.drilling import opened
from reports.figures import Figure
from reports.metrics import KPIS, find
from reports.models import Fact
from reports.naming import names_of
from reports.pages import agents, channels, csat, customers, promises, times, volume
from reports.pages.columns import NAME, Parted, Told, table_by
from reports.pages.tiles import Tile
from reports.pages.trends import trend, trend_chart
from reports.pieces import SIDES
from reports.rollups import note_days
from reports.scales import BARS, MOST, counts, distribution
from reports.selection import Period, Selection
from reports.showing import shown
from reports.zone import day_of, start_of
from sla.models import BreachCause, Metric, SlaClock
from surveys.models import Survey
from tests.factories import make_agent
from tests.reports.desk import BEGINS, ENDS, desk_made_once
from tickets.models import Change, Priority

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LATER = ENDS + timedelta(days=3)
PAGES = (times, promises, csat, agents, customers, channels)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with desk_made_once(django_db_blocker, seed=3, tickets=36, told_at=LATER) as desk:
        _explain()
        _not_ask()
        _comment()
        yield desk


@pytest.fixture
def desk(made):
    with time_machine.travel(LATER, tick=False):
        yield made


def _explain():
    late = Fact.objects.filter(kind="promise", outcome="missed").order_by("ticket").values_list("ticket_id", flat=True)
    for n, ticket in enumerate(late.distinct()[:5]):
        BreachCause.objects.create(ticket_id=ticket, code="workload" if n else "outage")


def _not_ask():
    solve = Fact.objects.filter(kind="solved", imported=False, merged=False).exclude(team_id=None).order_by("pk")[0]
    asked = Survey.objects.values("solve")
    Survey.objects.create(
        ticket=solve.ticket,
        solve=Change.objects.filter(ticket=solve.ticket).exclude(pk__in=asked).first(),
        sequence=99,
        customer_id=solve.requester_id,
        state="suppressed",
        reason="throttled",
        solved_at=solve.at,
        created_at=solve.at,
    )


def _comment():
    for survey in Survey.objects.filter(state="answered").order_by("pk")[:3]:
        survey.comment, survey.answered_at = f"It took {survey.pk} days.", survey.sent_at
        survey.save()


def asked_by(actor, **more):
    return Asked(Period(day_of(BEGINS), day_of(LATER)), LATER, Actor.agent(actor), compare=False, **more)


def cells(page):
    return [cell for table in page.tables for row in table.rows for cell in row if "/tickets/?" in cell.url]


def counted():
    """The tickets that figures count."""
    return Fact.objects.countable().filter(kind="created", imported=False).values("ticket")


def rows_of(page, key):
    table = next(table for table in page.tables if table.key == key)
    return [dict(zip(table.header, row, strict=True)) for row in table.plain_rows]


def opens_to(url, actor):
    address = urlsplit(url)
    return opened(resolve(address.path).kwargs["kpi"], QueryDict(address.query), actor=actor, at=LATER)


@pytest.mark.parametrize("module", PAGES, ids=lambda module: module.KEY)
def test_every_number_on_a_page_is_what_it_opens_to(desk, module):
    """Over all, and a third of them in opening hours and the eyes of a supervisor of one team."""
    leo = make_agent("Leo", role=Role.SUPERVISOR, teams=[desk.teams[1]])

    for asked, every in ((asked_by(desk.boss), 1), (asked_by(leo, imported=True, business=True), 3)):
        told = sorted({(cell.url, cell.value, cell.unit, cell.n) for cell in cells(module.build(asked))}, key=repr)
        told = [one for one in told if "hour=" not in one[0] or (one[1] and one[0].endswith("5"))][::every]
        assert len(told) > 5
        for url, value, unit, n in told:
            found = opens_to(url, asked.actor)
            figure, rows = found.kpi.figure(found.selection), list(found.rows)
            assert found.kpi.measure.recount(rows) == figure, url
            known = {figure.value, figure.p90} if unit != "count" else {figure.value, figure.n, figure.hits}
            known |= {figure.n - figure.hits} if figure.hits is not None and unit == "count" else set()
            assert value in known or (not value and not rows), (url, value, figure)
            assert n in (None, figure.n), url
            assert {row.ticket_id for row in rows} >= set(found.tickets.values_list("pk", flat=True))


def test_response_and_resolution_tells_spread_hours_and_teams(desk):
    page = times.build(asked_by(desk.boss))
    whole = asked_by(desk.boss).selection

    first = KPIS["first_response"].figure(whole)
    assert page.tiles[0].figure == first
    assert sum(row["Values"] for row in rows_of(page, "first_response_bars")) == first.n > 5
    replies = rows_of(page, "replies_bars")
    assert replies[0]["Tickets"] == KPIS["silent"].figure(whole).n
    assert sum(row["Tickets"] for row in replies) == KPIS["one_touch"].figure(whole).n
    created = [value for row in rows_of(page, "created_by_hour") for hour, value in row.items() if hour != "Day"]
    assert len(created) == 168
    assert sum(value or 0 for value in created) == KPIS["created"].figure(whole).n
    by_team = rows_of(page, "times_by_team")
    assert {row["Team"] for row in by_team} == {"Billing", "Technical", "No team"}
    billing = KPIS["resolution"].figure(whole.narrowed("team", desk.teams[0].pk))
    row = next(row for row in by_team if row["Team"] == "Billing")
    assert (row["Resolution, median"], row["Resolution, p90"]) == (billing.value, billing.p90)


def test_sla_tells_kept_from_broken_and_sets_apart_what_is_undecided(desk):
    page = promises.build(asked_by(desk.boss))

    facts = Fact.objects.countable().filter(kind="promise", imported=False)
    decided = Counter(facts.values_list("detail", "outcome"))
    table = rows_of(page, "sla_by_promise")
    assert [row["Promise"] for row in table] == [str(metric.label) for metric in Metric]
    for metric, row in zip(Metric, table, strict=True):
        told = (row["Kept"], row["Broken"], row["Solved without an answer"], row["Called off"])
        assert told == tuple(decided[metric, one] for one in ("met", "missed", "unanswered", "cancelled"))
        assert row["Attained"] == (row["Kept"] / (row["Kept"] + row["Broken"]) if row["Kept"] + row["Broken"] else None)
    assert sum(row["In progress now"] for row in table) > 0
    causes = rows_of(page, "sla_causes")
    broken = KPIS["sla_tickets"].figure(asked_by(desk.boss).selection)
    assert [(row["Cause"], row["Tickets"]) for row in causes[:2]] == [
        (str(BreachCause.Code.WORKLOAD.label), 4),
        (str(BreachCause.Code.OUTAGE.label), 1),
    ]
    assert causes[1]["Together"] == 1
    assert sum(row["Tickets"] for row in causes) == broken.n - broken.hits
    assert sum(row["Escalations"] for row in rows_of(page, "escalations_by_source")) == (
        KPIS["escalation_rate"].figure(asked_by(desk.boss).selection).hits
    )


def test_lines_of_medians_and_shares_say_from_how_many_each_value_comes(desk):
    """In the table and beside the line; of counts n would say the same again."""
    asked = asked_by(desk.boss)
    answered = trend_chart("answered", "Answered", ["first_response"], asked)
    shares = next(block for block in csat.build(asked).blocks if block.key == "csat_trend")
    flow = trend_chart("flow", "Flow", ["created"], asked)

    told = trend("first_response", asked)
    assert [row[1].n for row in answered.table.rows] == [one.n or None for _step, one in told]
    assert any(one.n > 1 for _step, one in told)
    of_shares = [(row[1].n, row[2].n) for row in shares.table.rows if row[1].value is not None]
    assert of_shares
    assert all(n for pair in of_shares for n in pair)
    words = answered.data["series"][0]["words"]
    assert words == [f"{shown(one.value, 'seconds')} (n = {one.n})" if one.n else "–" for _step, one in told]
    assert {row[1].n for row in flow.table.rows} == {None}
    assert not [words for words in flow.data["series"][0]["words"] if "n =" in words]


@pytest.mark.parametrize("module", [channels, customers], ids=lambda module: module.KEY)
def test_beside_the_tables_stands_what_each_of_their_figures_is(desk, client, module):
    client.force_login(desk.boss)
    words = client.get(f"{reverse(f'reports:{module.KEY}')}?{asked_by(desk.boss).query}").content.decode()

    for table in module.build(asked_by(desk.boss)).blocks:
        if table.kind != "table" or not table.rows:
            continue
        beside = words.split(f'id="{table.key}-title"')[1].split("</section>")[0]
        told = re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", beside)
        wanted = ("created", "solved", "backlog", "first_response", "resolution", "csat")
        known = {
            (str(KPIS[key].name), str(KPIS[key].definition))
            for key in wanted
            if "tags" not in table.key or wanted[0] != key
        }
        assert {(unescape(name), unescape(said)) for name, said in told} == known, table.key
        assert len(told) == len(known)


def test_the_page_of_channels_begins_with_figures_and_the_balance_stands_under_the_backlog(desk):
    asked = asked_by(desk.boss)

    shown = channels.build(asked).tiles
    assert [tile.kpi.key for tile in shown] == ["created", "solved", "first_response", "resolution", "csat"]
    assert [bool(tile.line) for tile in shown] == [True, True, False, False, False]
    tables = [table.key for table in volume.build(asked).tables]
    assert tables[tables.index("backlog") + 1] == "balance"


def test_days_of_a_share_add_up_to_its_weeks(desk):
    asked = replace(asked_by(desk.boss), period=Period(day_of(BEGINS) - timedelta(days=90), day_of(LATER)))

    for key in ("sla_first_response", "hand_back_rate", "csat", "created"):
        told = trend(key, asked)
        assert len(told) == len(asked.steps) < 20
        for step, figure in told:
            assert figure == KPIS[key].figure(asked.within(step.first, step.last).selection), (key, step)


def test_csat_tells_scores_comments_and_why_nobody_was_asked(desk):
    page = csat.build(asked_by(desk.boss))

    answers = Survey.objects.filter(ticket__in=counted(), state="answered")
    scores = Counter(answers.values_list("score", flat=True))
    assert [row["Answers"] for row in rows_of(page, "csat_scores")] == [scores[score] for score in range(1, 6)]
    tile = page.tiles[0]
    assert (tile.figure.hits, tile.figure.n) == (scores[4] + scores[5], scores.total())
    assert tile.interval
    assert {row["Comment"] for row in rows_of(page, "csat_comments")} == set(
        answers.exclude(comment="").values_list("comment", flat=True)
    )
    assert [(row["Surveys"], row["Share"]) for row in rows_of(page, "csat_reasons")] == [(1, 1)]


def test_nobody_asked_about_spam_is_told_among_the_reasons(desk):
    survey = Survey.objects.get(sequence=99)
    Survey.objects.filter(pk=survey.pk).update(reason="spam")
    spam = Fact.objects.get(ticket=survey.ticket, kind="created")
    Fact.objects.filter(ticket=survey.ticket).delete()
    spam.pk, spam.kind = None, "spam"
    spam.save()

    page = csat.build(asked_by(desk.boss))

    told = [(row["Reason"], row["Surveys"]) for row in rows_of(page, "csat_reasons")]
    assert told == [("The ticket is spam", 1)]


def test_an_agent_with_few_answers_has_no_rank(desk):
    ann, bob, _cid = desk.agents
    Agent.objects.filter(pk=ann.pk).update(capacity=4)
    _answer(ann, 12)
    _answer(bob, 30)

    page = agents.build(asked_by(desk.boss))

    work = rows_of(page, "agents_work")
    n = {row["Agent"]: row["n"] for row in work}
    assert n["Ann"] >= 10
    assert n["Bob"] >= 10
    assert n["Cid"] < 10
    assert [row["Rank"] for row in work if row["Agent"] in ("Ann", "Bob")] == [1, 2]
    assert all(row["Rank"] is None for row in work if row["n"] < 10)
    medians = [row["First response, median"] for row in work if row["Rank"]]
    assert medians == sorted(medians)
    table = next(table for table in page.tables if table.key == "agents_work")
    place = table.header.index("First response, median")
    marked = {row[0].value for row in table.rows if str(row[place].note) == "too few to compare"}
    assert marked == {row["Agent"] for row in work if 0 < row["n"] < 10} >= {"Cid"}
    load = next(row for row in rows_of(page, "agents_load") if row["Agent"] == "Ann")
    assert load["Capacity"] == 4
    assert load["Taken up"] == load["Open"] / 4
    assert "Ida" in {row["Agent"] for row in rows_of(page, "agents_load")}


def test_only_agents_who_are_asked_for_have_a_row_and_no_part_is_held_against_a_capacity(desk):
    ann, bob, _cid = desk.agents
    Agent.objects.filter(pk__in=[ann.pk, bob.pk]).update(capacity=4)

    one = rows_of(agents.build(asked_by(desk.boss, slices={"agent": [ann.pk]})), "agents_load")
    part = rows_of(
        agents.build(asked_by(desk.boss, slices={"priority": [Priority.NORMAL, Priority.HIGH]})), "agents_load"
    )

    assert [(row["Agent"], row["Capacity"]) for row in one] == [("Ann", 4)]
    assert {"Ann", "Bob"} <= {row["Agent"] for row in part}
    assert {(row["Capacity"], row["Taken up"]) for row in part} == {(None, None)}


def test_a_supervisor_reads_the_capacity_of_their_own_team_only(desk):
    leo = make_agent("Leo", role=Role.SUPERVISOR, teams=[desk.teams[1]])
    Agent.objects.filter(pk=make_agent("Far").pk).update(capacity=7)

    load = rows_of(agents.build(asked_by(leo)), "agents_load")

    assert {"Ann", "Leo"} <= {row["Agent"] for row in load}
    assert "Far" not in {row["Agent"] for row in load}


def test_hours_that_are_not_asked_for_say_and_open_nothing(desk, settings):
    settings.REPORTS_WEEK_STARTS = 6
    page = times.build(asked_by(desk.boss, slices={"hour": [9]}))

    heats = [block for block in page.blocks if block.kind == "heat"]
    assert len(heats) == 2
    for heat in heats:
        assert [hour for hour in range(168) if heat.values[hour] is not None or heat.urls[hour]] == [9]
        assert [day for day, _cells in heat.days] == [
            *("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
        ]
        assert dict(heat.days)["Monday"][9][1].url == heat.urls[9] != ""


def test_a_share_of_one_ticket_says_that_it_is_of_one(desk):
    figure = Figure(1.0, 1, hits=1)

    assert not Tile(KPIS["csat"], figure, None, asked_by(desk.boss)).is_count
    assert Tile(KPIS["created"], Figure(1, 1), None, asked_by(desk.boss)).is_count


def _answer(agent, times_over):
    """More first answers of this agent, told as facts alone."""
    one = Fact.objects.filter(kind="first_reply", imported=False, merged=False).order_by("pk")[0]
    for n in range(times_over):
        one.pk, one.place, one.agent_id, one.seconds = None, 1000 * agent.pk + n, agent.pk, 60 * n
        one.save()
    note_days([day_of(one.at)])


def test_a_table_by_name_is_cut_behind_the_first_names(desk):
    asked = asked_by(desk.boss)

    table = table_by("some", "Some", "agent", [Told("solved")], asked, order=NAME, most=1)

    every = names_of("agent", Parted("agent", [Told("solved")], asked).values - {None})
    assert len(every) > 1
    assert [row[0].words for row in table.rows] == sorted(every.values())[:1]


def test_a_cut_table_says_of_how_many_and_is_whole_when_asked_for_and_in_its_file(desk, client, monkeypatch):
    monkeypatch.setattr(customers, "TOP", 2)
    table = next(one for one in customers.build(asked_by(desk.boss)).tables if one.key == "customers_by_customer")
    names = [row[0] for row in table.plain_rows]
    assert (len(table.rows), table.total) == (2, len(names))
    assert len(names) > 5
    assert [row[0].words for row in table.whole(5).rows] == names[:5]

    client.force_login(desk.boss)
    address = f"{reverse('reports:customers')}?{asked_by(desk.boss).query}"
    cut, whole = client.get(address).content.decode(), client.get(f"{address}&whole={table.key}").content.decode()
    shown = [text.split(f'id="{table.key}-title"')[1].split("</section>")[0].count("<tr>") for text in (cut, whole)]
    assert shown == [1 + 2, 1 + len(names)]
    rest = f"whole={table.key}#{table.key}"
    assert (f"2 of {len(names)}" in cut, rest in cut, rest in whole) == (True, True, False)
    url = reverse("reports:export_table", args=["customers", table.key, "csv"])
    lines = b"".join(client.get(f"{url}?{asked_by(desk.boss).query}").streaming_content).decode().splitlines()
    assert [line.split('"')[1] for line in lines[1:-1]] == names
    assert lines[-1].startswith('"Not counted in this range: ')

    monkeypatch.setattr(customers, "MOST", 4)
    short = b"".join(client.get(f"{url}?{asked_by(desk.boss).query}").streaming_content).decode().splitlines()
    said = f"Customers who wrote most: 4 of {len(names)}"
    assert (len(short), short[-2], short[-1]) == (1 + 4 + 2, f'"{said}"', lines[-1])
    page = reverse("reports:export_page", args=["customers"])
    book = b"".join(client.get(f"{page}?{asked_by(desk.boss).query}").streaming_content)
    beneath = [row[0] for row in load_workbook(BytesIO(book)).worksheets[-1].iter_rows(values_only=True)]
    assert beneath[-2] == said


def test_a_ticket_with_many_tags_counts_under_each(desk):
    page = channels.build(asked_by(desk.boss))

    whole = asked_by(desk.boss).selection
    tags = {row["Tag"]: row for row in rows_of(page, "tags_table")}
    assert set(tags) == {"vip", "refund", "vip-plus", "No tag"}
    assert tags["vip"]["Solved"] == KPIS["solved"].figure(whole.narrowed("tag", "vip")).n > 0
    by_channel = rows_of(page, "channels_table")
    assert sum(row["Created"] for row in by_channel) == KPIS["created"].figure(whole).n
    assert [row["Created"] for row in by_channel] == sorted((row["Created"] for row in by_channel), reverse=True)


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


def test_the_bars_of_a_distribution_hold_each_duration_once(desk):
    for key in ("first_response", "next_response", "resolution", "first_resolution"):
        kpi, most = KPIS[key], 0
        for asked in selections(desk):
            told = [row.measured for row in kpi.rows(asked)]
            expected = [sum(a <= one and (b is None or one < b) for one in told) for a, b in BARS]
            assert distribution(kpi, asked) == expected
            assert sum(expected) == kpi.figure(asked).n
            most = max(most, len(told))
        assert most > 0


def test_replies_are_counted_one_by_one_and_many_together(desk):
    kpi = KPIS["replies"]

    for asked in selections(desk):
        told = [row.measured for row in kpi.rows(asked)]
        assert counts(kpi, asked) == [*(told.count(n) for n in range(MOST)), sum(one >= MOST for one in told)]


def test_parts_are_counted_from_what_they_open_to(desk):
    solve = Survey.objects.get(sequence=99)
    team = Fact.objects.get(ticket=solve.ticket, kind="solved", at=solve.solved_at).team_id
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
    assert n["sla_running"] == going_on.filter(ticket__in=counted()).count() > 0
    assert n["escalation_rate.of-agent"] == KPIS["escalation_rate"].figure(asked).hits > 0
    assert [n["csat_not_asked"], n["csat_not_asked.why-throttled"], n["csat_not_asked.why-spam"]] == [1, 1, 0]
    assert told["csat_not_asked"].figure(asked.narrowed("team", team)).n == 1
    assert told["csat_not_asked"].figure(asked.narrowed("team", 10**6)).n == 0
    assert n["answers"] == KPIS["first_response"].figure(asked).n + KPIS["next_response"].figure(asked).n


def test_a_piece_tells_what_was_measured_on_its_tickets_as_the_figure_does(desk, client):
    client.force_login(desk.boss)
    asked = asked_by(desk.boss)
    bar = max(range(len(BARS)), key=distribution(KPIS["first_response"], asked.selection).__getitem__)

    found = opens_to(asked.tickets(f"first_response.took-{bar}"), asked.actor)
    broken = opens_to(asked.tickets("sla_tickets.broken"), asked.actor)
    page = client.get(asked.tickets("sla_tickets.cause-workload"))

    told = {row.ticket_id: [shown(row.measured, "seconds")] for row in found.rows}
    assert found.told(found.tickets) == told != {}
    assert broken.values == broken.found > 0
    assert {word for words in broken.told(broken.tickets).values() for word in words} == {""}
    assert "Tickets with a broken promise: Too much work at once" in page.content.decode()


def test_what_no_figure_has_is_no_part_of_it():
    none = "nothing created. created.yes created.of-first_response first_response.took-8 replies.n-7 csat.score-1"
    for key in f"{none} csat_score.score-0 sla_tickets.cause-weather csat_not_asked.why- csat.yes-1".split():
        assert find(key) is None, key


@pytest.mark.parametrize(("module", "most"), [*zip(PAGES, (130, 145, 45, 55, 73, 38), strict=True)])
def test_a_page_asks_the_database_only_so_often(desk, client, module, most, django_assert_max_num_queries):
    client.force_login(desk.boss)
    where = reverse(f"reports:{module.KEY}") + f"?range=own&from={day_of(BEGINS)}&to={day_of(LATER)}"

    with django_assert_max_num_queries(most):
        response = client.get(where)

    assert response.status_code == 200
